"""Variants of export records: the forms in which they may state their range, which the reference does not show."""

from datetime import datetime
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

from apps.sandbox.reports.row_stream import TIME_FORMAT

Json = dict[str, Any]


class RecordForm(IntEnum):
    """What the setting `export_record_form` may be."""

    #: `start_date` and `end_date` to the second.
    PLAIN = 0
    #: A day in `start_date`, the time to the second in `start_time`.
    DAY_AND_TIME = 1
    #: Days alone, whatever hours were asked for.
    DAYS = 2
    #: No times at all.
    NO_TIMES = 3
    #: ISO 8601 with the offset of the zone.
    OFFSETS = 4
    #: Seconds since 1970.
    SECONDS = 5
    #: `start_time` and `end_time` alone.
    TIMES = 6
    #: Nothing of the query.
    NO_QUERY = 7
    #: The time is told, the zone, the delimiter and the extra parameters are not.
    FEW_FACTS = 8


def in_form(record: Json, form: int) -> Json:
    """A record as the setting says; its times are the query's own."""
    if form == RecordForm.PLAIN:
        return record
    if form == RecordForm.NO_QUERY:
        return {name: value for name, value in record.items() if name != "reports_query_option"}
    option = dict(record["reports_query_option"])
    start, end = option.pop("start_date"), option.pop("end_date")
    zone = ZoneInfo(option["timezone"])
    moments = [datetime.strptime(text, TIME_FORMAT).replace(tzinfo=zone) for text in (start, end)]
    if form in (RecordForm.DAY_AND_TIME, RecordForm.DAYS):
        option |= {"start_date": start[:10], "end_date": end[:10]}
    if form in (RecordForm.DAY_AND_TIME, RecordForm.TIMES, RecordForm.FEW_FACTS):
        option |= {"start_time": start, "end_time": end}
    if form == RecordForm.OFFSETS:
        option |= {"start_time": moments[0].isoformat(), "end_time": moments[1].isoformat()}
    if form == RecordForm.SECONDS:
        option |= {"start_time": int(moments[0].timestamp()), "end_time": int(moments[1].timestamp())}
    if form == RecordForm.FEW_FACTS:
        for name in ("timezone", "extra_parameters"):
            option.pop(name)
        record = {name: value for name, value in record.items() if name != "format"}
    return {**record, "reports_query_option": option}
