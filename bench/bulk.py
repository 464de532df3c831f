"""Thousands of records changed by a real worker: how long, by how many calls, and whether all and only those.

`python -m bench.bulk` measures; `--faults 0.2 --kills 5` has the API lose, refuse and delay that share of its answers
and kills the worker's processes meanwhile; exits with 1 where a record, a row or an entry of the log is not as it must
be. `--what status|edit|create`, `--rows`, `--latency` (milliseconds of the API a call), `--database`.
"""

import argparse
import contextlib
import os
import random
import signal
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

from apps.sandbox.application import Application
from apps.sandbox.faults import FaultRule
from apps.sandbox.http_messages import Answer, Request
from apps.sandbox.server import SandboxServer
from bench.export_stand import ExportStand
from bench.measurements import Figure, show
from tests.services.stand import descendants

STORED = ("org-main", "offers", "int-eu")
PATIENCE_SECONDS = 500
READS = frozenset({"listOffers", "getOffer"})

_START = """
import json, sys, uuid
from django.conf import settings
from apps.accounts.models import User
from apps.bulk.field_edits import FieldEdit, Operation
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import BulkRun
from apps.bulk.plan.starting import Selection, start_run, start_run_of_changes
from apps.bulk.run import decisions
from apps.connections.models import Connection
from apps.resources import registry
from apps.resources.writes.change import Change
given = json.load(sys.stdin)
User.objects.update(role="admin")
connection = Connection.objects.select_related("owner", "service").get()
offers, path, nonce = registry.named("offers"), {"integrationID": "int-eu"}, uuid.UUID(given["nonce"])
if given["what"] == "create":
    values = {"advertiser_id": given["advertiser"], "currency": "EUR", "visibility": "Public", "active": True}
    named = [{"name": f"Made {n}", **values} for n in range(given["rows"])]
    changes = [(Change("offers", path, None, one), one["name"], n) for n, one in enumerate(named)]
    instruction = Instruction(Kind.IMPORT, "offers.csv")
    start_run_of_changes(nonce, connection.owner, connection, offers, path, instruction, changes)
else:
    edit = Instruction(Kind.EDIT, edits=(FieldEdit("default_payout.payout", Operation.ADD_PERCENT, 10),))
    instruction = edit if given["what"] == "edit" else Instruction(Kind.ACTION, "deactivate")
    chosen = Selection(offers, path, query="?filter[name][contains]=Bulk", is_matching=True, expected=given["rows"])
    start_run(nonce, connection.owner, connection, chosen, instruction)
"""
_CONFIRM = """
import json, sys
from apps.bulk.models import BulkRun
from apps.bulk.run import decisions
assert decisions.confirm(BulkRun.objects.get(pk=json.load(sys.stdin)))
"""


class FaultyPlan:
    """In place of the sandbox's fault plan: a share of all requests goes wrong, in ways that pass."""

    KINDS: tuple[dict[str, Any], ...] = (
        {"kind": "reset_after_effect"},
        {"kind": "reset"},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}},
        {"kind": "html", "status": 502},
        {"kind": "close"},
        {"kind": "bad_json"},
    )

    def __init__(self, share: float, seed: int) -> None:
        self._random = random.Random(seed)
        self._share = share
        self._lock = threading.Lock()
        self.count: Counter[str] = Counter()

    def replace(self, entries: list[dict[str, Any]]) -> None:
        """Nothing: the share stays."""

    def take(self, operation: str) -> FaultRule | None:
        """A rule for the unlucky."""
        with self._lock:
            if self._random.random() >= self._share:
                return None
            entry = self._random.choice(self.KINDS)
            self.count[f"{entry['kind']} {entry.get('status', '')}".strip()] += 1
            return FaultRule.read(dict(entry))


class TimedApplication(Application):
    """Knows how long it took to answer, in seconds."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.seconds: list[float] = []

    def answer(self, request: Request) -> Answer:
        """The answer, timed."""
        began = time.monotonic()
        try:
            return super().answer(request)
        finally:
            self.seconds.append(time.monotonic() - began)


class BulkStand(ExportStand):
    """Workers, a database, and a sandbox in this process that holds as many offers as are wanted."""

    def __init__(self, vendor: str, rows: int, **environment: str) -> None:
        super().__init__(vendor, 1, **environment)
        self.count = rows

    def _start_sandbox(self) -> None:
        self.api = TimedApplication(self.directory / "sandbox")
        server = SandboxServer("127.0.0.1", 0, self.api)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self._stack.callback(server.stop)
        self.sandbox_url = server.origin
        store = self.api.store
        self.advertiser = next(iter(store.records(("org-main", "advertisers", ""))))["id"]
        with store.lock:
            store.write([(STORED, str(500_001 + n), self._offer(n)) for n in range(self.count)])

    def _offer(self, number: int) -> dict[str, Any]:
        return {
            "id": 500_001 + number,
            "name": f"Bulk {number}",
            "advertiser_id": self.advertiser,
            "currency": "EUR",
            "visibility": "Public",
            "active": True,
            "default_payout": {"payout": 4, "payout_type": "CPA", "revenue": 6, "revenue_type": "RPA"},
        }

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def message(self) -> str:
        """What the run says of itself."""
        return str(self.rows("SELECT message FROM bulk_bulkrun")[0][0])

    def offers(self) -> list[dict[str, Any]]:
        """Every offer the API holds."""
        return list(self.api.store.records(STORED))


@dataclass
class Outcome:
    """What a trial found."""

    figures: list[Figure] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def trial(
    what: str,
    rows: int,
    *,
    vendor: str = "sqlite",
    latency: float = 50,
    faults: float = 0.0,
    kills: int = 0,
    seed: int = 1,
    failpoints: str = "",
) -> Outcome:
    """One run of so many records, planned and carried out, and what came of it; `failpoints`: docs/jobs.md."""
    outcome = Outcome()
    run_id = uuid.uuid4()
    with BulkStand(vendor, 0 if what == "create" else rows, JOB_LEASE_SECONDS="5") as stand:
        stand.api.settings.latency_milliseconds = latency
        stand.start_worker(1, FAILPOINTS=failpoints)
        before = {offer["id"] for offer in stand.offers()}
        others = [offer for offer in stand.offers() if not str(offer["name"]).startswith("Bulk ")]
        if faults:
            stand.api.faults = FaultyPlan(faults, seed)  # type: ignore[assignment]

        def state() -> str:
            return str(stand.rows("SELECT state FROM bulk_bulkrun")[0][0])

        given = {"nonce": str(run_id), "what": what, "rows": rows, "advertiser": stand.advertiser}
        began = time.monotonic()
        stand.run(_START, given)
        _wait(stand, lambda: state() in ("planned", "failed"))
        planned = time.monotonic()
        plan_calls = len(stand.api.journal.entries())
        if state() == "failed":
            return Outcome(problems=[f"it was not planned: {stand.message()}"])
        stand.run(_CONFIRM, str(run_id))
        stand.api.seconds.clear()
        confirmed = time.monotonic()
        killer = random.Random(seed)
        for _ in range(kills):
            ends = time.monotonic() + killer.uniform(0.5, 3)
            _wait(stand, lambda ends=ends: time.monotonic() > ends or state() == "finished")
            if state() == "finished":
                break
            _kill(stand, killer)
        _wait(stand, lambda: state() in ("finished", "paused", "stopped"), revive=bool(kills))
        ended = time.monotonic()
        took = ended - confirmed
        calls = stand.api.journal.entries()[plan_calls:]
        writes = [call for call in calls if call["operation"] not in READS]
        outcome.figures = [
            Figure(f"{what} of {rows}, {vendor}, API {latency:g} ms: planned in", planned - began, 0, "s"),
            Figure("  calls that planned", plan_calls, 0, ""),
            Figure("  carried out in", took, 0, "s"),
            Figure("  writing calls", len(writes), 0, ""),
            Figure("  reading calls", len(calls) - len(writes), 0, ""),
            Figure("  the worker's processor time since it began", stand.worker_cpu_seconds(), 0, "s"),
            Figure("  the API's own time for those, one after the other", sum(stand.api.seconds), 0, "s"),
            Figure("  carried out against that", took / sum(stand.api.seconds), 0, "x"),
            Figure("  carried out against a quarter of that", 4 * took / sum(stand.api.seconds), 0, "x"),
        ]
        _check(stand, what, rows, before, state(), outcome)
        now = {offer["id"]: offer for offer in stand.offers()}
        touched = [offer["id"] for offer in others if now.get(offer["id"]) != offer]
        outcome.problems += [f"others were touched: {touched[:5]}"] if touched else []
    return outcome


def _check(stand: BulkStand, what: str, rows: int, before: set[int], state: str, outcome: Outcome) -> None:
    """All and only the wanted records, each row told as it is, one entry of the log each."""
    problems = outcome.problems
    if state != "finished":
        problems.append(f"the run is {state}: {stand.message()}")
    states = Counter(row[0] for row in stand.rows("SELECT state FROM bulk_bulkrow"))
    entries = Counter(row[0] for row in stand.rows("SELECT outcome FROM audit_entryclosing"))
    count = stand.rows("SELECT count(*), count(DISTINCT id) FROM audit_entry")[0][0]
    print(f"rows {dict(states)}, entries {dict(entries)}")
    offers = stand.offers()
    if what == "create":
        made = Counter(offer["name"] for offer in offers if offer["id"] not in before)
        doubled = [name for name, number in made.items() if number > 1]
        problems += [f"doubled: {doubled[:5]}"] if doubled else []
        told = {row[0] for row in stand.rows("SELECT title FROM bulk_bulkrow WHERE state = 'done'")}
        problems += (
            [f"told as done and not there: {sorted(told - set(made))[:5]}"] if told - set(made) else []
        )
        failed = {row[0] for row in stand.rows("SELECT title FROM bulk_bulkrow WHERE state = 'failed'")}
        problems += (
            [f"told as failed and there: {sorted(failed & set(made))[:5]}"] if failed & set(made) else []
        )
    else:
        mine = [offer for offer in offers if str(offer["name"]).startswith("Bulk ")]
        wrong = [
            offer["id"]
            for offer in mine
            if (offer["active"] if what == "status" else str(offer["default_payout"]["payout"]) != "4.4")
        ]
        problems += [f"{len(wrong)} not changed, or twice: {wrong[:5]}"] if wrong else []
        undone = stand.rows("SELECT record_id, state, tries, reason FROM bulk_bulkrow WHERE state <> 'done'")
        problems += [f"row {row}" for row in undone[:5]]
        problems += [f"rows are {dict(states)}"] if set(states) != {"done"} or states["done"] != rows else []
        problems += [f"entries are {dict(entries)}"] if entries != Counter(done=rows) else []
    problems += [f"{count} entries for {rows} rows"] if count != rows else []


def _kill(stand: BulkStand, chosen: random.Random) -> None:
    worker = stand.workers[0]
    pids = descendants(worker.pid)
    # Any process of the worker, itself among them.
    with contextlib.suppress(ProcessLookupError):
        os.kill(chosen.choice([worker.pid, *pids]), signal.SIGKILL)
    _revive(stand)


def _revive(stand: BulkStand) -> None:
    for worker in list(stand.workers):
        if worker.poll() is not None:
            stand.workers.remove(worker)
            stand.start_worker(1)


def _wait(stand: BulkStand, condition: Any, *, revive: bool = False) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > ends:
            raise AssertionError(stand.log()[-3000:])
        if revive:
            _revive(stand)
        time.sleep(0.1)


def bulk_runs() -> list[Figure]:
    """Status of 10,000 by bulk calls, a field of 1,000 one by one, with an API of 50 ms: against its own time."""
    status, edit = trial("status", 10_000), trial("edit", 1_000)
    goals: dict[str, dict[str, float]] = {
        "writing calls": {"status": 100},
        "reading calls": {"status": 100},
        "carried out against that": {"status": 1.3},
        "against a quarter": {"edit": 1.5},
    }
    found = []
    for what, one in (("status", status), ("edit", edit)):
        assert not one.problems, one.problems
        for figure in one.figures:
            goal = next((limits.get(what, 0) for name, limits in goals.items() if name in figure.name), 0)
            found.append(Figure(figure.name, figure.value, goal, figure.unit))
    return found


def main() -> int:
    """One trial, or the measurement without arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--what", choices=["status", "edit", "create"])
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--latency", type=float, default=50)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    if given.what is None:
        return show(bulk_runs())
    found = trial(
        given.what,
        given.rows,
        vendor=given.database,
        latency=given.latency,
        faults=given.faults,
        kills=given.kills,
        seed=given.seed,
    )
    missed = show(found.figures)
    for problem in found.problems:
        print("WRONG:", problem)
    return int(bool(missed or found.problems))


if __name__ == "__main__":
    sys.exit(main())
