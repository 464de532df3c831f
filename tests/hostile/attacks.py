"""Finds what can be sent to each page, sends hostile strings there, and reads the answers for what worked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from django.test import Client

from apps.accounts.models import Role, User
from tests.support.hostile_strings import MARK, TOLD, hostile

_ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data", "srcdoc")
_BAD_SCHEME = re.compile(r"(?:javascript|data|vbscript|view-source|file):", re.IGNORECASE)
#: What browsers leave out of an address, or before it.
_LEFT_OUT = re.compile(r"^[\x00-\x20]+|[\t\r\n]")
_NEVER = {"iframe", "object", "embed", "base", "style", "math", "video", "audio"}
#: Parameters that any page may look at, whatever its forms have.
COMMON = ("page[number]", "page[size]", "sort", "q", "next", "filter[name]", "view", "columns", "id", "tab")


class Reader(HTMLParser):
    """Notes what in a page would do something that the site did not write."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element as a browser reads it."""
        attributes = {name: value or "" for name, value in attrs}
        is_data = attributes.get("type") == "application/json"
        if tag in _NEVER or (tag == "script" and not is_data and not attributes.get("integrity")):
            self.found.append(f"<{tag}>")
        if tag == "meta" and MARK in attributes.get("content", "").partition("url=")[2].partition("?")[0]:
            self.found.append("<meta> that leads away")
        for name, value in attributes.items():
            if name.startswith(("on", "hx-on", "data-hx-", "style")) or MARK in name:
                self.found.append(f"<{tag} {name}>")
            address = _LEFT_OUT.sub("", value)
            is_address = name in _ADDRESSES and tag != "input"
            if is_address and (_BAD_SCHEME.match(address) or address[:2] in ("//", "/\\", "\\\\")):
                self.found.append(f"<{tag} {name}={value[:80]!r}>")


@dataclass(frozen=True)
class Target:
    """What can be asked or sent: fields with values that are in order."""

    method: str
    address: str
    fields: Mapping[str, str]


@dataclass
class Attack:
    """A person who sends hostile strings; `problems` is what they reached."""

    client: Client
    person: User
    problems: list[str] = field(default_factory=list)
    sent: int = 0
    numbers: Iterator[int] = field(default_factory=count)

    def next_string(self) -> str:
        """The next of the hostile strings."""
        return hostile(next(self.numbers))

    def ask(self, method: str, address: str, values: Mapping[str, Any], **headers: str) -> Any:
        """The answer, after it was looked at; None where there is none but an exception."""
        self.sent += 1
        ask = self.client.get if method == "GET" else self.client.post
        try:
            response = ask(address, values, headers=headers, follow=method == "POST")
        except Exception as error:
            self._note(method, address, values, headers, f"{type(error).__name__}: {error}"[:300])
            return None
        for found in problems_of(response):
            self._note(method, address, values, headers, found)
        return response

    def restore(self) -> None:
        """Signed in and an admin again, whatever was sent."""
        User.objects.filter(pk=self.person.pk).update(role=Role.ADMIN, is_active=True)
        self.client.force_login(User.objects.get(pk=self.person.pk))

    def _note(self, method: str, address: str, values: object, headers: object, found: str) -> None:
        self.problems.append(f"{found} after {method} {address} {values!r:.400} {headers!r:.200}")


def problems_of(response: Any) -> list[str]:
    """What is wrong with an answer, and with those that led to it."""
    found = [f"status {response.status_code}"] if response.status_code >= 500 else []
    for location, _ in [*getattr(response, "redirect_chain", []), (response.get("Location", ""), 0)]:
        address = urljoin("http://testserver/", _LEFT_OUT.sub("", location))
        if location and (urlsplit(address).netloc != "testserver" or location[:2] in ("//", "/\\")):
            found.append(f"redirect to {location[:100]!r}")
    found += [f"header {name}" for name in response.headers if MARK in name.lower()]
    if response.streaming:
        return found
    body = response.content.decode(errors="replace")
    found += [f"{word} in the answer" for word in (TOLD, "root:x:0:0") if word in body]
    if response.get("Content-Type", "").startswith("text/html"):
        reader = Reader()
        reader.feed(body)
        found += reader.found
    return found


def targets_on(address: str, html: str) -> Iterator[Target]:
    """The forms of a page, and the parameters of its links, as what can be asked or sent."""
    finder = _Finder(address)
    finder.feed(html)
    yield from (Target(one["method"], one["action"], one["fields"]) for one in finder.forms)
    for link in finder.links:
        parts = urlsplit(link)
        fields = dict(parse_qsl(parts.query, keep_blank_values=True))
        if fields and not parts.netloc and parts.path:
            yield Target("GET", parts.path, fields)


class _Finder(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self._address = address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self._address, told.get("action") or told.get("hx-post") or self._address)
            method = "POST" if "hx-post" in told else told.get("method", "get").upper()
            self.forms.append({"method": method, "action": action, "fields": {}})
        elif tag in ("input", "select", "textarea", "button") and self.forms and told.get("name"):
            if told["name"] != "csrfmiddlewaretoken" and told.get("type") != "file":
                self.forms[-1]["fields"].setdefault(told["name"], told.get("value", ""))
        elif tag == "option" and self.forms and "selected" in told:
            name = next(reversed(self.forms[-1]["fields"]), None)
            if name:
                self.forms[-1]["fields"][name] = told.get("value", "")
        for name in ("href", "hx-get", "hx-post", "formaction"):
            if "?" in told.get(name, ""):
                self.links.append(urljoin(self._address, told[name]))


def with_part(address: str, part: str, text: str) -> str:
    """The address with another text in the place of one of its parts, percent-encoded."""
    return address.replace(f"/{part}/", f"/{quote(text, safe='')}/", 1)
