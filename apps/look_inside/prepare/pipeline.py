"""Prepares a table: downloads the file, detects its format, checks its rows, writes the Parquet file.

The work runs in a thread; the thread of the process says again and again that it is alive and how far it is. What the
work writes only counts once the row, under its fence, names the directory it lies in.
"""

import contextlib
import logging
import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
from django.conf import settings
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.api.client import JOB, Client
from apps.api.errors import ApiError, KeyRejected, NotPermitted, RateLimited, RecordNotFound, RequestRefused
from apps.api.http.downloads import DownloadFailed, DownloadRefused
from apps.connections.clients import KeyUnreadable, NoConnection, client_for, connection_for_service
from apps.jobs.failpoints import fp
from apps.look_inside.models import LEASE, Phase, PreparedTable, State, kept_for
from apps.look_inside.parquet_table import TableMetadata, store, write_facts
from apps.look_inside.prepare.compression import NotATable
from apps.look_inside.prepare.csv_dialect import SAMPLE_BYTES, CsvDialect, dialect_of
from apps.look_inside.prepare.csv_rows import Reader, ReadingReport
from apps.look_inside.prepare.decoding import TooLarge, chunks_of
from apps.look_inside.prepare.fetching import FileRefused, fetch
from apps.look_inside.table_directories import home_of, make_room
from apps.text.decoding import Decoder
from apps.text.encoding_detection import encoding_of

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
#: A preparation that takes longer is given up: something is wrong with the file or its host.
LONGEST_SECONDS = 45 * 60
FIRST_RETRY = timedelta(seconds=5)
MAXIMUM_FAILURES = 3
CLEAN = "clean.csv"


@dataclass
class Progress:
    """How far the work is; written by its thread, read by the one that says so."""

    phase: str = Phase.FETCHING
    bytes_read: int = 0
    bytes_total: int | None = None
    rows_read: int = 0

    def received(self, count: int, total: int | None) -> None:
        """So many bytes of the file are there."""
        self.bytes_read, self.bytes_total = count, total

    def changes(self) -> dict[str, object]:
        """The same as fields of the row."""
        return {
            "phase": self.phase,
            "bytes_read": self.bytes_read,
            "bytes_total": self.bytes_total,
            "rows_read": self.rows_read,
        }


def prepare(table: PreparedTable) -> None:
    """Make the table, whose lease this process has, and write what came of it."""
    try:
        client = _client_of(table)
    except (NoConnection, KeyUnreadable):
        _fail(table, "There is no working key any more for the person who asked. Try again with your own.")
        return
    except LookupError as error:
        _fail(table, str(error))
        return
    work = _Work(table, client)
    thread = threading.Thread(target=work.run, name="look-inside", daemon=True)
    thread.start()
    beats = 0
    while thread.is_alive():
        thread.join(BEAT_SECONDS)
        beats += 1
        if beats * BEAT_SECONDS > LONGEST_SECONDS:
            _fail(table, "It took too long. The file's host may be slow.")
            return
        if thread.is_alive():
            table.keep(LEASE, **work.progress.changes())
    _finish(table, work)


def _client_of(table: PreparedTable) -> Client:
    person = table.asked_by
    if not isinstance(person, User) or not may(person, Capability.LOOK_INSIDE, table.service_id):
        raise LookupError("The account of the person who asked is closed, or their role has changed.")
    return client_for(connection_for_service(person, table.service), profile=JOB)


class _Work:
    """The work of one attempt; ends with `directory` set, or with `error`."""

    def __init__(self, table: PreparedTable, client: Client) -> None:
        self.progress = Progress()
        self.error: Exception | None = None
        self.directory: Path | None = None
        self._client = client
        self._artifact_name = table.artifact_name
        self._announced = table.announced_delimiter
        self._fence = table.fence
        self._home = home_of(table)
        self._limit = settings.LOOK_INSIDE_MAXIMUM_BYTES

    def run(self) -> None:
        """Do all of it. Whatever goes wrong is kept for the thread that can write it down."""
        try:
            self.directory = self._make()
        except Exception as error:
            self.error = error

    def _make(self) -> Path:
        original = fetch(
            self._client, self._artifact_name, self._home, self._fence, self._limit, self.progress.received
        )
        fp("look-inside.fetched")
        draft = self._home / f"work-{self._fence}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.progress.phase = Phase.CHECKING
        facts, dialect = self._check(original, draft / CLEAN)
        fp("look-inside.checked")
        self.progress.phase = Phase.STORING
        if dialect.names:
            facts.columns = store(draft / CLEAN, dialect, draft, facts.rows)
        (draft / CLEAN).unlink(missing_ok=True)
        write_facts(draft, facts)
        fp("look-inside.stored")
        ready = self._home / f"ready-{self._fence}"
        draft.rename(ready)
        return ready

    def _check(self, original: Path, clean: Path) -> tuple[TableMetadata, CsvDialect]:
        """Read the original line by line into clean CSV; what was found on the way."""
        encoding = encoding_of(self._chunks(original))
        dialect = dialect_of(_sample(Decoder(encoding).utf8(self._chunks(original))), self._announced)
        decoder = Decoder(encoding)
        reading_report = ReadingReport()
        if dialect.names:
            with clean.open("wb") as file:
                reader = Reader(
                    len(dialect.names), dialect.delimiter, file.write, head_lines=dialect.head_lines
                )
                reading_report = reader.reading_report
                chunks = decoder.utf8(self._chunks(original))
                for rows in reader.read(chunks, has_old_line_ends=dialect.has_old_line_ends):
                    self.progress.rows_read = rows
        facts = TableMetadata(
            encoding=encoding.name,
            delimiter=dialect.delimiter,
            rows=reading_report.rows,
            file_bytes=original.stat().st_size,
            empty_lines=reading_report.empty_lines,
            broken=reading_report.broken,
            first_broken=reading_report.first_broken,
            longer=reading_report.longer,
            totals=reading_report.totals,
            titles=list(dialect.titles),
            is_headerless=dialect.is_headerless,
            odd_name=dialect.odd_name,
            nuls=decoder.nuls,
            replaced=decoder.replaced,
        )
        return facts, dialect

    def _chunks(self, original: Path) -> Iterator[bytes]:
        return chunks_of(original, self._limit)


def _sample(pieces: Iterable[bytes]) -> str:
    """The beginning of the text."""
    sample = bytearray()
    for piece in pieces:
        sample += piece[: SAMPLE_BYTES - len(sample)]
        if len(sample) >= SAMPLE_BYTES:
            break
    return sample.decode("utf-8", "ignore")


def _finish(table: PreparedTable, work: _Work) -> None:
    """Write down what came of the work."""
    match work.error:
        case None if work.directory:
            _ready(table, work.directory, work.progress)
        case TooLarge():
            _remove_files(table)
            table.advance(State.TOO_LARGE, after=kept_for(), phase="", **_size(work.progress))
        case RateLimited() as error:
            wait = timedelta(seconds=min(error.retry_after or 10, 120))
            _retry(table, error.user_message or "The API asks us to slow down.", wait)
        case KeyRejected() | NotPermitted() | RecordNotFound() | RequestRefused() as error:
            _fail(table, error.user_message or "The API does not give the file.")
        case ApiError() as error:
            _retry(table, error.user_message or "The API could not be reached.")
        case FileRefused(may_pass=True) | DownloadFailed() as error:
            _retry(table, str(error))
        case FileRefused() | DownloadRefused() as error:
            _fail(table, str(error))
        case NotATable() as error:
            # Another attempt reads the file anew: its host may send the right one.
            _remove_files(table)
            _fail(table, str(error))
        case duckdb.OutOfMemoryException():
            _fail(table, "The rows of this file are too long to be made into a table here.")
        case OSError() as error:
            logger.error("Table %s: %s", table.pk, error)
            _fail(table, "This server could not keep the file: its disk may be full.")
        case error:
            logger.error("Table %s could not be prepared", table.pk, exc_info=error)
            _fail(table, "Something went wrong on this server while the file was prepared. It was logged.")


def _ready(table: PreparedTable, directory: Path, progress: Progress) -> None:
    stored = sum(entry.stat().st_size for entry in directory.iterdir() if entry.is_file())
    # The original is at the API; ours was only read.
    _remove_files(table, kept=directory)
    table.advance(
        State.READY,
        after=kept_for(),
        directory_name=directory.name,
        stored_bytes=stored,
        opened_at=Now(),
        phase="",
        message="",
        failures=0,
        **_size(progress),
    )
    make_room()


def _remove_files(table: PreparedTable, kept: Path | None = None) -> None:
    """Remove the table's files. Raises `LeaseLost`, having removed nothing, when they are another process's by now.

    Done before the lease is given back: from then on a new attempt may write there.
    """
    table.keep(LEASE)
    for entry in home_of(table).glob("*"):
        if entry == kept:
            continue
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                entry.unlink(missing_ok=True)


def _size(progress: Progress) -> dict[str, object]:
    return {"bytes_read": progress.bytes_read, "bytes_total": progress.bytes_total or progress.bytes_read}


def _retry(table: PreparedTable, message: str, wait: timedelta | None = None) -> None:
    """Try again a little later; after a few times leave it to the person."""
    failures = table.failures + 1
    if failures >= MAXIMUM_FAILURES:
        _fail(table, message)
        return
    wait = wait or FIRST_RETRY * 2 ** (failures - 1)
    table.advance(State.QUEUED, after=wait, failures=failures, phase="", message=message)


def _fail(table: PreparedTable, message: str) -> None:
    table.advance(State.FAILED, after=kept_for(), phase="", message=message)
