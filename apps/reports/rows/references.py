"""The records that a report row refers to (offer, publisher, advertiser; id and name), and its time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.reports.local_times import clock_words, wall_clock
from apps.reports.report_types import ReportType
from apps.resources.references.resolver import is_plain_id
from apps.ui.columns import Record
from apps.ui.values import LONGEST_ID, identifier, is_missing, text_of

#: Where the time may stand when the report's own time column is missing. The rows' fields are not documented; the
#: reference calls the time of clicks and impressions `request_time`.
_TIME_FIELDS = ("date_time", "request_time", "conversion_time")
_LONGEST_TIME = 60


@dataclass(frozen=True)
class ReferenceKind:
    """One kind of record that rows refer to. `filter_name` is what the reports call it when they filter."""

    name: str
    label: str
    tag: str
    filter_name: str

    @property
    def id_column(self) -> str:
        """The column of the ids."""
        return f"{self.name}_id"


OFFER = ReferenceKind("offer", "Offer", "Offers", "offer_id")
PUBLISHER = ReferenceKind("publisher", "Publisher", "Publishers", "publisher")
ADVERTISER = ReferenceKind("advertiser", "Advertiser", "Advertisers", "advertiser")
KINDS = {kind.name: kind for kind in (OFFER, PUBLISHER, ADVERTISER)}
BY_FILTER = {kind.filter_name: kind for kind in KINDS.values()}


@dataclass(frozen=True, slots=True)
class Reference:
    """An id and a name, each "" where the row does not have it."""

    id: str
    name: str


def reference_in(record: Record, kind: ReferenceKind) -> Reference:
    """What the row says: `offer_id` and `offer`, an object with `id` and `name`, or an id in place of the name."""
    key, value = record.get(kind.id_column), record.get(kind.name)
    if isinstance(value, Mapping):
        key = value.get("id") if is_missing(key) else key
        value = value.get("name")
    if is_missing(key) and _is_id(value):
        key, value = value, None
    # An id that no record can have stands there as a name does: a text, and the way to nothing.
    name = _text(value) or _text(record.get(f"{kind.name}_name")) or ("" if identifier(key) else _text(key))
    return Reference(identifier(key).strip(), name)


def nameless_ids(records: Iterable[Record], kind: ReferenceKind) -> set[str]:
    """The ids that rows have without a name."""
    found = (reference_in(record, kind) for record in records)
    return {reference.id for reference in found if reference.id and not reference.name}


def moment_of_row(record: Record, report: ReportType) -> datetime | None:
    """When the row happened, on the wall clock of the zone that was asked for; None where it does not say."""
    return wall_clock(time_text_of(record, report))


def time_text_of(record: Record, report: ReportType) -> str:
    """A row's own words for when it happened; "" where it has none."""
    values = (record.get(name) for name in dict.fromkeys((report.time_column, *_TIME_FIELDS)))
    return next((text[:_LONGEST_TIME] for value in values if (text := _text(value))), "")


def time_words_of(record: Record, report: ReportType) -> str:
    """When a row happened, as pages write a time; "" where it does not say."""
    return clock_words(time_text_of(record, report))


def _is_id(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return len(value) <= LONGEST_ID and is_plain_id(value, None)
    return isinstance(value, int)


def _text(value: Any) -> str:
    if is_missing(value) or isinstance(value, bool | list | dict):
        return ""
    return text_of(value).strip()
