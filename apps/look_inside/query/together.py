"""Several exports of one report as one table: columns that are the same in all, and what a reader must know of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from apps.look_inside.columns import TEXT, Column, Columns
from apps.look_inside.parquet_table import TableMetadata
from apps.look_inside.query.source import SourceFile, TableSource
from apps.look_inside.stored_names import TABLE
from apps.look_inside.timestamps import MILLISECONDS, MIXED, SECONDS
from apps.network.column_meanings import snake_name
from apps.text.direction import isolated

#: The columns that name a transaction, the best first.
_TRANSACTIONS = ("real_tx_id", "real_transaction_id", "transaction_id", "tx_id", "conversion_id", "click_id")


@dataclass(frozen=True)
class Member:
    """One prepared export: the API's id, its name for people, where its table is, and what is known of it."""

    remote_id: str
    label: str
    directory: Path
    facts: TableMetadata


@dataclass(frozen=True)
class Together:
    """What was made of the exports, and what is said of it."""

    #: The API's ids and names of those besides the page's own.
    others: Sequence[tuple[str, str]] = ()
    notes: list[str] = field(default_factory=list)
    #: Whether two of them are about the same time, and whether rows in both can be told.
    has_overlap: bool = False
    can_tell: bool = True

    @classmethod
    def alone(cls) -> "Together":
        """Of one export."""
        return cls()

    def overlap_notes(self, left_out: int) -> list[str]:
        """What became of rows that stand in two of the files."""
        if not self.has_overlap:
            return []
        if not self.can_tell:
            return [
                "The ranges of these exports overlap. No column names the transaction and its time,"
                " so a row that stands in two of them is counted twice."
            ]
        if not left_out:
            return ["The ranges of these exports overlap, but no row stands in two of them."]
        stand = "1 row stands" if left_out == 1 else f"{left_out:,} rows stand"
        return [
            f"The ranges of these exports overlap: {stand} in more than one, with the same transaction and time."
            " Each is counted once, as the newest export has it."
        ]


def why_not_together(own: Columns, member: Member) -> str:
    """Why an export cannot be taken along; "" when it can."""
    mine, theirs = {one.name for one in own.all}, {one.name for one in member.facts.columns}
    if mine == theirs and len(member.facts.columns) == len(own.all):
        return ""
    missing, more = sorted(mine - theirs), sorted(theirs - mine)
    what = (
        f"lacks {isolated(missing[0])}"
        if missing
        else f"has {isolated(more[0])} besides"
        if more
        else "differs"
    )
    return f"{member.label} has other columns: it {what}. It is not taken along."


def taken_together(
    own: Member, others: Sequence[Member], newest_first: Sequence[str]
) -> tuple[TableMetadata, TableSource, Together]:
    """All of them as one table. `newest_first` are their ids, by which rows that stand in two are decided."""
    ranked = sorted([own, *others], key=lambda one: newest_first.index(one.remote_id))
    places = [tuple(_place_of(name.name, member) for name in own.facts.columns) for member in ranked]
    files = tuple(
        SourceFile(str(member.directory / TABLE), place, member.facts.rows)
        for member, place in zip(ranked, places, strict=True)
    )
    notes: list[str] = []
    columns = [
        _same(column, [member.facts.columns[_place_of(column.name, member)] for member in ranked], notes)
        for column in own.facts.columns
    ]
    merged = Columns(columns)
    windows, has_overlap = _windows(ranked, merged)
    same = _same_row(merged)
    moment = merged.moment
    source = TableSource(files, same, moment.moment_sql if moment else "", windows if same else ())
    together = Together(
        [(one.remote_id, one.label) for one in others],
        notes,
        has_overlap=has_overlap or moment is None,
        can_tell=bool(same),
    )
    return _facts(own.facts, ranked, columns), source, together


def _place_of(name: str, member: Member) -> int:
    return next(place for place, column in enumerate(member.facts.columns) if column.name == name)


def _same(column: Column, found: Sequence[Column], notes: list[str]) -> Column:
    """One column of all files. Where they read it differently it is a text, and not summed."""
    filled = [one for one in found if one.filled]
    first = filled[0] if filled else column
    base = replace(
        first,
        place=column.place,
        name=column.name,
        filled=sum(one.filled for one in found),
        distinct=max(one.distinct for one in found),
        numbers=sum(one.numbers for one in found),
        rounded=sum(one.rounded for one in found),
        low=min((one.low for one in filled if one.low), default=""),
        high=max((one.high for one in filled if one.high), default=""),
    )
    if any(one.decimals != first.decimals for one in filled):
        base = replace(base, decimals=None)
    read_as = {(one.kind, one.form, one.has_percent, one.currency, one.unsummed) for one in filled}
    if len(read_as) < 2:
        return base
    kinds, forms = {one.kind for one in filled}, {one.form for one in filled}
    if len(kinds) == 1 and not first.is_number:
        if len(forms) == 1:
            return base
        if first.is_time and not forms & {SECONDS, MILLISECONDS}:
            # Offsets of summer and of winter: each moment is compared in UTC.
            return replace(base, form=MIXED)
        if not first.is_time:
            return replace(base, form="")
    notes.append(f"{isolated(column.name)} is read differently in these files, so it is a text here.")
    return replace(
        base, kind=TEXT, form="", decimals=None, has_percent=False, currency="", unsummed="", low="", high=""
    )


def _same_row(columns: Columns) -> tuple[str, ...]:
    """What tells that two rows are one: the transaction and the moment; nothing where one of them is not there."""
    named = {snake_name(column.name): column for column in reversed(columns.all)}
    transaction = next((named[name] for name in _TRANSACTIONS if name in named), None)
    moment = columns.moment
    return (transaction.sql, moment.moment_sql) if transaction and moment else ()


def _windows(ranked: Sequence[Member], merged: Columns) -> tuple[tuple[tuple[str, str], ...], bool]:
    """For each file the time that it shares with newer ones; "" for none."""
    moment = merged.moment
    if moment is None:
        return tuple(("", "") for _ in ranked), False
    if moment.form == MIXED:
        # Their ends cannot be compared as they are shown.
        return tuple(("0", "~") if number else ("", "") for number in range(len(ranked))), True
    ranges = []
    for member in ranked:
        column = member.facts.columns[_place_of(moment.name, member)]
        ranges.append((column.low.replace("T", " "), column.high.replace("T", " ")))
    windows = []
    for number, (low, high) in enumerate(ranges):
        shared = [
            (max(low, other_low), min(high, other_high))
            for other_low, other_high in ranges[:number]
            if low and other_low and max(low, other_low) <= min(high, other_high)
        ]
        first = min((start for start, _ in shared), default="")
        # A moment is told more finely than the ends that are shown of it.
        last = max((end for _, end in shared), default="")
        windows.append((first, f"{last}~" if last else ""))
    return tuple(windows), any(low for low, _ in windows)


def _facts(own: TableMetadata, ranked: Sequence[Member], columns: list[Column]) -> TableMetadata:
    every = [member.facts for member in ranked]
    return replace(
        own,
        rows=sum(one.rows for one in every),
        file_bytes=sum(one.file_bytes for one in every),
        empty_lines=sum(one.empty_lines for one in every),
        broken=sum(one.broken for one in every),
        first_broken=[line for one in every for line in one.first_broken],
        longer=sum(one.longer for one in every),
        totals=[line for one in every for line in one.totals],
        nuls=sum(one.nuls for one in every),
        replaced=sum(one.replaced for one in every),
        columns=columns,
    )
