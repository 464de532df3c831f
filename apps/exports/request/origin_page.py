"""The page an export was requested from: a path of this site, and how people call that page."""

from urllib.parse import unquote, urlsplit

from apps.accounts.safe_redirects import is_local_path
from apps.reports.report_types import REPORT_TYPES

LONGEST_PATH = 2000


def local_path(text: str) -> str:
    """The text where it is a path of this site that fits; else ""."""
    return text if len(text) <= LONGEST_PATH and text.isprintable() and is_local_path(text) else ""


def label_of_page(path: str) -> str:
    """What the page of a path is called: "Conversions report"; a page we have no name for by its first words."""
    words = [unquote(part) for part in urlsplit(path).path.split("/") if part]
    if words[:1] == ["reports"] and len(words) > 1 and words[1] in REPORT_TYPES:
        return f"{REPORT_TYPES[words[1]].label} report"
    if not words:
        return "Start page" if path else ""
    known = next((word for word in words if word.isalpha()), words[0])
    return known.replace("-", " ").capitalize()
