"""The links of lists: chips that take a condition away, choices among ways to see a page, and their addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

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
    return _query_string(tuple(parameters)) if parameters else ""


# The links of a list differ in little from page to page.
@lru_cache(maxsize=1024)
def _query_string(parameters: tuple[tuple[str, str], ...]) -> str:
    return "?" + urlencode(parameters, safe="[],:@/")


def address_of(name: str, /, *values: Any, **named: Any) -> str:
    """What `reverse` says of a page and the values of its path, found once. Raises `NoReverseMatch`."""
    table = get_urlconf() or settings.ROOT_URLCONF
    return _address_of(table, get_script_prefix(), name, values, tuple(named.items()))


@lru_cache(maxsize=1024)
def _address_of(
    table: Any, prefix: str, name: str, values: tuple[Any, ...], named: tuple[tuple[str, Any], ...]
) -> str:
    return reverse(name, table, values, dict(named))
