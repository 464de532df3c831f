"""What the tests of the palette share: the parts of its answer."""

from html.parser import HTMLParser
from typing import NamedTuple

import pytest

from apps.home.palette.views import PART_END
from tests.home.conftest import at


class Option(NamedTuple):
    """One thing to choose: what it says, where it leads, and whether it is the one of the very id."""

    text: str
    url: str
    is_exact: bool


class Part(HTMLParser):
    """One part of an answer: its place and the options in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.place = ""
        self.words = ""
        self.options: list[Option] = []
        self._option: dict[str, str | None] | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if "data-group" in known:
            self.place = known["data-group"]
        if known.get("role") == "option":
            self._option = known
            self.options.append(Option("", known["href"], "data-exact" in known))

    def handle_endtag(self, tag):
        if tag == "a":
            self._option = None

    def handle_data(self, data):
        if self._option is None:
            self.words += data
        else:
            last = self.options[-1]
            self.options[-1] = last._replace(text=" ".join(f"{last.text} {data}".split()))

    def option(self, text: str) -> Option:
        """The option whose words begin so."""
        return next(one for one in self.options if plain(one.text).startswith(text))


def plain(text: str) -> str:
    """A text without the signs that keep its direction."""
    return (
        text.replace("\u2068", "")
        .replace("\u2069", "")
        .replace(" yesterday", "  yesterday")
        .replace("  ", " ")
    )


@pytest.fixture
def ask():
    """A function that gives the parts of the answer to a text, in the order in which they came, by their places."""

    def ask(client, text: str, *, without: tuple[str, ...] = (), status: int = 200) -> dict[str, Part]:
        address = at("/palette/records/", integration_id="int-eu", q=text)
        address += "".join(f"&without={name}" for name in without)
        response = client.get(address, headers={"HX-Request": "true"})
        assert response.status_code == status
        assert "no-store" in response["Cache-Control"]
        pieces = b"".join(response.streaming_content).decode().split(PART_END)
        assert not pieces.pop().strip()
        parts = [Part(piece) for piece in pieces]
        return {part.place: part for part in parts}

    return ask
