"""Finding our export in the API's list when the answer that named it was lost.

A record is ours for certain only where it tells everything that was requested and all of it agrees, each time to the
second. What contradicts in one point is not ours. What lies between may be ours: its file has to be looked into, or a
person asked, before anything is made of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from apps.api.export_records import export_id
from apps.exports.remote.record_query import RecordQuery
from apps.exports.remote.record_times import Agreement, read_time
from apps.exports.spec import ExportSpec
from apps.reports.local_times import zone_of_text
from apps.reports.report_types import REPORT_TYPES

Record = Mapping[str, Any]

CONTRADICTS, UNTOLD, POSSIBLE, CERTAIN = Agreement


@dataclass(frozen=True)
class HighWaterMark:
    """What the API had before it was asked: its newest exports; and what turned out not to be ours since."""

    ids: frozenset[str]
    created_at: datetime | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "HighWaterMark":
        """The mark of an attempt, as `high_water_mark` made it."""
        ids = (*stored.get("ids", ()), *stored.get("not_ours", ()))
        return cls(frozenset(map(str, ids)), _instant(stored.get("created_at")))


@dataclass(frozen=True)
class Candidates:
    """The listed records that are an attempt's for certain, and those that may be; both oldest first."""

    certain: list[Record] = field(default_factory=list)
    possible: list[Record] = field(default_factory=list)


def high_water_mark(records: Sequence[Record]) -> dict[str, Any]:
    """What the list held: every id, and the newest `created_at` that can be read."""
    moments = [moment for record in records if (moment := _instant(record.get("created_at")))]
    return {
        "ids": [identity for record in records if (identity := export_id(record))],
        "created_at": max(moments).isoformat() if moments else None,
    }


def candidates(
    spec: ExportSpec,
    stored_mark: Mapping[str, Any],
    records: Sequence[Record],
    taken: Collection[str],
    creator: str = "",
) -> Candidates:
    """The records that are, or may be, an attempt's. `taken` are ids that belong to others.

    `creator` is how the API calls the user of the key that asked; "" where that is not known.
    """
    mark, found = HighWaterMark.of(stored_mark), Candidates()
    for record in records:
        identity = export_id(record)
        if not identity or identity in taken or identity in mark.ids:
            continue
        agrees = min(agreement(spec, record, creator), _age(mark, record))
        if agrees is CERTAIN:
            found.certain.append(record)
        elif agrees is not CONTRADICTS:
            found.possible.append(record)
    found.certain.sort(key=_by_age)
    found.possible.sort(key=_by_age)
    return found


def agreement(spec: ExportSpec, record: Record, creator: str = "") -> Agreement:
    """How far a record is what was requested: as far as the thing that agrees least."""
    query, zone = RecordQuery(record), spec.zone
    return min(
        _of_type(spec, query),
        _of_set(query.integrations, {spec.integration_id}),
        query.start.agreement(spec.start_clock, zone),
        query.end.agreement(spec.end_clock, zone, is_end=True),
        _of_zone(spec, query),
        _of_columns(spec, query),
        _of_delimiter(spec, query),
        CONTRADICTS if query.filters else CERTAIN,
        CONTRADICTS if creator and query.creator and query.creator != creator else CERTAIN,
    )


def has_same_range(spec: ExportSpec, record: Record, creator: str = "") -> bool:
    """Whether nothing of a record contradicts, and it tells this very range to the second."""
    query, zone = RecordQuery(record), spec.zone
    return (
        agreement(spec, record, creator) is not CONTRADICTS
        and query.start.agreement(spec.start_clock, zone) is CERTAIN
        and query.end.agreement(spec.end_clock, zone, is_end=True) is CERTAIN
    )


def tells_the_days(record: Record) -> bool:
    """Whether it tells when the range starts and ends, be it only the days."""
    query = RecordQuery(record)
    return bool(query.start.times and query.end.times)


def is_before(mark: Mapping[str, Any], record: Record) -> bool:
    """Whether a record is certainly older than the mark."""
    return _age(HighWaterMark.of(mark), record) is CONTRADICTS


def is_known_to_be_newer(mark: Mapping[str, Any], record: Record) -> bool:
    """Whether a record was certainly made after the mark."""
    return _age(HighWaterMark.of(mark), record) is CERTAIN


def _age(mark: HighWaterMark, record: Record) -> Agreement:
    """Whether it was made after the mark, or at its very moment; one that does not tell may be any age."""
    created = _instant(record.get("created_at"))
    if created is None:
        return POSSIBLE
    if mark.created_at is None:
        # Of an empty list everything is newer; one of records without times says nothing.
        return POSSIBLE if mark.ids else CERTAIN
    return CONTRADICTS if created < mark.created_at else CERTAIN


def _by_age(record: Record) -> tuple[str, str]:
    return str(record.get("created_at") or ""), export_id(record)


def _of_type(spec: ExportSpec, query: RecordQuery) -> Agreement:
    """A word of another report contradicts; one that nobody knows may mean anything."""
    others = (report.remote_types for slug, report in REPORT_TYPES.items() if slug != spec.report)
    if any(query.types & types for types in others):
        return CONTRADICTS
    if not query.types:
        return UNTOLD
    return CERTAIN if query.types <= spec.report_type.remote_types else POSSIBLE


def _of_set(told: Collection[str], wanted: Collection[str]) -> Agreement:
    if not told:
        return UNTOLD
    return CERTAIN if set(told) == set(wanted) else CONTRADICTS


def _of_zone(spec: ExportSpec, query: RecordQuery) -> Agreement:
    text = query.zone_text
    if not text:
        return UNTOLD
    told, asked = zone_of_text(text), zone_of_text(spec.time_zone)
    if told is None:
        # An offset, or a name that is none of ours: no proof either way.
        return POSSIBLE
    return CERTAIN if told == asked else CONTRADICTS


def _of_columns(spec: ExportSpec, query: RecordQuery) -> Agreement:
    """The columns and the extra parameters; an API may name these among the columns, or leave out what is empty."""
    asked, extra = list(spec.columns), list(spec.extra_parameters)
    told, told_extra = list(query.columns), list(query.extra_parameters)
    if told_extra and set(told_extra) != set(extra):
        return CONTRADICTS
    if not told:
        return UNTOLD
    rest = [name for name in extra if name not in asked]
    if set(told) not in (set(asked), {*asked, *rest}):
        return CONTRADICTS
    is_whole = not extra or bool(told_extra) or set(rest) <= set(told)
    is_in_order = told[: len(asked)] == asked
    return CERTAIN if is_whole and is_in_order else POSSIBLE


def _of_delimiter(spec: ExportSpec, query: RecordQuery) -> Agreement:
    if not query.delimiter:
        return UNTOLD
    if len(query.delimiter) > 1:
        # A word that we do not know.
        return POSSIBLE
    return CERTAIN if query.delimiter == spec.delimiter else CONTRADICTS


def _instant(value: object) -> datetime | None:
    """A moment in time; one without a zone is taken to be UTC."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            pass
        else:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    told = read_time(value)
    return None if told is None else told.instant or told.clock.replace(tzinfo=UTC)
