"""Gets a secret from a program of the operator's: a key management service, a vault."""

import shlex
import subprocess  # nosec B404: runs what the operator named, without a shell

from django.core.exceptions import ImproperlyConfigured

from apps.api.secret_decoding import decode_secret

LONGEST_SECONDS = 30
LARGEST_BYTES = 100_000


def output_of(name: str, command: str, seconds: float = LONGEST_SECONDS) -> str:
    """What the program prints, which no message repeats; what it writes to standard error goes nowhere.

    Raises `ImproperlyConfigured` naming the variable where it cannot be run, fails, or takes too long.
    """
    try:
        words = shlex.split(command)
        done = subprocess.run(  # nosec B603: no shell, from the environment alone
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        # Not chained: the library's error holds what was printed so far.
        raise ImproperlyConfigured(f"{name}: the program took longer than {seconds:g} seconds") from None
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: the program cannot be run: {error.strerror}") from None
    except ValueError:
        raise ImproperlyConfigured(f"{name}: is not a command; a quote is not closed") from None
    if done.returncode:
        raise ImproperlyConfigured(f"{name}: the program ended with the exit code {done.returncode}")
    if not done.stdout.strip() or len(done.stdout) > LARGEST_BYTES:
        raise ImproperlyConfigured(f"{name}: the program printed nothing, or too much")
    try:
        return decode_secret(done.stdout)
    except ValueError:
        raise ImproperlyConfigured(f"{name}: what the program printed is no text") from None
