"""What somebody gives away with a whole file: of how many publishers its rows are, and what the network earns."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from apps.accounts.models import User
from apps.look_inside.access import AuthorizedExport
from apps.look_inside.columns import TEXT, Column
from apps.look_inside.parquet_table import read_facts
from apps.look_inside.query.connection import Busy, QueryTimeout, TableGone, open_table
from apps.look_inside.query.state import PreparedTableState
from apps.look_inside.table_directories import directory_of, spill_directory
from apps.look_inside.tables import table_of
from apps.shares.slices.contents import counted_publishers, is_own_money


@dataclass(frozen=True)
class WholeFile:
    """What is known of the file before a link to all of it is made."""

    #: Of how many publishers its rows are; None while it is not known.
    publishers: int | None = None
    #: Columns that say what the network earns.
    own_money: Sequence[str] = ()
    #: Whether the file is being read, and the number comes by itself.
    is_counting: bool = False
    #: Whether the file could be read, and has no column of publishers.
    is_counted: bool = False


def whole_file(person: User, admitted: AuthorizedExport) -> WholeFile:
    """What the file holds. One that was not opened yet is prepared; its columns are those that the API tells."""
    told = _own_money([Column(place, name, TEXT, 0, 0) for place, name in enumerate(admitted.export.columns)])
    table = table_of(person, admitted, admitted.export.id)
    if not table.is_ready:
        return WholeFile(own_money=told, is_counting=table.is_busy)
    try:
        columns = read_facts(directory_of(table)).table_columns
        with open_table(directory_of(table), spill_directory(), settings.PAGE_DEADLINE_SECONDS) as asked:
            publishers = counted_publishers(asked, columns, PreparedTableState())
    except (OSError, ValueError, TableGone, Busy, QueryTimeout):
        return WholeFile(own_money=told)
    return WholeFile(publishers, _own_money(columns.all), is_counted=True)


def _own_money(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns if is_own_money(column)]
