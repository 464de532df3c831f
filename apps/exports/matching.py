"""Finding our export in the API's list when the answer that named it was lost.

The shape of `reports_query_option` is not documented, so each thing asked for is looked up under every name
it may have, at any depth, and what is not there is no evidence.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.exports.delimiters import DELIMITERS
from apps.exports.models import ExportRequest
from apps.reports.report_types import REPORT_TYPES
from apps.reports.wall_clock import TIME_FORMAT

Record = Mapping[str, Any]

_START = frozenset({"start", "starttime", "startdate", "from", "fromdate", "datefrom"})
_END = frozenset({"end", "endtime", "enddate", "to", "todate", "dateto"})
_ZONE = frozenset({"timezone", "tz"})
_FIELDS = frozenset({"fields", "columns"})
_EXTRA = frozenset({"extraparameters"})
_DELIMITER = frozenset({"delimiter", "separator"})
_INTEGRATION = frozenset({"integration", "integrationid"})
_DELIMITER_WORDS = {**DELIMITERS, "\\t": "\t"}


def high_water_mark(records: Sequence[Record]) -> dict[str, Any]:
    """What the list held: every id, and the newest `created_at` that can be read."""
    moments = [moment for record in records if (moment := _instant(record.get("created_at")))]
    return {
        "ids": [identity for record in records if (identity := remote_id_of(record))],
        "created_at": max(moments).isoformat() if moments else None,
    }


def remote_id_of(record: object) -> str | None:
    """The id of an export in an answer, bare or within `data`; None when it has none."""
    if not isinstance(record, Mapping):
        return None
    for name in ("id", "created_item_id", "export_id"):
        value = record.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
            return str(value)
    return remote_id_of(record.get("data"))


def matches(
    export: ExportRequest, mark: Mapping[str, Any], records: Sequence[Record], taken: Collection[str]
) -> list[Record]:
    """The records that can only be this export's, oldest first; `taken` are ids that belong to others."""
    found = [
        record
        for record in records
        if (identity := remote_id_of(record))
        and identity not in taken
        and _is_after(record, mark, identity)
        and _is_what_was_asked(export, record)
    ]
    return sorted(found, key=lambda record: (str(record.get("created_at") or ""), remote_id_of(record) or ""))


def is_before(mark: Mapping[str, Any], record: Record) -> bool:
    """Whether a record is certainly older than the mark."""
    newest, created = _instant(mark.get("created_at")), _instant(record.get("created_at"))
    return newest is not None and created is not None and created < newest


def _is_after(record: Record, mark: Mapping[str, Any], identity: str) -> bool:
    if identity in mark.get("ids", ()):
        return False
    return not is_before(mark, record)


def _is_what_was_asked(export: ExportRequest, record: Record) -> bool:
    zone = ZoneInfo(export.time_zone)
    return (
        _has_type(export, record)
        and _agrees(record, _INTEGRATION, lambda values: export.integration_id in values)
        and _agrees(record, _START, lambda values: any(_is_time(v, export.start, zone) for v in values))
        and _agrees(record, _END, lambda values: any(_is_time(v, export.end, zone) for v in values))
        and _agrees(record, _ZONE, lambda values: export.time_zone in values)
        and _agrees(record, _FIELDS, lambda values: set(export.columns) == _names(values))
        and _agrees(record, _EXTRA, lambda values: _names(values) == _names([export.extra_parameters]))
        and _agrees(
            record,
            _DELIMITER,
            lambda values: export.delimiter in [_DELIMITER_WORDS.get(v.lower(), v) for v in values],
        )
    )


def _has_type(export: ExportRequest, record: Record) -> bool:
    """A type word of another report is a contradiction; an unknown word is none."""
    word = str(record.get("type") or "").lower()
    others = (report.remote_types for slug, report in REPORT_TYPES.items() if slug != export.report)
    return not any(word in types for types in others)


def _agrees(record: Record, names: Collection[str], test: Callable[[list[str]], bool]) -> bool:
    values = [text for value in values_of(record, names) for text in _texts(value)]
    return not values or test(values)


def values_of(value: object, names: Collection[str]) -> Iterator[object]:
    """Every value that stands under one of the names, at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if str(name).lower().replace("_", "") in names:
                yield inner
            else:
                yield from values_of(inner, names)
    elif isinstance(value, list):
        for inner in value:
            yield from values_of(inner, names)


def _texts(value: object) -> Iterator[str]:
    """The texts and numbers within a value."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool) and str(value) != "":
        yield str(value)


def names_in(text: str) -> list[str]:
    """The names in a text of the API, which has commas between them."""
    return [name for piece in text.split(",") if (name := piece.strip())]


def _names(texts: Sequence[str]) -> set[str]:
    return {name for text in texts for name in names_in(text)}


def _is_time(text: str, wanted: datetime, zone: ZoneInfo) -> bool:
    """Whether a text names this wall clock time: with or without a zone, or only its day."""
    if len(text) == len("2006-01-02"):
        return text == f"{wanted:%Y-%m-%d}"
    moment = _moment(text)
    if moment is None:
        return False
    if moment.tzinfo is None:
        return moment == wanted
    # A zone may be a true one, or a "Z" put behind the wall clock time.
    return moment == wanted.replace(tzinfo=zone) or moment.replace(tzinfo=None) == wanted


def _instant(value: object) -> datetime | None:
    """A moment in time; one without a zone is taken to be UTC."""
    moment = _moment(value)
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    try:
        return datetime.strptime(value, TIME_FORMAT)
    except ValueError:
        return None
