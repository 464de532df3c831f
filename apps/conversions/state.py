"""The state of the page *Conversions*, read from and written to its query string."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import QueryDict

from apps.saved_views.lists import COLUMNS, LONGEST_KEY, VIEW, fitting
from apps.ui.links import query_string
from apps.ui.paging import DEFAULT_PAGE_SIZE, read_number, read_page_size

#: How often a page that waits has looked already; part of no link, and of no address a browser shows.
LOOKS = "looks"
_KNOWN = frozenset({"service", "q", "sort", "page[number]", "page[size]", LOOKS, VIEW, COLUMNS})


@dataclass(frozen=True)
class TableState:
    """Service, text to look for, sort, page; immutable, with a link for every change of it."""

    service: UUID | None = None
    text: str = ""
    #: A column's name; with "-" before it from the largest down.
    sort: str = ""
    page_number: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    looks: int = 0
    #: What the query string asked for and does not get, in words.
    problems: tuple[str, ...] = ()
    #: The view that the address names, and columns that it has of its own.
    view: str = ""
    columns: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict) -> "TableState":
        """Read a query string; what makes no sense is left out and named in `problems`.

        Raises ValueError for a `service` that is no UUID.
        """
        problems = [
            f"“{name[:40]}” is not part of this page's address and was ignored."
            for name in query
            if name not in _KNOWN
        ]
        return cls(
            service=UUID(service) if (service := query.get("service", "")) else None,
            text=query.get("q", "").strip(),
            sort=query.get("sort", ""),
            page_number=read_number(query, "page[number]", 1, problems),
            page_size=read_page_size(query, problems),
            looks=read_number(query, LOOKS, 0, []),
            problems=tuple(problems),
            view=query.get(VIEW, "")[:LONGEST_KEY],
            columns=fitting([str(name) for name in query.getlist(COLUMNS)]),
        )

    def parameters(self) -> list[tuple[str, str]]:
        """The canonical query parameters; what is at its default is left out."""
        values = {
            "service": str(self.service or ""),
            "q": self.text,
            "sort": self.sort,
            "page[number]": "" if self.page_number == 1 else str(self.page_number),
            "page[size]": "" if self.page_size == DEFAULT_PAGE_SIZE else str(self.page_size),
        }
        pairs = [(name, value) for name, value in values.items() if value]
        pairs += [(COLUMNS, name) for name in self.columns]
        return [*pairs, (VIEW, self.view)] if self.view else pairs

    def view_parameters(self) -> list[tuple[str, str]]:
        """What a view holds of them: text, sort and page size."""
        return replace(self, service=None, page_number=1, view="", columns=()).parameters()

    def query_string(self, **more: str) -> str:
        """The canonical query string with its question mark; "" when everything is at its default."""
        return query_string([*self.parameters(), *more.items()])

    def with_view(self, key: str) -> "TableState":
        """The same under the name of a view; "" for none."""
        return replace(self, view=key)

    def with_sort(self, column: str) -> "TableState":
        """Sorted by the column: first up, then down, then as the API gives it; back on page one."""
        order = {column: f"-{column}", f"-{column}": ""}.get(self.sort, column)
        return replace(self, sort=order, page_number=1)

    def without_text(self) -> "TableState":
        """All rows; back on page one."""
        return replace(self, text="", page_number=1)

    def with_page(self, number: int) -> "TableState":
        """Another page of the same table."""
        return replace(self, page_number=number)

    def with_size(self, size: int) -> "TableState":
        """Another number of rows a page, from the first page on."""
        return replace(self, page_size=size, page_number=1)

    def of_service(self, service: UUID) -> "TableState":
        """The first page of another service; its columns are others, so text and sort do not go along."""
        return TableState(service=service, page_size=self.page_size)
