"""The results of the page *Conversions* for its template: rows, headers and pager, or why there are none yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from apps.api.answers.records import Record
from apps.api.client import Client
from apps.api.errors import ApiError
from apps.api.token_api import Conversions, list_conversions
from apps.connections.models import Service
from apps.conversions.columns_in_sight import DESK_PIXELS, SMALL_DESK_PIXELS, columns_in_sight
from apps.conversions.error_descriptions import describe_for
from apps.conversions.state import LOOKS, TableState
from apps.conversions.table import Table
from apps.network.column_meanings import is_amount
from apps.network.page_sums import Sums, page_in_words, sums_by_currency, within_sentence
from apps.network.transaction_ids import looks_like_transaction
from apps.text.direction import isolated
from apps.ui.cells import LONGEST_LINE, Cell, text_cell
from apps.ui.error_pages import ErrorDescription
from apps.ui.links import Chip
from apps.ui.paging import Pager, rows_in_words
from apps.ui.tables import Header, Row, with_empty_ones
from apps.ui.values import shortened, text_of

#: More cells than any answer has whose rows have the same columns.
MAXIMUM_CELLS = 1_000_000
#: By a longer name nothing is sorted: it would stand in every address of the page.
_LONGEST_SORT = 200
FIRST_WAIT_SECONDS = 3
LONGEST_WAIT_SECONDS = 60
MAXIMUM_NAMED_WAIT_SECONDS = 600
# A longer cell is shown in part.
_LONGEST_CELL = 120


@dataclass(frozen=True)
class Waiting:
    """The service accepted the request and prepares the answer: what it said, and when to look again."""

    message: str
    seconds: int
    url: str


class ConversionResults:
    """What `_results.html` draws. `load` asks the API; all the rest is done with what it gave."""

    def __init__(
        self,
        service: Service,
        state: TableState,
        list_url: str,
        file_url: str,
        chosen_columns: Sequence[str] = (),
    ) -> None:
        self.service = service
        self.state = state
        self._list_url = list_url
        self._file_url = file_url
        self._chosen_columns = chosen_columns
        self.error: ErrorDescription | None = None
        self.api_request_id = ""
        self.waiting: Waiting | None = None
        self.notes = list(state.problems)
        self.all_rows = self.table = Table([])

    def load(self, client: Client) -> None:
        """Ask the API once, then filter, sort and page; past the end the last page is shown, and said so."""
        try:
            found = list_conversions(client)
        except ApiError as error:
            self.error = describe_for(self.service, error)
            self.api_request_id = error.request_id
            return
        if found.is_ready:
            self._arrange(found)
        else:
            seconds = seconds_until_next_look(self.state.looks, found.retry_after)
            look = self.state.query_string(**{LOOKS: str(self.state.looks + 1)})
            self.waiting = Waiting(found.message, seconds, self._list_url + look)

    def _arrange(self, found: Conversions) -> None:
        self.all_rows = self.table = Table(found.rows)
        if found.skipped:
            self.notes.append(f"{found.skipped:,} entries were left out: they are no rows with columns.")
        count, in_file = len(self.all_rows.columns), len(self.file_columns)
        if unknown := [name for name in self.state.columns if name not in self.all_rows.columns]:
            named = ", ".join(f"“{name[:40]}”" for name in unknown)
            self.notes.append(f"No row has a column {named}; it was left out.")
        if in_file < count and not self._chosen_here:
            self.notes.append(f"The CSV file has the first {in_file:,} of {count:,} columns.")
        if self.state.text:
            self.table = self.table.holding(self.state.text)
        order = self.all_rows.order_of(self.state.sort)
        if order:
            self.table = self.table.sorted_by(order[0], is_descending=order[1])
        elif self.state.sort and self.all_rows.rows:
            self.notes.append(
                f"There is no column “{self.state.sort[:40]}” to sort by; the sort was ignored."
            )
            self.state = replace(self.state, sort="")
        if self.state.page_number > self.page_count:
            self.notes.append(f"Page {self.state.page_number} is past the end; this is the last page.")
            self.state = self.state.with_page(self.page_count)

    @property
    def page_count(self) -> int:
        """How many pages the rows fill; an empty table has one."""
        return max(1, -(-len(self.table.rows) // self.state.page_size))

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        if self.error:
            return self.error.status
        return 202 if self.waiting else 200

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before asking again, where the API or our own patience names them."""
        if self.waiting:
            return self.waiting.seconds
        return self.error.retry_after if self.error else None

    def _link(self, state: TableState) -> str:
        return self._list_url + state.query_string()

    @property
    def url(self) -> str:
        """The page in this state."""
        return self._link(self.state)

    @property
    def url_without_text(self) -> str:
        """The page without the text to look for."""
        return self._link(self.state.without_text())

    @property
    def text_chip(self) -> Chip:
        """The text looked for, as a filter in force."""
        return Chip(f"Contains {isolated(self.state.text)}", self.url_without_text, is_search=True)

    @property
    def is_transaction_wanted(self) -> bool:
        """Whether the text may be the id of a transaction, which the reports may have."""
        return looks_like_transaction(self.state.text)

    @property
    def file_url(self) -> str:
        """The rows of all pages in this state, as a file."""
        return self._file_url + self.state.with_page(1).query_string()

    @property
    def hidden_parameters(self) -> list[tuple[str, str]]:
        """What the search form carries along."""
        return [pair for pair in self.state.parameters() if pair[0] not in ("q", "page[number]")]

    @cached_property
    def columns(self) -> list[str]:
        """The columns shown; judged by all rows, so that they stay while one types."""
        return self._chosen_here or columns_in_sight(self.all_rows, DESK_PIXELS)

    @cached_property
    def _folded(self) -> frozenset[str]:
        """The columns that a small desk has no room for; none of those that somebody chose."""
        in_sight = columns_in_sight(self.all_rows, SMALL_DESK_PIXELS)
        return frozenset() if self._chosen_here else frozenset(self.columns) - frozenset(in_sight)

    @cached_property
    def _css(self) -> dict[str, str]:
        """The classes of each column's cells."""
        kinds = (("number", self._numbers), ("folded", self._folded))
        return {name: " ".join(css for css, names in kinds if name in names) for name in self.columns}

    @cached_property
    def _chosen_here(self) -> list[str]:
        """Those of the chosen columns that rows have; none where nobody chose any."""
        return [name for name in self._chosen_columns if name in self.all_rows.columns]

    @cached_property
    def file_columns(self) -> list[str]:
        """The columns of the file: those chosen, or all, unless each row has others and it would be little but gaps."""
        return self._chosen_here or self.all_rows.columns_that_fit(MAXIMUM_CELLS)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(name for name in self.columns if self.all_rows.is_number(name))

    @cached_property
    def headers(self) -> list[Header]:
        """The heads of the columns; each sorts."""
        order = self.all_rows.order_of(self.state.sort)
        heads = [self._header(name, order) for name in self.columns]
        return [*heads[:1], *with_empty_ones(heads[1:], self.rows)]

    def _header(self, name: str, order: tuple[str, bool] | None) -> Header:
        direction = ""
        if order and order[0] == name:
            direction = "descending" if order[1] else "ascending"
        url = self._link(self.state.with_sort(name)) if 0 < len(name) <= _LONGEST_SORT else ""
        return Header(self.all_rows.labels[name], self._css[name], url, direction)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of this page."""
        return [self._row(record) for record in self._records]

    @property
    def _records(self) -> Sequence[Record]:
        first = (self.state.page_number - 1) * self.state.page_size
        return self.table.rows[first : first + self.state.page_size]

    def _row(self, record: Record) -> Row:
        head = shortened(text_of(record.get(self.columns[0])), LONGEST_LINE) if self.columns else ""
        heads = [self.all_rows.labels[name] for name in self.columns[1:]]
        return Row("", head, "", [self._cell(name, record) for name in self.columns[1:]], heads=heads)

    def _cell(self, name: str, record: Record) -> Cell:
        text = text_of(record.get(name))
        if name in self._numbers:
            return Cell(shortened(text, _LONGEST_CELL), css=self._css[name])
        return text_cell(text, _LONGEST_CELL, self._css[name])

    @cached_property
    def pager(self) -> Pager:
        """Where this page lies in the table."""
        return Pager.numbered(
            self.state,
            self._link,
            rows=len(self.rows),
            total=len(self.table.rows),
            page_count=self.page_count,
        )

    @property
    def summary(self) -> str:
        """What is shown, for the heading and for screen readers: "1–50 of 300", what its amounts come to, and of what.

        Where nobody chose columns and not all fit, it says how many there are.
        """
        if self.error:
            return "not read"
        if self.waiting:
            return "being prepared"
        if not self.rows:
            return "none"
        pager = self.pager
        rows = rows_in_words(len(self.rows))
        shown = rows if pager.is_all else f"{pager.first:,}–{pager.last:,} of {pager.total:,}"
        words = page_in_words(shown, self._sums(), is_all=pager.is_all)
        count = len(self.all_rows.columns)
        is_part = not self._chosen_here and len(self.columns) < count
        return f"{words} · {len(self.columns)} of {count:,} columns" if is_part else words

    def _sums(self) -> Iterator[tuple[str, Sums]]:
        """What the amounts of this page come to, of each column that is one and whose currency a column says."""
        for name in self.columns:
            if name in self._numbers and is_amount(name):
                pairs = ((row.get(name), self.all_rows.currency_of(name, row)) for row in self._records)
                yield within_sentence(self.all_rows.labels[name]), sums_by_currency(pairs)


def seconds_until_next_look(looks: int, named: float | None) -> int:
    """3, 6, 12 … 60 seconds by the looks there were; longer where the service names a longer wait."""
    # The exponent is bounded, because the number of looks comes from an address.
    seconds = min(FIRST_WAIT_SECONDS << min(looks, 10), LONGEST_WAIT_SECONDS)
    return max(seconds, min(round(named or 0), MAXIMUM_NAMED_WAIT_SECONDS))
