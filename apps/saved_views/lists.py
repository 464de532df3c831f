"""The lists that have columns to choose and views to save; the apps above register theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from apps.connections.models import Connection

#: The key of the view without any condition, which every list has.
ALL = "all"
#: The parameters by which an address says its view, and columns of its own.
VIEW = "view"
COLUMNS = "columns"
MAXIMUM_COLUMNS = 60
LONGEST_COLUMN = 200
LONGEST_KEY = 100
#: A value of a shipped view: the Monday of this week.
THIS_WEEK = "this week"


@dataclass(frozen=True)
class ShippedView:
    """A view that comes with a list: its key in addresses, its name, and the list's query parameters."""

    key: str
    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def pairs(self, today: date) -> list[tuple[str, str]]:
        """The query parameters on that day: `THIS_WEEK` is the day the week began."""
        monday = (today - timedelta(days=today.weekday())).isoformat()
        return [(name, monday if value == THIS_WEEK else value) for name, value in self.parameters.items()]


ALL_VIEW = ShippedView(ALL, "All")


@dataclass(frozen=True)
class ViewedList:
    """One list: its registered name, what people call it, and what its pages are asked for here."""

    name: str
    label: str
    #: What the first column shows, in words: it always stays first; "" where any may be.
    first_column: str
    #: Field → label of every column there is to choose at the connection's service, those of the list first.
    columns: Callable[[Connection], Mapping[str, str]]
    #: The columns after the first that are shown where nobody chose any.
    default_columns: Callable[[Connection], Sequence[str]]
    #: The list's address in an integration (its id), where it lies in one; "" where it has none of its own.
    url: Callable[[Connection, str], str]
    #: The parameters that say where the list is, such as a report's integration: part of no view.
    place: Sequence[str] = ()
    #: The views that come with it, besides *All*.
    shipped: Sequence[ShippedView] = ()
    #: What people call the page, and what a view of it keeps.
    noun: str = "list"
    kept: str = "filters, sort, page size and columns"
    #: Whether its results alone take the place of those that are there (`#results`), not the whole page.
    is_swapped: bool = True


_lists: dict[str, ViewedList] = {}


def register_list(viewed: ViewedList) -> None:
    """Make a list known; called from `AppConfig.ready`."""
    _lists[viewed.name] = viewed


def list_named(name: str) -> ViewedList | None:
    """The list of that name, if one is registered."""
    return _lists.get(name)


def fitting(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns as they are kept: each once, none longer than any field's, and only so many."""
    fit = dict.fromkeys(name for name in names if name and len(name) <= LONGEST_COLUMN)
    return tuple(fit)[:MAXIMUM_COLUMNS]
