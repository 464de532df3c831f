"""500 exports in flight on two workers, against the API's own time: `python -m bench.exports`."""

import argparse
import statistics
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.export_stand import ExportStand
from bench.measurements import Figure, show

PENDING, SHORTEST, SPREAD = 2, 30, 30


@dataclass(frozen=True)
class Crowd:
    """How many people ask for how many exports each, on which processes."""

    people: int
    each: int
    vendor: str = "postgresql"
    workers: int = 2
    processes: int = 1

    def __str__(self) -> str:
        kind = "PostgreSQL" if self.vendor == "postgresql" else "SQLite"
        return f"{self.people} × {self.each} exports, {kind}, {self.workers} workers of {self.processes}"


def measure(crowd: Crowd) -> list[Figure]:
    """Ask for all at one moment, wait for the last mail, and compare with the API's own time."""
    with ExportStand(crowd.vendor, crowd.people) as stand:
        times = {
            "export_pending_seconds": PENDING,
            "export_running_seconds": SHORTEST,
            "export_running_spread_seconds": SPREAD,
        }
        stand.control("settings", times)
        for _ in range(crowd.workers):
            stand.start_worker(crowd.processes)
        time.sleep(5)  # the workers' start is not measured
        idle = stand.worker_cpu_seconds()
        stand.ask([(person, number) for person in range(crowd.people) for number in range(crowd.each)])
        started = _moment(stand.rows("SELECT min(created_at) FROM exports_exportrequest")[0][0])
        total = crowd.people * crowd.each
        _wait_for_mails(stand, total)
        used = (stand.worker_cpu_seconds() - idle) / total * 1000
        return [*_figures(crowd, stand, started, total), Figure("  CPU of an export", used, 0, "ms")]


def _wait_for_mails(stand: ExportStand, total: int) -> None:
    ends = time.monotonic() + 400
    while len(stand.mail.times) < total:
        if time.monotonic() > ends:
            states = stand.rows("SELECT state, count(*) FROM exports_exportrequest GROUP BY state")
            print(f"Not finished: {states}\n{stand.log()[-3000:]}", file=sys.stderr)
            return
        time.sleep(0.5)


def _figures(crowd: Crowd, stand: ExportStand, started: float, total: int) -> list[Figure]:
    made = {record["id"]: record for record in stand.remote_exports()}
    finished = {key: record["_made"] + sum(record["_timing"]) for key, record in made.items()}
    own = max(sum(record["_timing"]) for record in made.values())
    # SQLite keeps an id without its dashes, so the rows are brought together here.
    exports = stand.rows("SELECT id, remote_id FROM exports_exportrequest")
    remote_ids = {f"export-ready:{uuid_text(pk)}": remote_id for pk, remote_id in exports}
    delays, last = [], started
    for key, message in stand.rows("SELECT key, id FROM mail_message"):
        arrivals = stand.mail.times.get(f"<{uuid_text(message)}@127.0.0.1>", [])
        if key in remote_ids and arrivals:
            delays.append(arrivals[0] - finished[remote_ids[key]])
            last = max(last, arrivals[0])
    journal = stand.journal()
    calls = Counter(entry["operation"] for entry in journal)
    asked = [record["_made"] - started for record in made.values()]
    name = str(crowd)
    return [
        Figure(f"{name}: not finished", total - len(delays), 0.5, ""),
        Figure("  last mail / the API's longest export", (last - started) / own, 1.3, ""),
        Figure(
            "  last mail / the API's last finished",
            (last - started) / (max(finished.values()) - started),
            1.3,
            "",
        ),
        Figure("  from finished to mailed, p50", statistics.median(delays), 0, "s"),
        Figure("  from finished to mailed, p95", statistics.quantiles(delays, n=20)[-1], 10, "s"),
        Figure("  last one asked for after", max(asked), 0, "s"),
        Figure("  calls of an export", len(journal) / total, 0, ""),
        Figure(
            "  lists a person and minute", calls["listExports"] / crowd.people / (last - started) * 60, 0, ""
        ),
    ]


def _moment(value: Any) -> float:
    if isinstance(value, str):
        value = datetime.fromisoformat(value + "+00:00")
    return float(value.timestamp())


def uuid_text(value: Any) -> str:
    """A UUID as Django writes it, whatever the database gives."""
    return str(uuid.UUID(str(value)))


def main() -> int:
    """One crowd from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    crowd = Crowd(given.people, given.each, given.database, given.workers, given.processes)
    return show(measure(crowd))


if __name__ == "__main__":
    sys.exit(main())
