"""Whether time tells who has an account: `python -m bench.sign_in`.

A wrong password, an ask for a reset and a made-up invitation, for addresses that are known here and for others, in
turn. The real server, the real password hasher, each request from a network of its own.
"""

import asyncio
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import requests
from aiosmtpd.controller import Controller

from bench.measurements import Figure, machine, show
from bench.server_stack import ROOT, Stack, free_port, running_stack

PAIRS = 200
SLOW_MAIL_SECONDS = 2.0
#: How often the two of each pair are exchanged to see what chance does, and which of the outcomes is taken.
_EXCHANGES, _QUANTILE = 2000, 0.99

_SEED = f"""
from apps.accounts.models import User
from apps.people.links import key_of
from apps.people.models import Invitation
hashed = User.objects.get().password
User.objects.bulk_create(
    User(email=f"{{kind}}-known-{{number:03}}@example.com", name="Somebody", role="viewer", password=hashed)
    for kind in ("sign-in", "reset", "slow-reset") for number in range({PAIRS})
)
for number in range({PAIRS}):
    invitation = Invitation.objects.create(email=f"invited-{{number:03}}@example.com", role="viewer")
    print(key_of(invitation.pk, 1))
"""

#: What is asked: by the number of the pair, and whether the address is known.
Ask = Callable[[int, bool], None]


def alike() -> list[Figure]:
    """The medians of known and unknown, their ratio, and their difference beside what chance makes of it."""
    with (
        slow_mail_server() as mail_url,
        running_stack(TRUSTED_PROXY_COUNT="1", EMAIL_URL=mail_url, LOG_LEVEL="ERROR") as stack,
    ):
        visitor = _Visitor(stack)
        figures = [
            *_compared("a wrong password", visitor.sign_in),
            *_compared("an ask for a reset", visitor.ask_for_reset("reset")),
            *_compared("a made-up invitation", visitor.open_invitation),
        ]
        with stack.worker():
            ask = visitor.ask_for_reset("slow-reset")
            figures += _compared("an ask for a reset, mail server of 2 s", ask)
    return figures


class _Visitor:
    """Somebody without an account, who comes from another network each time."""

    def __init__(self, stack: Stack) -> None:
        self._site = stack.site_url
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", _SEED]
        done = subprocess.run(
            command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=True
        )
        self._invitations = done.stdout.split()
        self._session = requests.Session()
        page = self._session.get(f"{self._site}/account/login/", timeout=10)
        self._token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        self._asked = 0

    def sign_in(self, number: int, is_known: bool) -> None:
        """A wrong password."""
        form = {"login": _address("sign-in", number, is_known), "password": "not the password"}
        answer = self._ask("POST", "/account/login/", form)
        assert "The email address or the password is not right." in answer.text

    def ask_for_reset(self, kind: str) -> Ask:
        """An ask for the link that sets a new password."""

        def ask(number: int, is_known: bool) -> None:
            form = {"email": _address(kind, number, is_known)}
            answer = self._ask("POST", "/account/password/reset/", form)
            assert answer.headers["Location"] == "/account/password/reset/done/"

        return ask

    def open_invitation(self, number: int, is_known: bool) -> None:
        """A link with a made-up proof, of an invitation that there is or of none."""
        invitation_id, rest = self._invitations[number].split(".", 1)
        named = invitation_id if is_known else invitation_id[::-1]
        answer = self._ask("GET", f"/invitations/{named}.{rest[::-1]}/", None)
        assert answer.status_code == 404
        assert "This invitation cannot be used" in answer.text

    def _ask(self, method: str, path: str, form: dict[str, str] | None) -> requests.Response:
        self._asked += 1
        return self._session.request(
            method,
            f"{self._site}{path}",
            data=form and {**form, "csrfmiddlewaretoken": self._token},
            headers={
                "X-Forwarded-For": f"10.0.{self._asked // 250}.{self._asked % 250}",
                "Origin": self._site,
            },
            allow_redirects=False,
            timeout=60,
        )


def _address(kind: str, number: int, is_known: bool) -> str:
    """An address; both kinds are equally long."""
    return f"{kind}-{'known' if is_known else 'other'}-{number:03}@example.com"


def _compared(name: str, ask: Ask) -> list[Figure]:
    order = random.Random(12)
    ask(0, False)
    pairs = []
    for number in range(PAIRS):
        times = {}
        for is_known in order.sample([True, False], 2):
            started = time.perf_counter()
            ask(number, is_known)
            times[is_known] = (time.perf_counter() - started) * 1000
        pairs.append((times[True], times[False]))
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    return [
        Figure(f"{name}: known, median of {PAIRS}", known, 0, "ms"),
        Figure("  unknown", unknown, 0, "ms"),
        Figure("  known / unknown", known / unknown, 0, "×"),
        Figure("  difference / what chance makes of it", abs(known - unknown) / chance(pairs), 1.0, "×"),
    ]


def chance(pairs: Sequence[tuple[float, float]]) -> float:
    """How far the medians of two kinds lie apart that are none: the two of each pair are exchanged by lot."""
    lot = random.Random(12)
    apart: list[float] = []
    for _ in range(_EXCHANGES):
        exchanged = [pair if lot.random() < 0.5 else pair[::-1] for pair in pairs]
        one, other = zip(*exchanged, strict=True)
        apart.append(abs(statistics.median(one) - statistics.median(other)))
    return sorted(apart)[int(_EXCHANGES * _QUANTILE)]


class _SlowMail:
    async def handle_DATA(self, *_message: Any) -> str:  # noqa: N802
        """Take a message, in its own time."""
        await asyncio.sleep(SLOW_MAIL_SECONDS)
        return "250 OK"


@contextmanager
def slow_mail_server() -> Iterator[str]:
    """A mail server that takes two seconds for each mail; its address for EMAIL_URL."""
    controller = Controller(_SlowMail(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


if __name__ == "__main__":
    sys.exit(show([*machine(), *alike(), *machine()]))
