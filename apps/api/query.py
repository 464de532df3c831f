"""The API's query language: `filter[field][operator]`, `sort`, `page[number]`, `page[size]`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

DEFAULT_OPERATOR = "eq"
# "The API max limit is 100" (reference, Pagination).
MAXIMUM_PAGE_SIZE = 100

_FILTER_NAME = re.compile(r"filter\[([^\[\]]+)\](?:\[([^\[\]]+)\])?")


@dataclass(frozen=True)
class Filter:
    """One condition. `field` has dots for a nested one; several values of `in` are separated by commas."""

    field: str
    operator: str = DEFAULT_OPERATOR
    value: str = ""

    @property
    def name(self) -> str:
        """The parameter's name. `eq` is left out: the reference calls it the default."""
        if self.operator == DEFAULT_OPERATOR:
            return f"filter[{self.field}]"
        return f"filter[{self.field}][{self.operator}]"

    @classmethod
    def from_parameter(cls, name: str, value: str) -> "Filter | None":
        """The filter that a query parameter spells, or None when its name is not a filter's."""
        match = _FILTER_NAME.fullmatch(name)
        return cls(match[1], match[2] or DEFAULT_OPERATOR, value) if match else None


@dataclass(frozen=True)
class ListQuery:
    """Which page of a list, in which order, of which records. A leading `-` in `sort` is descending."""

    page_number: int = 1
    page_size: int = 50
    sort: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()

    def parameters(self) -> list[tuple[str, str]]:
        """The query parameters, in a fixed order."""
        parameters = [
            ("page[number]", str(max(self.page_number, 1))),
            ("page[size]", str(min(max(self.page_size, 1), MAXIMUM_PAGE_SIZE))),
        ]
        if self.sort:
            parameters.append(("sort", ",".join(self.sort)))
        parameters.extend((condition.name, condition.value) for condition in self.filters)
        return parameters


def query_string(parameters: Sequence[tuple[str, str]]) -> str:
    """The encoded query. An array is its name repeated; a lone surrogate becomes U+FFFD."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in parameters)


def path_segment(value: str) -> str:
    """The value as exactly one path segment, whatever it contains: `../users` and `..` stay one."""
    encoded = _encoded(value)
    return encoded.replace(".", "%2E") if encoded in (".", "..") else encoded


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "replace").replace(b"\x00", b""), safe="")
