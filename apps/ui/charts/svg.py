"""Elements of SVG as text: every value is escaped, coordinates have a point whatever the locale.

A chart has hundreds of elements, and a template takes ten times as long for them (see apps/ui/cells.py).
"""

from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString

from apps.text.direction import isolated


def element(name: str, content: str = "", **attributes: str | int | Decimal) -> str:
    """An element; `content` is markup already. Underscores of attributes become hyphens, `css` is the class."""
    written = "".join(
        f' {_attribute(key)}="{escape(at(value) if isinstance(value, Decimal) else str(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def picture(*elements: str) -> SafeString:
    """Whole elements, made by this module alone, for a template."""
    return SafeString("".join(elements))


def text(words: str, **attributes: str | int | Decimal) -> str:
    """A text, its direction kept inside."""
    return element("text", escape(isolated(words)), **attributes)


def title(words: str) -> str:
    """What is shown when an element is pointed at."""
    return f"<title>{escape(isolated(words))}</title>"


def at(value: Decimal) -> str:
    """A coordinate."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def percent(share: Decimal) -> str:
    """A place across the width, which no screen is too narrow for."""
    return f"{at(share * 100)}%"


def _attribute(name: str) -> str:
    names = {"css": "class", "view_box": "viewBox", "keep_ratio": "preserveAspectRatio"}
    return names.get(name) or name.replace("_", "-")
