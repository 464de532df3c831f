"""The links of lists: chips that take a condition away, choices among ways to see a page, and their query strings."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

#: Characters of a record's name that a link shows.
LONGEST_CHOICE = 60


@dataclass(frozen=True)
class Chip:
    """One filter in words, and the address of the list without it."""

    text: str
    url: str
    #: Whether it is what the search box holds, which stands outside of what is swapped.
    is_search: bool = False


@dataclass(frozen=True)
class ChoiceLink:
    """One of several ways to see a page: a tab, a range, a grouping; where it leads, whether it is shown now."""

    label: str
    url: str
    is_current: bool
    icon: str = ""


def query_string(parameters: Sequence[tuple[str, str]]) -> str:
    """Parameters as a query string with its question mark, legible where that is safe; "" without any."""
    return "?" + urlencode(parameters, safe="[],:@/") if parameters else ""
