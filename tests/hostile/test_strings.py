"""Hostile strings through every field, parameter, path part, header and cookie: none runs, none breaks a page.

A run sends each target a few of them, in turn, so that all are sent in a run; `HOSTILE_ROUNDS=1028` sends all to all.
"""

import json
import os
import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape

from apps.resources import registry
from apps.sandbox.http_messages import Answer
from tests.architecture.access.test_roles import address_of
from tests.architecture.routes import routes
from tests.hostile.attacks import COMMON, Attack, Target, problems_of, targets_on, with_part
from tests.support.hostile_strings import HOSTILE, TOLD, hostile

pytestmark = pytest.mark.django_db
ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "1"))
#: These end the session or take the person's own keys away: they come last.
LAST = ("connections:", "account_", "accounts:")
HEADERS = (
    *(
        "HX-Request",
        "HX-Target",
        "HX-Current-URL",
        "HX-Trigger",
        "HX-Prompt",
        "Referer",
        "User-Agent",
        "Accept",
    ),
    *("Accept-Language", "Accept-Encoding", "X-Request-ID", "X-Forwarded-For", "X-Forwarded-Host", "X-Ahead"),
    *(
        "If-Modified-Since",
        "If-None-Match",
        "Range",
        "Origin",
        "Sec-Fetch-Site",
        "Authorization",
        "X-CSRFToken",
    ),
)
COOKIES = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "known", "scripts", "window", "messages")


@pytest.fixture
def attack(admin, admin_client, admin_connection) -> Attack:
    """An admin who sends what they like."""
    return Attack(admin_client, admin)


def known_targets(attack: Attack) -> list[Target]:
    """All that the pages of the site ask for, each once."""
    found: dict[tuple[str, str], Target] = {}
    for route in routes():
        address = address_of(route)
        if route.name in ("account_logout", "account_signup"):
            continue
        response = attack.client.get(address, follow=True)
        html = "" if response.streaming else response.content.decode(errors="replace")
        page = response.request["PATH_INFO"]
        own = [Target("GET", address, dict.fromkeys(COMMON, ""))] if route.access.get else []
        own += [Target("POST", address, dict.fromkeys(COMMON, ""))] if route.access.post else []
        for target in [*own, *targets_on(page, html)]:
            place = (target.method, target.address)
            known = found.get(place)
            found[place] = replace(target, fields={**(known.fields if known else {}), **target.fields})
    return sorted(found.values(), key=lambda one: (is_last(one.address), one.method, one.address))


def is_last(address: str) -> bool:
    """Whether what is sent there may take the session or the key away."""
    return address.startswith(("/connections/", "/account/", "/preferences/"))


def test_there_are_five_hundred_of_them():
    assert len(HOSTILE) >= 500
    assert {hostile(number) for number in range(len(HOSTILE))} == set(HOSTILE)


@pytest.mark.parametrize(
    ("html", "headers"),
    [
        ("<img src=x onerror=alert(1)>", {}),
        ("<script>alert(1)</script>", {}),
        ("<a href='java\tscript:alert(1)'>x</a>", {}),
        ("<a href=//evil.example>x</a>", {}),
        ("<input value='' hostile=''>", {}),
        ("<iframe></iframe>", {}),
        ("<div hx-on:load=x>", {}),
        ("<p>1787569</p>", {}),
        ("<p>root:x:0:0</p>", {}),
        ("", {"Location": "https://evil.example/"}),
        ("", {"Location": "//evil.example/"}),
        ("", {"Location": "/\\evil.example/"}),
        ("", {"X-Hostile": "1"}),
    ],
)
def test_what_works_is_seen(html, headers):
    assert problems_of(HttpResponse(html, headers=headers)) != []
    assert problems_of(HttpResponse(status=500)) != []
    assert problems_of(HttpResponse(escape(html))) in (
        [],
        [f"{TOLD} in the answer"],
        ["root:x:0:0 in the answer"],
    )


def test_through_every_field_and_parameter(attack):
    targets = known_targets(attack)
    assert len(targets) > 150
    for number in range(ROUNDS):
        for place, target in enumerate(targets):
            fields = list(target.fields)
            is_sent = target.method == "POST"
            # All at once, which finds what reads without asking; and one among good ones, which gets further.
            if is_sent or (number + place) % 2:
                attack.ask(target.method, target.address, {name: attack.next_string() for name in fields})
            if is_sent or not (number + place) % 2:
                one = fields[(number + len(target.address)) % len(fields)] if fields else "x"
                attack.ask(target.method, target.address, {**target.fields, one: attack.next_string()})
            if target.method == "POST" or is_last(target.address):
                attack.restore()
    assert attack.problems == []
    assert attack.sent > len(HOSTILE) / 5


def test_as_the_name_of_a_field(attack):
    for number in range(8 * ROUNDS):
        values = {attack.next_string(): attack.next_string() for _ in range(20)}
        attack.ask("GET", f"/integrations/int-eu/{('offers/', 'offers/new/')[number % 2]}", values)
        attack.ask("POST", "/publishers/new/", values)
    assert attack.problems == []


def test_in_the_place_of_every_part_of_an_address(attack):
    for route in routes():
        address = address_of(route)
        parts = [part for part in address.split("/") if part and re.search(r"\d|int-eu", part)]
        for part in [*parts, address.strip("/").split("/")[0]]:
            for _ in range(ROUNDS):
                attack.ask("GET", with_part(address, part, attack.next_string()), {})
        if route.name == "account_logout":
            attack.restore()
    assert attack.problems == []


def as_header(text: str) -> str:
    """The text as far as a field of a head can hold it; what a server reads of its bytes."""
    return re.sub(r"[\r\n\0]", " ", text)[:4000].encode().decode("latin-1")


def test_in_every_header_and_cookie(attack):
    addresses = [
        "/",
        "/integrations/int-eu/offers/",
        "/integrations/int-eu/offers/1001/",
        "/nothing/",
        "/static/js/page.js",
    ]
    for number in range(2 * len(HEADERS) * ROUNDS):
        name, address = HEADERS[number % len(HEADERS)], addresses[number % len(addresses)]
        attack.ask("GET", address, {}, **{name: as_header(attack.next_string())})
    for number in range(len(HOSTILE) // 8 * ROUNDS):
        client = Client()
        client.cookies.load(
            {COOKIES[number % len(COOKIES)]: as_header(attack.next_string()).replace(";", "")}
        )
        attack.problems += problems_of(client.get("/account/login/"))
    assert attack.problems == []


def test_as_json_and_as_a_body_of_another_type(attack):
    kinds = ("application/json", "application/csp-report", "application/reports+json", "text/xml")
    for number in range(len(HOSTILE) // 32 * ROUNDS):
        text = attack.next_string()
        kind = kinds[number % len(kinds)]
        for body in (
            text,
            json.dumps({text: [text, {"csp-report": text}]}),
            json.dumps([{"type": text, "body": text}]),
        ):
            for address in ("/csp-reports/", "/publishers/new/"):
                response = attack.client.post(address, body.encode(), content_type=kind)
                attack.problems += problems_of(response)
    assert attack.problems == []


def test_in_a_file_that_is_uploaded_and_in_its_name(attack):
    for start in range(0, len(HOSTILE), 64 if ROUNDS == 1 else 8):
        texts = HOSTILE[start : start + 64]
        cells = "\n".join(
            ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in (text, text)) for text in texts
        )
        for head in ("name,email", ",".join(f'"{text[:60]}"'.replace("\n", " ") for text in texts[:8])):
            file = BytesIO(f"{head}\n{cells}".encode())
            file.name = re.sub(r"[\0\r\n]", "", texts[0])[:100].replace("/", "_") or "a.csv"
            attack.ask("POST", "/imports/to/publishers/", {"file": file})
    assert attack.problems == []


# --- As values that the API answers with ---

_IDS = re.compile(r"(?:^|_)ids?$")


def changed(value: Any, strings: Any, *, ids: bool, name: str = "") -> Any:
    """The value with every text in it replaced."""
    if isinstance(value, dict):
        return {key: changed(one, strings, ids=ids, name=key) for key, one in value.items()}
    if isinstance(value, list):
        return [changed(one, strings, ids=ids, name=name) for one in value]
    return next(strings) if isinstance(value, str) and (ids or not _IDS.search(name)) else value


@pytest.mark.parametrize("ids", [False, True], ids=["texts", "texts and ids"])
def test_as_every_value_of_every_answer_of_the_api(attack, sandbox, monkeypatch, ids):
    strings = (hostile(number) for number in attack.numbers)
    answer_of = sandbox.application.answer
    replaced = 0

    def answer(request: Any) -> Answer:
        nonlocal replaced
        said = answer_of(request)
        if "/_sandbox/" in request.path or not said.content:
            return said
        try:
            body = json.loads(said.content)
        except ValueError:
            return said
        replaced += 1
        return replace(said, content=json.dumps(changed(body, strings, ids=ids)).encode())

    monkeypatch.setattr(sandbox.application, "answer", answer)
    pages = [address_of(route) for route in routes() if route.access.get and not route.name.startswith(LAST)]
    pages += [
        f"{address_of(next(r for r in routes() if r.name == f'{one.name}:list'))}?page[size]=100"
        for one in registry.resources()
    ]
    for _ in range(ROUNDS):
        for address in pages:
            attack.ask("GET", address, {})
    assert replaced > 40
    assert attack.problems == []
