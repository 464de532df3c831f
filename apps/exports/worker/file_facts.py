"""What the file of an export tells by itself: its columns, and from when to when its rows are.

Read where the API's list does not say enough of an export to know whose it is. No row is kept.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import pairwise
from time import monotonic
from zoneinfo import ZoneInfo

from apps.api.client import Client
from apps.api.errors import ApiError
from apps.api.http.downloads import Download, DownloadFailed, DownloadRefused
from apps.exports.delimiters import DELIMITERS
from apps.exports.remote.reading import open_file
from apps.exports.remote.record_times import read_time
from apps.exports.spec import ExportSpec
from apps.reports.report_types import ReportType

#: So much of a file is read from its beginning; of a longer one the end too, where the host gives parts of files.
MOST_BYTES, END_BYTES = 8 * 1024 * 1024, 64 * 1024
MOST_SECONDS = 10.0
_LONGEST_CELL = 4096
#: Rows this close to both ends of a range show that the file is about the whole of it: a tenth of its length, or twice
#: the longest time without a row.
_CLOSE, _GAPS = 0.1, 2


class Verdict(Enum):
    """What a file says of whether it is the requested one."""

    REFUTED = "refuted"
    #: Only if its times were in UTC, whatever zone was requested: no other reading lets it be.
    UNLIKELY = "unlikely"
    #: It neither shows nor excludes it.
    OPEN = "open"
    FITS = "fits"


@dataclass(frozen=True)
class FileFacts:
    """The header, and the times of the rows as they stand there, to the second; "" where there is none."""

    columns: tuple[str, ...] = ()
    delimiter: str = ""
    first: str = ""
    last: str = ""
    #: The longest time between a row and the next, in seconds.
    longest_gap: int = 0
    #: Whether all rows were read, or the first and the last ones.
    is_whole: bool = False

    def stored(self) -> dict[str, object]:
        """For a JSON field."""
        return asdict(self)

    @classmethod
    def of(cls, stored: dict[str, object]) -> "FileFacts":
        """As it was stored."""
        values = json.loads(json.dumps(stored))
        return cls(**{**values, "columns": tuple(values.get("columns", ()))})


class FileNotRead(Exception):
    """The API or the file's host did not give the file."""


def read_facts(client: Client, artifact_name: str, spec: ExportSpec) -> FileFacts:
    """The facts of a file, from a bounded part of it. Raises `FileNotRead` when API or host do not give it."""
    try:
        with open_file(client, artifact_name, read_timeout=5.0) as download:
            if download.status != 200:
                raise FileNotRead(f"the host answered {download.status}")
            begin, is_whole = _up_to(download, MOST_BYTES)
        end = b"" if is_whole else _end_of(client, artifact_name, download)
    except (ApiError, DownloadRefused, DownloadFailed, OSError) as error:
        raise FileNotRead(str(error)) from error
    return facts_of(begin, end, spec.report_type, is_whole=is_whole or bool(end), asked=spec.delimiter)


def facts_of(begin: bytes, end: bytes, report: ReportType, *, is_whole: bool, asked: str) -> FileFacts:
    """The facts of the first bytes of a file, and of its last ones where it is longer."""
    text = begin.decode("utf-8-sig", errors="replace")
    if not is_whole or end:
        text = text.rpartition("\n")[0]
    header = text.partition("\n")[0].rstrip("\r")
    delimiter = max([asked, *DELIMITERS.values()], key=header.count)
    columns = tuple(next(_rows(header, delimiter), []))
    names = [_plain(name) for name in columns]
    place = names.index(report.time_column) if report.time_column in names else None
    times: list[datetime] = []
    if place is not None:
        tail = end.decode("utf-8", errors="replace").partition("\n")[2]
        for row in (*_rows(text.partition("\n")[2], delimiter), *_rows(tail, delimiter)):
            told = read_time(row[place]) if len(row) > place else None
            if told is not None:
                times.append(told.instant or told.clock.replace(tzinfo=None))
    if len({moment.tzinfo is None for moment in times}) > 1:
        times = []
    return FileFacts(
        columns,
        delimiter if len(columns) > 1 else "",
        min(times).isoformat() if times else "",
        max(times).isoformat() if times else "",
        _longest_gap(times, is_in_parts=bool(end)),
        is_whole,
    )


def verdict_on(spec: ExportSpec, facts: FileFacts) -> Verdict:
    """Whether a file can be the requested one: what its columns, delimiter and times say, the worst of it first."""
    found = {_of_columns(spec, facts), _of_times(spec, facts), _of_delimiter(spec, facts)}
    return next(verdict for verdict in Verdict if verdict in found)


def _longest_gap(times: Sequence[datetime], *, is_in_parts: bool) -> int:
    """The longest time between neighbours; of a file read in two parts not that between the parts."""
    inner = sorted(times)
    gaps = sorted(int((after - before).total_seconds()) for before, after in pairwise(inner))
    if is_in_parts:
        gaps = gaps[:-1]
    return gaps[-1] if gaps else 0


def _of_columns(spec: ExportSpec, facts: FileFacts) -> Verdict:
    asked = [*spec.columns, *(name for name in spec.extra_parameters if name not in spec.columns)]
    there = [_plain(name) for name in facts.columns]
    if there == asked:
        return Verdict.FITS
    # Names that are none of the API's words may be labels of any columns.
    are_names = all(name in spec.report_type.columns or name in asked for name in there)
    return Verdict.REFUTED if there and are_names and set(there) != set(asked) else Verdict.OPEN


def _of_delimiter(spec: ExportSpec, facts: FileFacts) -> Verdict:
    """One that stands between names of the report's columns is the file's."""
    is_seen = facts.delimiter and any(_plain(name) in spec.report_type.columns for name in facts.columns)
    if not is_seen:
        return Verdict.FITS if len(spec.columns) == 1 else Verdict.OPEN
    return Verdict.FITS if facts.delimiter == spec.delimiter else Verdict.REFUTED


def _of_times(spec: ExportSpec, facts: FileFacts) -> Verdict:
    if not facts.first:
        return Verdict.OPEN
    zone, start, end = spec.zone, spec.start_clock, spec.end_clock
    first, last = datetime.fromisoformat(facts.first), datetime.fromisoformat(facts.last)
    readings = [(first, last)]
    if first.tzinfo is not None:
        readings = [(_on_clock(first, zone), _on_clock(last, zone))]
    elif zone.key != "UTC":
        readings.append(
            (_on_clock(first.replace(tzinfo=UTC), zone), _on_clock(last.replace(tzinfo=UTC), zone))
        )
    inside = [start <= low and high <= end for low, high in readings]
    if not inside[0]:
        return Verdict.UNLIKELY if any(inside) else Verdict.REFUTED
    low, high = readings[0]
    close = max((end - start) * _CLOSE, timedelta(seconds=_GAPS * facts.longest_gap))
    is_about_all = low - start <= close and end - high <= close
    return Verdict.FITS if is_about_all and facts.is_whole else Verdict.OPEN


def _on_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a piece of CSV; what cannot be read as one ends them."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except (StopIteration, csv.Error):
            return
        yield [cell[:_LONGEST_CELL] for cell in row]


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _up_to(download: Download, most: int) -> tuple[bytes, bool]:
    """The bytes there are, up to so many, and whether those are all; a slow host ends it too."""
    found, began = bytearray(), monotonic()
    for chunk in download.chunks:
        found += chunk
        if len(found) > most or monotonic() - began > MOST_SECONDS:
            return bytes(found[:most]), False
    return bytes(found), True


def _end_of(client: Client, artifact_name: str, download: Download) -> bytes:
    """The last bytes of a long file; none where its host tells no length, or gives only whole files."""
    length = download.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        return b""
    with open_file(client, artifact_name, from_byte=int(length) - END_BYTES, read_timeout=5.0) as rest:
        return _up_to(rest, END_BYTES)[0] if rest.status == 206 else b""
