"""The ring may come from a program: run once, without a shell, and nothing it says is repeated."""

import shlex
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from integr8admin.environment import Environment, new_key_ring
from integr8admin.starting.secret_command import output_of

CANARY = "canary-of-the-ring"


def program(tmp_path: Path, text: str) -> str:
    script = tmp_path / "program with a blank.py"
    script.write_text(text)
    return shlex.join([sys.executable, str(script)])


def test_the_ring_is_what_the_program_prints(tmp_path):
    ring = new_key_ring()
    command = program(tmp_path, f"print({ring!r})")
    assert Environment({}).key_ring("API_KEY_RING", None, command) == Environment(
        {"API_KEY_RING": ring}
    ).key_ring("API_KEY_RING", None)


def test_the_ring_may_lie_in_a_file(tmp_path):
    ring = new_key_ring()
    (tmp_path / "ring").write_text(f"\ufeff {ring}\r\n")
    environment = Environment({"API_KEY_RING_FILE": str(tmp_path / "ring")})
    assert environment.key_ring("API_KEY_RING", None) == Environment({"API_KEY_RING": ring}).key_ring(
        "API_KEY_RING", None
    )


def test_a_ring_and_a_program_are_one_too_many(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="set one of them"):
        Environment({"API_KEY_RING": new_key_ring()}).key_ring("API_KEY_RING", None, "true")


def test_nothing_of_a_command_goes_through_a_shell(tmp_path):
    proof = tmp_path / "ran"
    with pytest.raises(ImproperlyConfigured):
        output_of("API_KEY_RING_COMMAND", f"true; touch {proof}")
    assert output_of("API_KEY_RING_COMMAND", f"echo $(touch {proof}) `touch {proof}`").startswith("$(touch")
    assert not proof.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"import sys; print({CANARY!r}); print({CANARY!r}, file=sys.stderr); sys.exit(3)",
            "the exit code 3",
        ),
        (f"print({CANARY!r}, flush=True); import time; time.sleep(60)", "took longer than 0.7 seconds"),
        ("", "printed nothing, or too much"),
        (f"print({CANARY!r} * 10000)", "printed nothing, or too much"),
        (f"import sys; sys.stdout.buffer.write({CANARY!r}.encode() + bytes([255, 254, 128]))", "is no text"),
    ],
    ids=["fails", "hangs", "silent", "endless", "no text"],
)
def test_a_program_that_gives_no_ring_stops_the_start_in_words(tmp_path, text, said, capfd):
    with pytest.raises(ImproperlyConfigured, match=said) as raised:
        output_of("API_KEY_RING_COMMAND", program(tmp_path, text), 0.7 if "sleep" in text else 30)
    error = raised.value
    assert str(error).startswith("API_KEY_RING_COMMAND: ")
    assert CANARY not in f"{error} {error.__cause__}"
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert CANARY not in "".join(capfd.readouterr())


@pytest.mark.parametrize("command", ["/nowhere/at/all", "/etc", "unclosed 'quote"])
def test_what_is_no_program_is_said(command):
    with pytest.raises(ImproperlyConfigured) as raised:
        output_of("API_KEY_RING_COMMAND", command)
    assert "API_KEY_RING_COMMAND" in str(raised.value)
