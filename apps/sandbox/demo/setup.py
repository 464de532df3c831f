"""Sets up the demo: database, static files, three accounts with keys for the sandbox."""

import hashlib
import io
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from apps.sandbox import keys
from apps.sandbox.data.organisations import ADMIN_EMAIL, MAIN
from apps.sandbox.demo.processes import answers
from apps.sandbox.token import api


@dataclass(frozen=True)
class Login:
    """An account of the demo: how to sign in, and the sandbox key and token it uses."""

    email: str
    role: str
    name: str
    password: str
    key: str
    token: str


LOGINS = (
    Login(ADMIN_EMAIL, "admin", "Alex Admin", "demo-password-1", keys.ADMIN_KEY, api.ADMIN),
    Login(
        "manager@example.com",
        "manager",
        "Mia Manager",
        "demo-password-2",
        keys.MANAGER_KEY,
        api.MANAGER,
    ),
    Login(
        "viewer@example.com",
        "viewer",
        "Vera Viewer",
        "demo-password-3",
        f"{keys.MANAGER_KEY}.2",
        api.MANAGER,
    ),
)
SERVICE = "Sandbox"
SECOND_SERVICE = "Token API"
SANDBOX_SECONDS = 30
# The settings ask whether there is a manifest; with an empty one the first collecting writes the true one.
EMPTY_MANIFEST = '{"paths": {}, "version": "1.1", "hash": ""}'


def prepare(base_url: str, sandbox_port: int) -> None:
    """Brings the installation in DATA_DIRECTORY to where people can sign in; safe to repeat."""
    call_command("migrate", interactive=False, verbosity=0)
    token_url = token_base_url(base_url)
    state = "\n".join([base_url, token_url, *(login.email for login in LOGINS)])
    done = Path(settings.DATA_DIRECTORY) / "prepared"
    if done.exists() and done.read_text(encoding="utf-8") == state:
        return
    # Started before on another port: a service moves, and its keys, which belong to the address, are stored anew.
    services = apps.get_model("connections", "Service").objects
    services.filter(name=SERVICE).update(base_url=base_url)
    services.filter(name=SECOND_SERVICE).update(base_url=token_url)
    _make_accounts(base_url, token_url, sandbox_port)
    done.write_text(state, encoding="utf-8")


def token_base_url(base_url: str) -> str:
    """Where the sandbox that serves the contract at `base_url` serves the token API."""
    return urljoin(base_url, api.BASE_PATH)


def _make_accounts(base_url: str, token_url: str, sandbox_port: int) -> None:
    integrations = [f"--integration={one.id}={one.name}" for one in MAIN.integrations]
    address = f"--base-url={base_url}"
    call_command("add_service", SERVICE, "--kind=integr8", address, *integrations, "--if-missing")
    call_command("add_service", SECOND_SERVICE, "--kind=token", f"--base-url={token_url}", "--if-missing")
    _wait_for_sandbox(sandbox_port)
    for login in LOGINS:
        role, title = f"--role={login.role}", f"--name={login.name}"
        _with_input(login.password, "create_account", login.email, role, title, "--if-missing")
        _with_input(login.key, "connect", login.email, SERVICE)
        _with_input(login.token, "connect", login.email, SECOND_SERVICE)


def _wait_for_sandbox(port: int) -> None:
    """It was started at the same moment, and storing a key tries the key out."""
    deadline = time.monotonic() + SANDBOX_SECONDS
    while not answers("127.0.0.1", port, "/_sandbox/healthz") and time.monotonic() < deadline:
        time.sleep(0.1)


class StaticFiles:
    """The collected files of a demo: collecting takes seconds, so it is done again only after a change."""

    def __init__(self, data: Path) -> None:
        self._collected, self._note = data / "static", data / "static.sha256"

    def are_current(self) -> bool:
        """Whether the files collected last are those there are now."""
        return self._note.exists() and self._note.read_text(encoding="ascii") == _fingerprint()

    def begin(self) -> None:
        """Makes room for collecting."""
        self._note.unlink(missing_ok=True)
        self._collected.mkdir(parents=True, exist_ok=True)
        manifest = self._collected / "staticfiles.json"
        if not manifest.exists():
            manifest.write_text(EMPTY_MANIFEST, encoding="ascii")

    def finish(self) -> None:
        """Notes that collecting is done."""
        self._note.write_text(_fingerprint(), encoding="ascii")


def _fingerprint() -> str:
    """Changes when a static file comes, goes or is written."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return found.hexdigest()


def _with_input(secret: str, *command: str) -> None:
    """Runs a command with the secret on its standard input."""
    kept, sys.stdin = sys.stdin, io.StringIO(secret)
    try:
        call_command(*command)
    finally:
        sys.stdin = kept
