"""What an export holds, as plain data: which rows of which report, which columns, and how the file is written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.reports.local_times import TIME_FORMAT, parse_time, zone_of_text
from apps.reports.report_types import REPORT_TYPES, ReportType


@dataclass(frozen=True)
class ExportSpec:
    """One request for a file. Equal specs request the same file.

    Raises `ValueError` when start and end are not in one zone.
    """

    #: Slug of the report (apps.reports.report_types).
    report: str
    integration_id: str
    #: First and last second, both in the zone in which the API is asked and the file's times are written.
    start: datetime
    end: datetime
    #: In the order of the file.
    columns: tuple[str, ...]
    #: The character between two cells.
    delimiter: str
    extra_parameters: tuple[str, ...] = ()
    #: Name of the zone. Datetimes of two zones may be equal, but their files are not.
    time_zone: str = field(init=False)

    def __post_init__(self) -> None:
        zone = self.start.tzinfo
        if not isinstance(zone, ZoneInfo) or self.end.tzinfo is not zone:
            raise ValueError("start and end need one IANA zone")
        object.__setattr__(self, "time_zone", zone.key)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ExportSpec":
        """The spec of what `as_json` gave.

        Raises `KeyError` when a value is missing, `ValueError` when a time or the zone cannot be read.
        """
        zone = ZoneInfo(stored["time_zone"])
        return cls(
            report=stored["report"],
            integration_id=stored["integration_id"],
            start=parse_time(stored["start_time"]).replace(tzinfo=zone),
            end=parse_time(stored["end_time"]).replace(tzinfo=zone),
            columns=tuple(stored["columns"]),
            delimiter=stored["delimiter"],
            extra_parameters=tuple(names_in(stored["extra_parameters"])),
        )

    def as_json(self) -> dict[str, Any]:
        """For a JSON field; the names are those of the columns of `ExportRequest`."""
        return {
            "report": self.report,
            "integration_id": self.integration_id,
            "start_time": self.start_time,
            "end_time": self.end_time,
            "time_zone": self.time_zone,
            "columns": list(self.columns),
            "extra_parameters": ",".join(self.extra_parameters),
            "delimiter": self.delimiter,
        }

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits, the same for equal specs: what the database compares."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    @property
    def report_type(self) -> ReportType:
        """The kind of report."""
        return REPORT_TYPES[self.report]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the range."""
        return ZoneInfo(self.time_zone)

    @property
    def start_clock(self) -> datetime:
        """The first second on the zone's clock, without a zone: a template would turn `start` into the reader's own."""
        return self.start.replace(tzinfo=None)

    @property
    def end_clock(self) -> datetime:
        """The last second on the zone's clock, without a zone."""
        return self.end.replace(tzinfo=None)

    @property
    def start_time(self) -> str:
        """The first second on the zone's clock, as the API takes it."""
        return self.start.strftime(TIME_FORMAT)

    @property
    def end_time(self) -> str:
        """The last second on the zone's clock, as the API takes it."""
        return self.end.strftime(TIME_FORMAT)

    def holds(self, other: "ExportSpec") -> bool:
        """Whether its file has all rows and columns of the other's, in the same zone; its delimiter may differ."""
        return (
            (self.report, self.integration_id) == (other.report, other.integration_id)
            and zone_of_text(self.time_zone) == zone_of_text(other.time_zone)
            and self.start <= other.start
            and self.end >= other.end
            and set(self.columns) >= set(other.columns)
            and set(self.extra_parameters) >= set(other.extra_parameters)
        )


def names_in(text: str) -> list[str]:
    """The names in a text of the API, which has commas between them."""
    return [name for piece in text.split(",") if (name := piece.strip())]
