"""Workers killed at random and at named places while the API answers badly: nothing is lost, nothing doubled.

`make soak`. Prints a table, and exits with 1 when an export was asked for twice or got another one's file, a mail is
missing or came twice other than in the window W1 (docs/jobs.md), or something is not finished 15 minutes after the last
kill. All exports are of hours of one day. `--lost 0.2` loses that share of the answers instead of one now and then,
`--form 1` has the API's list tell of their ranges in another form (apps/sandbox/exports/record_variants.py).
"""

import argparse
import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.export_stand import ExportStand
from bench.exports import uuid_text
from tests.services.stand import descendants

#: Named places and how many of their hits may pass before the kill.
NAMED = {
    "job.claimed": 40,
    "job.stepped": 40,
    "export.attempted": 8,
    "export.sending": 8,
    "export.answered": 8,
    "export.noted": 8,
    "export.adopted": 8,
    "export.polled": 8,
    "export.ready": 8,
    "mail.claimed": 8,
    "mail.sent": 15,
    "mail.noted": 8,
}
ROLES = ("supervisor", "main", "guard", "queue process", "group")
#: How long after the mail server's acceptance our note of it may take on a busy machine.
WINDOW_SECONDS = 3.0
CREATE, LISTS = "downloadConversions", ("listExports", "getExport")
MINUTES_TO_FINISH = 15


@dataclass
class Report:
    """What a soak found: lines of the table, and what must not be."""

    lines: list[tuple[str, object]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def add(self, name: str, value: object, *, must_be: object = None) -> None:
        """A line of the table; a violation when it must be something else."""
        self.lines.append((name, value))
        if must_be is not None and value != must_be:
            self.violations.append(f"{name}: {value}, not {must_be}")


class Soak:
    """One run on a stand of its own."""

    def __init__(
        self,
        vendor: str,
        kills: int,
        exports: int,
        people: int,
        seed: int,
        lost: float = 0.0,
        form: int = 0,
    ) -> None:
        self.kills, self.exports, self.people = kills, exports, people
        self.lost, self.form = lost, form
        self.random = random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.kill_times: list[float] = []
        self.stand = ExportStand(vendor, people, EXPORT_SETTLE_SECONDS="6", JOB_LEASE_SECONDS="6")

    def run(self) -> Report:
        """Ask, kill, wait, count."""
        with self.stand as stand:
            stand.control(
                "settings",
                {
                    "export_running_seconds": 1,
                    "export_running_spread_seconds": 8,
                    "export_record_form": self.form,
                },
            )
            for _ in range(2):
                self._start_worker()
            asked = 0
            while sum(self.killed.values()) + self._named_kills() < self.kills:
                done = sum(self.killed.values()) + self._named_kills()
                due = min(self.exports, (done * 10 // self.kills + 1) * -(-self.exports // 10))
                if due > asked:
                    stand.ask([(number % self.people, number) for number in range(asked, due)])
                    asked = due
                stand.control("faults", self._faults())
                time.sleep(self.random.uniform(0.5, 3))
                self._kill_one()
            stand.control("faults", [])
            last_kill = time.time()
            self._revive()
            if asked < self.exports:
                stand.ask([(number % self.people, number) for number in range(asked, self.exports)])
            self._wait(last_kill)
            return self._report(last_kill)

    def _start_worker(self) -> None:
        """Another worker, with four named kills planted."""
        points = []
        for name in self.random.sample(sorted(NAMED), 4):
            hit = self._hits(name) + self.random.randint(1, NAMED[name])
            points.append(f"{name}=kill-worker@{hit}")
        # Every place is counted, so that the next plants know where the count stands.
        points += [
            f"{name}=raise@1000000" for name in NAMED if not any(p.startswith(f"{name}=") for p in points)
        ]
        self.stand.start_worker(2, FAILPOINTS=",".join(points))

    def _hits(self, name: str) -> int:
        return len(list((self.stand.directory / "failpoints").glob(f"{name}.hit-*")))

    def _named_kills(self) -> int:
        return len(self._named_times())

    def _named_times(self) -> list[float]:
        """When planted kills were carried out: each leaves a file."""
        return [path.stat().st_mtime for path in (self.stand.directory / "failpoints").glob("*.act-*")]

    def _kill_one(self) -> None:
        worker = self.random.choice(self.stand.workers)
        role = self.random.choice(ROLES)
        below = descendants(worker.pid)
        children = below[2:]
        target = {"supervisor": [worker.pid], "main": below[:1], "guard": below[1:2], "group": below[:1]}
        pids = target.get(role) or ([self.random.choice(children)] if children else [])
        if not pids:
            return
        with contextlib.suppress(ProcessLookupError):
            if role == "group":
                os.killpg(pids[0], signal.SIGKILL)
            else:
                os.kill(pids[0], signal.SIGKILL)
            self.killed[role] += 1
            self.kill_times.append(time.time())
        self._revive()

    def _revive(self) -> None:
        """Start killed workers anew, as whatever runs them does."""
        for worker in list(self.stand.workers):
            if worker.poll() is not None:
                self.stand.workers.remove(worker)
                self._start_worker()

    def _faults(self) -> list[dict[str, Any]]:
        """What goes wrong next: answers lost after the effect, 429 storms, resets, slow and unreadable answers."""
        choose = self.random.choice
        limited = {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}}
        lost = choose(["reset_after_effect", "bad_json", "empty", "short_body", "wrong_shape", "html_after"])
        creation = (
            {"kind": "html", "status": 502, "when": "after"} if lost == "html_after" else {"kind": lost}
        )
        of_reads = [
            {
                "kind": choose(["reset", "bad_json", "empty", "close", "short_body", "wrong_shape"]),
                "times": 2,
            },
            {"kind": "status", "status": choose([500, 502, 503, 504]), "times": 2},
            {"kind": "stall", "seconds": self.random.uniform(0.5, 3)},
            limited | {"times": self.random.randint(1, 10)},
        ]
        if self.lost:
            places = [place for place in range(200) if self.random.random() < self.lost]
            kinds = ["reset_after_effect", "bad_json", "empty", "reset"]
            return [{"kind": choose(kinds), "operation": CREATE, "skip": place} for place in places]
        rules = [creation | {"operation": CREATE, "skip": self.random.randint(0, 2)}]
        if self.random.random() < 0.3:
            rules.append(choose([limited, {"kind": "stall", "seconds": 2}]) | {"operation": CREATE})
        rules += [rule | {"operation": choose(LISTS)} for rule in self.random.sample(of_reads, 2)]
        return rules

    def _wait(self, last_kill: float) -> None:
        """Until every export and every mail has come to its end."""
        moving = (
            "SELECT (SELECT count(*) FROM exports_exportrequest WHERE state NOT IN "
            "('done', 'failed', 'canceled', 'needs_attention')) + "
            "(SELECT count(*) FROM mail_message WHERE due_at IS NOT NULL)"
        )
        while time.time() < last_kill + MINUTES_TO_FINISH * 60:
            self._revive()
            if self.stand.rows(moving)[0][0] == 0:
                return
            time.sleep(1)

    def _report(self, last_kill: float) -> Report:
        report = Report()
        finished = time.time() - last_kill
        for role in ROLES:
            report.add(f"killed: {role}", self.killed[role])
        report.add("killed at named places", self._named_kills())
        report.add("seconds from the last kill to the end", round(finished))
        self._count_exports(report)
        self._count_mails(report)
        return report

    def _count_exports(self, report: Report) -> None:
        stand = self.stand
        made = Counter(
            dict(entry["query"])["start_time"] + entry["key"]
            for entry in stand.journal()
            if entry["operation"] == CREATE and str(entry["effect"] or "").startswith("created")
        )
        states = Counter(state for (state,) in stand.rows("SELECT state FROM exports_exportrequest"))
        faults = Counter(entry["fault"] for entry in stand.journal() if entry["fault"])
        report.add(
            "faults of the API", ", ".join(f"{kind} {count}" for kind, count in sorted(faults.items()))
        )
        report.add("exports asked for by people", sum(states.values()), must_be=self.exports)
        report.add("exports the API made", sum(made.values()), must_be=self.exports)
        report.add("exports made twice", sum(count > 1 for count in made.values()), must_be=0)
        report.add("exports with the file of another one", self._with_foreign_files(), must_be=0)
        report.add("exports finished", states["done"], must_be=self.exports)
        report.add(
            "exports that ended otherwise", dict(states - Counter({"done": states["done"]})), must_be={}
        )
        if states["done"] != self.exports:
            others = (
                "SELECT state, message, starts, remote_id FROM exports_exportrequest WHERE state <> 'done'"
            )
            report.violations += [str(row) for row in stand.rows(others)]

    def _with_foreign_files(self) -> int:
        """How many exports lead to one that the API made for another range or other columns."""
        made = {record["id"]: record["reports_query_option"] for record in self.stand.remote_exports()}
        rows = self.stand.rows(
            "SELECT remote_id, start_time, end_time FROM exports_exportrequest WHERE remote_id <> ''"
        )
        return sum(
            (made[identity]["start_date"], made[identity]["end_date"]) != (start, end)
            for identity, start, end in rows
        )

    def _count_mails(self, report: Report) -> None:
        stand = self.stand
        rows = stand.rows("SELECT id, key, state, tries, error FROM mail_message")
        sent = stand.mail.times
        kills = [*self.kill_times, *self._named_times()]
        outside = [
            key
            for key, times in sent.items()
            if len(times) > 1 and not all(_in_window(accepted, kills) for accepted in times[:-1])
        ]
        known = {f"<{uuid_text(row[0])}@127.0.0.1>" for row in rows}
        ready = [row for row in rows if str(row[1]).startswith("export-ready")]
        report.add("mails “ready” written", len(ready), must_be=self.exports)
        report.add("other mails written", len(rows) - len(ready), must_be=0)
        report.add("mails not sent", sum(row[2] != "sent" for row in rows), must_be=0)
        report.add("mails the server never got", len(known - sent.keys()), must_be=0)
        report.add(
            "mails that came twice in the window W1", sum(len(t) > 1 for t in sent.values()) - len(outside)
        )
        report.add("mails that came twice otherwise", len(outside), must_be=0)


def _in_window(accepted: float, kills: list[float]) -> bool:
    """Whether a process was killed between the server's acceptance and our note of it."""
    return any(accepted - 0.1 <= kill <= accepted + WINDOW_SECONDS for kill in kills)


def main() -> int:
    """A whole run, from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--exports", type=int, default=100)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--lost", type=float, default=0.0, help="the share of answers that are lost")
    parser.add_argument("--form", type=int, default=0, help="the form of records, see above")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    print(f"{given.kills} kills, {given.exports} exports, {given.database}, seed {seed}", flush=True)
    soak = Soak(given.database, given.kills, given.exports, given.people, seed, given.lost, given.form)
    report = soak.run()
    for name, value in report.lines:
        print(f"{name:<45} {value}")
    for violation in report.violations:
        print(f"VIOLATION  {violation}")
    print("Nothing was lost, nothing doubled." if not report.violations else "See above.")
    return int(bool(report.violations))


if __name__ == "__main__":
    sys.exit(main())
