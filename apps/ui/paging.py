"""Where a page lies among the others, what an address says of it, and the links to the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

PAGE_SIZES = (25, 50, 100)
DEFAULT_PAGE_SIZE = 50


class SizedState(Protocol):
    """What an address says of rows shown page by page."""

    @property
    def page_size(self) -> int:
        """How many rows a page has."""

    def with_size(self, size: int) -> Self:
        """Pages of another size, from the first."""


class PagedState(SizedState, Protocol):
    """The same where pages have numbers."""

    @property
    def page_number(self) -> int:
        """The page, from 1."""

    def with_page(self, number: int) -> Self:
        """Another page of the same list."""


Sized = TypeVar("Sized", bound=SizedState)
Paged = TypeVar("Paged", bound=PagedState)


@dataclass(frozen=True)
class SizeLink:
    """One choice of page size."""

    size: int
    url: str
    is_current: bool


def size_links(state: Sized, link: Callable[[Sized], str]) -> tuple[SizeLink, ...]:
    """Every page size that is offered."""
    return tuple(SizeLink(size, link(state.with_size(size)), size == state.page_size) for size in PAGE_SIZES)


@dataclass(frozen=True)
class Pager:
    """Which rows are shown, of how many, and where the others are. Unknown numbers are None."""

    first: int
    last: int
    total: int | None
    page_number: int
    page_count: int | None
    previous_url: str
    next_url: str
    size_links: Sequence[SizeLink]

    @property
    def is_all(self) -> bool:
        """Whether these rows are all there are."""
        has_others = self.previous_url or self.next_url
        return not has_others and self.total in (None, self.last) and self.first <= 1

    @classmethod
    def numbered(
        cls,
        state: Paged,
        link: Callable[[Paged], str],
        *,
        rows: int,
        total: int | None,
        page_count: int | None,
    ) -> "Pager":
        """The pager of a page with so many rows; of pages nobody counted, one that is not full is the last."""
        number = state.page_number
        first = (number - 1) * state.page_size + 1
        is_last = number >= page_count if page_count is not None else rows < state.page_size
        return cls(
            first=first if rows else 0,
            last=first + rows - 1 if rows else 0,
            total=total,
            page_number=number,
            page_count=page_count,
            previous_url=link(state.with_page(number - 1)) if number > 1 else "",
            next_url="" if is_last else link(state.with_page(number + 1)),
            size_links=size_links(state, link),
        )


def rows_in_words(count: int) -> str:
    """ "1 row", "1,284 rows"."""
    return "1 row" if count == 1 else f"{count:,} rows"


def read_number(query: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    """A whole number of an address; the default where it is none, which `problems` then say."""
    text = query.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 10 and 1 <= int(text) <= 10**9:
        return int(text)
    problems.append(f"{name} must be a whole number from 1; “{text[:40]}” was ignored.")
    return default


def read_page_size(query: Mapping[str, str], problems: list[str]) -> int:
    """How many rows a page has; a number that is not offered is named in `problems`."""
    size = read_number(query, "page[size]", DEFAULT_PAGE_SIZE, problems)
    if size in PAGE_SIZES:
        return size
    problems.append(f"A page has {', '.join(map(str, PAGE_SIZES))} rows; {size} was ignored.")
    return DEFAULT_PAGE_SIZE
