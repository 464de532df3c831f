"""Reads the pages the site answers with: elements with their attributes and text."""

import re
from html import unescape
from urllib.parse import urljoin

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
# What templates write, where each value is quoted; anything else fails. Python's own parser takes twice as long.
_PIECE = re.compile(
    r"""([^<]+)
    | <([a-z][\w-]*) ((?:\s+[^\s"'<>/=]+(?:="[^"]*"|='[^']*')?)*) \s*(/?)>
    | </([a-z][\w-]*)>
    | <!--.*?--> | <!doctype\ html>""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:="([^"]*)"|='([^']*)')?""")


def _read_attributes(written: str) -> dict[str, str]:
    found = {name.lower(): value or other for name, value, other in _ATTRIBUTE.findall(written)}
    return {name: unescape(value) for name, value in found.items()} if "&" in written else found


class Element:
    """The next element of a page: its tag and attributes, and where in the page its inside begins and ends."""

    __slots__ = ("_begins", "_ends", "_page", "attributes", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], page: "Page") -> None:
        self.tag = tag
        self.attributes = attributes
        self._page = page
        page.elements.append(self)
        self._begins = self._ends = (len(page.elements), len(page.pieces))

    def ends(self) -> None:
        """Nothing more is inside it."""
        self._ends = (len(self._page.elements), len(self._page.pieces))

    @property
    def content(self) -> str:
        """The text inside it as it stands."""
        return "".join(self._page.pieces[self._begins[1] : self._ends[1]])

    @property
    def text(self) -> str:
        """Everything inside it, with single spaces."""
        return " ".join(self.content.split())

    @property
    def inner(self) -> list["Element"]:
        """The elements inside it."""
        return self._page.elements[self._begins[0] : self._ends[0]]

    @property
    def cells(self) -> list[str]:
        """The texts of a row's cells."""
        return [element.text for element in self.inner if element.tag in ("td", "th")]

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Page:
    """An answer's HTML, taken apart. Raises AssertionError where it is none that a browser reads as it was meant."""

    def __init__(self, response) -> None:
        self.response = response
        self.address: str = response.request["PATH_INFO"]
        self.elements: list[Element] = []
        self.pieces: list[str] = []
        self._read(response.content.decode())

    def _read(self, html: str) -> None:
        position = 0
        around: list[Element] = []
        for piece in _PIECE.finditer(html):
            assert piece.start() == position, html[position : position + 200]
            position = piece.end()
            text, begun, attributes, is_empty, ended = piece.groups()
            if text:
                self.pieces.append(unescape(text))
            elif begun:
                element = Element(begun, _read_attributes(attributes) if attributes else {}, self)
                if not is_empty and begun not in VOID:
                    around.append(element)
            elif ended:
                element = around.pop()
                assert element.tag == ended, f"<{element.tag}> is closed by </{ended}>"
                element.ends()
        assert position == len(html), html[position : position + 200]
        assert not around, [element.tag for element in around]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of that tag with these attributes; an underscore stands for a dash."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element[name] == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        [element] = self.all(tag, **attributes)
        return element

    def link(self, text: str) -> str:
        """Where the link with this text or name leads."""
        [target] = {
            urljoin(self.address, a["href"]) for a in self.all("a") if text in (a.text, a["aria-label"])
        }
        return target

    @property
    def way_back(self) -> str:
        """Where the page above this one is."""
        [link] = self.all("a", id="way-back")
        return urljoin(self.address, link["href"])

    @property
    def text(self) -> str:
        return self.elements[0].text if self.elements else ""

    @property
    def rows(self) -> list[str]:
        """The names of the table's rows."""
        return [element.text for element in self.all("th", scope="row")]

    def fields(self) -> dict[str, str | list[str]]:
        """What a browser sends for the page's form as it stands; a list where a name is sent more than once."""
        data: dict[str, str | list[str]] = {}
        select = ""
        for element in self.elements:
            name = element["name"]
            if element.tag == "select":
                select = name
            elif element.tag == "option" and select:
                if "selected" in element.attributes or select not in data:
                    data[select] = element["value"]
            elif element.tag == "textarea":
                data[name] = element.content.removeprefix("\n").replace("\n", "\r\n")
            elif element.tag == "input" and name and element["type"] in ("checkbox", "radio"):
                if "checked" in element.attributes:
                    value = element["value"] or "on"
                    data[name] = [*_listed(data[name]), value] if name in data else value
            elif element.tag == "input" and name and element["type"] not in ("submit", "search"):
                data[name] = element["value"]
        data.pop("csrfmiddlewaretoken", None)
        return data


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
