"""Hides personal data in a prepared table from who may not read it: in the views that every query and file goes by.

So it is hidden from filters and groups too: nobody finds out by asking for a value. A table is shared between people;
what is hidden is decided for each of them, by the client with their key.
"""

from dataclasses import replace
from pathlib import Path

from apps.connections.personal_data import EMAIL, HIDDEN, is_personal, masked_text
from apps.look_inside.access import AuthorizedExport
from apps.look_inside.columns import Column, Columns
from apps.look_inside.parquet_table import TableMetadata
from apps.look_inside.prepare.csv_rows import BrokenLine
from apps.look_inside.query.source import TableSource
from apps.look_inside.stored_names import literal

#: An IP address alone, as the engine finds it.
_ADDRESS = r"([0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}(\.[0-9.]+)?"


def source_for(admitted: AuthorizedExport, source: TableSource | Path, columns: Columns) -> TableSource:
    """The table as the person of this client may ask it."""
    whole = source if isinstance(source, TableSource) else TableSource.of(source)
    if admitted.client.endpoint.row_filter is None:
        return whole
    return replace(whole, masks=tuple((place, _mask(column)) for place, column in enumerate(columns.all)))


def facts_for(admitted: AuthorizedExport, facts: TableMetadata) -> TableMetadata:
    """What is told of the table besides its rows, as that person may read it."""
    if admitted.client.endpoint.row_filter is None:
        return facts
    return replace(
        facts,
        columns=[
            replace(column, low="", high="", odd="") if is_personal(column.name) else column
            for column in facts.columns
        ],
        first_broken=[_without(line) for line in facts.first_broken],
        totals=[_without(line) for line in facts.totals],
        titles=[masked_text(line) for line in facts.titles],
    )


def _mask(column: Column) -> str:
    """The column's value as it may be read. One of numbers or times that its name does not tell of stays."""
    name = column.sql
    if is_personal(column.name):
        return f"CASE WHEN {name} IS NULL OR {name} = '' THEN {name} ELSE {literal(HIDDEN)} END"
    if column.is_number or column.is_time:
        return name
    return (
        f"CASE WHEN regexp_full_match({name}, {literal(_ADDRESS)}) THEN {literal(HIDDEN)} "
        f"WHEN contains({name}, '@') THEN regexp_replace({name}, {literal(EMAIL)}, {literal(HIDDEN)}, 'g') "
        f"ELSE {name} END"
    )


def _without(line: BrokenLine) -> BrokenLine:
    """A line that could not be read has no columns to go by: it is hidden as a whole."""
    return replace(line, text=HIDDEN)
