"""`python -m bench.slow_clients --minutes 30`: pages and the health check while slow clients do their worst.

Attackers come back whenever they are cut off. `--command` measures another server: its command, with `{port}`.
"""

import argparse
import contextlib
import re
import shlex
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests

from bench.look_inside import EXPORT, served
from bench.measurements import LIST, Figure, machine, show
from bench.server_stack import Stack, running_stack

FILE_BYTES = 400_000_000
#: A page that is not there by then counts as having taken so long.
PATIENCE_SECONDS = 15.0
_PAUSE = 0.2

Attack = Callable[[socket.socket, int], None]


def slow_clients(seconds: float, command: Sequence[str] = ()) -> list[Figure]:
    """Each kind of slow client for so many seconds, then all at once; on the real server, with an API at once there."""
    with running_stack(command, TRUSTED_PROXY_COUNT="1") as stack, _shared_file(stack) as download:
        kinds: dict[str, list[tuple[int, Attack]]] = {
            "nobody else": [],
            "40 slow bodies": [(40, slow_body)],
            "40 slow heads": [(40, slow_head)],
            "24 stalled downloads of 400 MB": [(24, download)],
            "200 idle connections": [(200, idle)],
            "100 wrong sign-ins at once": [(100, wrong_sign_ins(stack))],
        }
        kinds["all of them"] = [attack for attacks in kinds.values() for attack in attacks]
        figures = []
        for name, attacks in kinds.items():
            figures += _measured(stack, name, attacks, seconds)
        return figures


def _measured(stack: Stack, name: str, attacks: Sequence[tuple[int, Attack]], seconds: float) -> list[Figure]:
    over = threading.Event()
    place = (urlsplit(stack.site_url).hostname or "", urlsplit(stack.site_url).port or 80)
    people = {
        "list page": stack.signed_in(),
        "sign-in page": requests.Session(),
        "/healthz": requests.Session(),
    }
    threads = [
        threading.Thread(target=_again_and_again, args=(attack, place, number, over), daemon=True)
        for count, attack in attacks
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    time.sleep(min(2.0, seconds / 4) if attacks else 0)
    times: dict[str, list[float]] = {"list page": [], "sign-in page": [], "/healthz": []}
    pages = {"list page": LIST, "sign-in page": "/account/login/", "/healthz": "/healthz"}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for page, path in pages.items():
            times[page].append(_seconds(people[page], stack.site_url + path))
        time.sleep(_PAUSE)
    over.set()
    for thread in threads:
        thread.join(5)
    return [
        Figure(f"{name}: list page, p95", _p95(times["list page"]), 1000, "ms"),
        Figure(f"{name}: sign-in page, p95", _p95(times["sign-in page"]), 1000, "ms"),
        Figure(f"{name}: /healthz, longest", max(times["/healthz"]) * 1000, 1000, "ms"),
    ]


def _seconds(session: requests.Session, url: str) -> float:
    started = time.perf_counter()
    try:
        session.get(
            url, timeout=PATIENCE_SECONDS, headers={"X-Forwarded-For": "198.51.100.1"}
        ).raise_for_status()
    except requests.RequestException:
        return PATIENCE_SECONDS
    return time.perf_counter() - started


def _p95(times: list[float]) -> float:
    return statistics.quantiles([*times, times[0]], n=20)[-1] * 1000


def _again_and_again(attack: Attack, place: tuple[str, int], number: int, over: threading.Event) -> None:
    while not over.wait(0.5):
        with contextlib.suppress(OSError), socket.create_connection(place, 5) as connection:
            connection.settimeout(1)
            attack(connection, number)
            while not over.is_set() and not _is_closed(connection):
                pass


def _is_closed(connection: socket.socket) -> bool:
    """Whether the server closed; looks at most a second, and takes nothing of what comes."""
    try:
        if not connection.recv(1, socket.MSG_PEEK):
            return True
    except TimeoutError:
        return False
    time.sleep(1)
    return False


def _head(path: str, number: int, *fields: str) -> bytes:
    forwarded = f"X-Forwarded-For: 192.0.2.{number}"
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", forwarded, *fields]).encode() + b"\r\n"


def _drip(connection: socket.socket) -> None:
    for _ in range(600):
        connection.sendall(b"a")
        with contextlib.suppress(TimeoutError):
            connection.settimeout(2)
            if connection.recv(1) == b"":
                return
            time.sleep(1)


def slow_body(connection: socket.socket, number: int) -> None:
    """A sign-in that sends a byte every two seconds."""
    kind = "Content-Type: application/x-www-form-urlencoded"
    connection.sendall(_head("/account/login/", number, kind, "Content-Length: 1000000") + b"\r\n")
    _drip(connection)


def slow_head(connection: socket.socket, number: int) -> None:
    """A request whose head does not end."""
    connection.sendall(_head("/account/login/", number) + b"X: ")
    _drip(connection)


def idle(connection: socket.socket, number: int) -> None:
    """A browser that keeps its connection."""
    connection.sendall(_head("/healthz", number).replace(b"POST", b"GET") + b"\r\n")
    connection.recv(4096)


def wrong_sign_ins(stack: Stack) -> Attack:
    """A wrong password for an account and from a network of its own, and once more two seconds after the answer."""
    visitor = requests.Session()
    token = _token(visitor.get(f"{stack.site_url}/account/login/", timeout=PATIENCE_SECONDS).text)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())

    def sign_in(connection: socket.socket, number: int) -> None:
        form = f"csrfmiddlewaretoken={quote(token)}&login={number}%40example.com&password=wrong".encode()
        kind = "Content-Type: application/x-www-form-urlencoded"
        fields = (kind, f"Cookie: {cookies}", f"Content-Length: {len(form)}", "Connection: close")
        connection.sendall(_head("/account/login/", number, *fields) + b"\r\n" + form)
        connection.settimeout(PATIENCE_SECONDS)
        while connection.recv(65_536):
            pass
        time.sleep(2)

    return sign_in


@contextlib.contextmanager
def _shared_file(stack: Stack) -> Iterator[Attack]:
    """A large file behind a link for guests; what begins to download it and reads nothing."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.truncate(FILE_BYTES)
        with served(Path(file.name)) as address:
            answer = {"kind": "status", "status": 200, "times": None, "operation": "getSharedExportUrl"}
            stack.control("faults", [{**answer, "body": {"url": address}}])
            link = _link(stack)
            guest = requests.Session()
            token = _token(guest.get(link, timeout=PATIENCE_SECONDS).text)
            cookies = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
            body = f"csrfmiddlewaretoken={quote(token)}".encode()

            def download(connection: socket.socket, number: int) -> None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                fields = ("Content-Type: application/x-www-form-urlencoded", f"Cookie: {cookies}")
                path = f"{urlsplit(link).path}file/"
                head = _head(path, number, *fields, f"Referer: {link}", f"Content-Length: {len(body)}")
                connection.sendall(head + b"\r\n" + body)

            yield download
    stack.control("faults", [])


def _link(stack: Stack) -> str:
    session = stack.signed_in()
    url = f"{stack.site_url}/exports/api/{stack.service_id}/{EXPORT}/share/"
    page = session.get(url, timeout=PATIENCE_SECONDS).text
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    form = {"csrfmiddlewaretoken": _token(page), "days": "7", "note": "", "nonce": nonce[1] if nonce else ""}
    made = session.post(url, form, headers={"Referer": url}, timeout=PATIENCE_SECONDS).text
    found = re.search(r'data-copy="[^"]*?(/shared/[^"]+)"', made)
    assert found, "no link was made"
    return stack.site_url + found[1]


def _token(page: str) -> str:
    return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def main() -> int:
    """Measure, print, and say whether every goal was met."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow_clients", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="for all kinds together (default: 1)")
    parser.add_argument("--command", default="", help="another server's command, with {port}")
    options = parser.parse_args()
    figures = slow_clients(options.minutes * 60 / 7, shlex.split(options.command))
    return show([*machine(), *figures])


if __name__ == "__main__":
    sys.exit(main())
