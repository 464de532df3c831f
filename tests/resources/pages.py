"""Reads the pages the site answers with: elements with their attributes and text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


@dataclass
class Element:
    """One element; `text` is everything inside it, with single spaces."""

    tag: str
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)
    #: The elements inside it.
    inner: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def cells(self) -> list[str]:
        """The texts of a row's cells."""
        return [element.text for element in self.inner if element.tag in ("td", "th")]

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Page(HTMLParser):
    """An answer's HTML, taken apart."""

    def __init__(self, response) -> None:
        super().__init__(convert_charrefs=True)
        self.response = response
        self.address: str = response.request["PATH_INFO"]
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(response.content.decode())
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        for outer in self._open:
            outer.inner.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data) -> None:
        for element in self._open:
            element.pieces.append(data)

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
                data[name] = "".join(element.pieces).removeprefix("\n").replace("\n", "\r\n")
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
