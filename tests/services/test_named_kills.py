"""Each place where a kill could lose or double something: one remote export, one mail and one entry of the change log
that says so come of it all the same.

The scenarios run side by side, a few at a time; each test looks at what came of one.
"""

import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.stand import LEASE_SECONDS, Stand, Template
from tests.services.test_worker import exports_made

pytestmark = pytest.mark.services

AT_ONCE = 7
STOPPED_SECONDS = 3 * LEASE_SECONDS


@dataclass
class Outcome:
    """What a scenario left behind."""

    hits: int
    remote_exports: int
    message_ids: list[str]
    state: str
    #: Entries of the change log that say that the export was made, and those that nobody closed.
    logged_as_done: int
    left_open: int


@dataclass(frozen=True)
class Scenario:
    """A planted failpoint, and how the export ends."""

    failpoint: str
    action: str = "kill-worker@1"
    final_state: str = "done"

    def run(self, stand: Stand, api) -> Outcome:
        """Start the worker, let it be killed, wait for the end."""
        stand.failpoints = f"{self.failpoint}={self.action}"
        stand.start_worker()
        if self.final_state == "done":
            stand.wait_until_done()
        else:
            stand.wait_for(lambda: stand.state == self.final_state)
        stand.wait_for(lambda: stand.hits(self.failpoint))
        return Outcome(
            hits=stand.hits(self.failpoint),
            remote_exports=exports_made(api, stand),
            message_ids=list(stand.mail.received),
            state=stand.state,
            logged_as_done=stand.value(
                "SELECT count(*) FROM audit_entryclosing JOIN audit_entry ON audit_entry.id = entry_id "
                "WHERE kind = 'request' AND outcome = 'done'"
            ),
            left_open=stand.value("SELECT count(*) FROM audit_openentry"),
        )


EXACTLY_ONE = {
    "K4 after the claim, before the attempt": Scenario("job.claimed"),
    "K5 after the attempt, before sending": Scenario("export.sending"),
    "K7 answer read, before it is written down": Scenario("export.answered"),
    "K7 written down, before the state": Scenario("export.noted"),
    "K8 after the state, before the next poll": Scenario("export.adopted"),
    "K9 seen ready, before it is written down": Scenario("export.polled"),
    "K10 within the transaction of READY and mail": Scenario("export.ready"),
    "K11 mail claimed, before the connection": Scenario("mail.claimed"),
    "K14 mail noted as sent, before the end": Scenario("mail.noted"),
    "K15 frozen before sending": Scenario("export.sending", f"stop:{STOPPED_SECONDS}@1"),
    "K15 frozen after sending": Scenario("export.answered", f"stop:{STOPPED_SECONDS}@1"),
    "K15 frozen before mailing": Scenario("mail.claimed", f"stop:{STOPPED_SECONDS}@1"),
    "K15 frozen after mailing": Scenario("mail.sent", f"stop:{STOPPED_SECONDS}@1"),
    "the whole group after the answer": Scenario("export.answered", "kill-group@1"),
    "a step that raises": Scenario("export.polled", "raise@1"),
}
WINDOW_ONE = Scenario("mail.sent")
POISON = Scenario("job.claimed", "kill-worker", final_state="needs_attention")


class Runs:
    """Scenarios in the background, a few side by side."""

    def __init__(self, api, directory: Path) -> None:
        self._api = api
        self._directory = directory
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._outcomes: dict[tuple[str, str], Future[Outcome]] = {}

    def start(self, template: Template, scenarios: dict[str, Scenario]) -> None:
        """Start the scenarios on copies of a database."""
        for name, scenario in scenarios.items():
            self._outcomes[template.vendor, name] = self._pool.submit(self._run, template, scenario)

    def _run(self, template: Template, scenario: Scenario) -> Outcome:
        with Stand(template, self._directory / uuid.uuid4().hex) as stand:
            return scenario.run(stand, self._api)

    def outcome(self, vendor: str, name: str) -> Outcome:
        """What came of one; waits for it."""
        return self._outcomes[vendor, name].result()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


#: On SQLite, where locks and clocks differ, the places that depend on them.
ON_SQLITE = [
    "K5 after the attempt, before sending",
    "K7 answer read, before it is written down",
    "K10 within the transaction of READY and mail",
    "K11 mail claimed, before the connection",
    "K15 frozen after sending",
    "K15 frozen after mailing",
]


@pytest.fixture(scope="module")
def runs(api, tmp_path_factory) -> Iterator[Runs]:
    """Everything that runs in the background."""
    runs = Runs(api, tmp_path_factory.mktemp("kills"))
    yield runs
    runs.close()


@pytest.fixture(scope="module")
def sqlite_runs(runs, sqlite_template) -> Runs:
    """The scenarios on SQLite, started."""
    runs.start(sqlite_template, {name: EXACTLY_ONE[name] for name in ON_SQLITE})
    return runs


@pytest.fixture(scope="module")
def postgresql_runs(runs, postgresql_template) -> Runs:
    """The scenarios on PostgreSQL, started."""
    runs.start(postgresql_template, {**EXACTLY_ONE, "W1": WINDOW_ONE, "K20": POISON})
    return runs


@pytest.mark.parametrize("name", EXACTLY_ONE)
def test_one_remote_export_and_one_mail_on_postgresql(postgresql_runs, name):
    _check_exactly_one(postgresql_runs.outcome("postgresql", name))


@pytest.mark.parametrize("name", ON_SQLITE)
def test_one_remote_export_and_one_mail_on_sqlite(sqlite_runs, name):
    _check_exactly_one(sqlite_runs.outcome("sqlite", name))


def _check_exactly_one(outcome: Outcome) -> None:
    assert outcome.hits >= 1
    assert outcome.state == "done"
    assert outcome.remote_exports == 1
    assert len(outcome.message_ids) == 1
    assert (outcome.logged_as_done, outcome.left_open) == (1, 0)


def test_a_kill_right_after_the_mail_servers_acceptance_repeats_the_message_under_the_same_id(
    postgresql_runs,
):
    outcome = postgresql_runs.outcome("postgresql", "W1")
    assert outcome.remote_exports == 1
    assert len(outcome.message_ids) == 2
    assert len(set(outcome.message_ids)) == 1


def test_a_step_that_kills_its_worker_each_time_is_left_to_a_person(postgresql_runs):
    outcome = postgresql_runs.outcome("postgresql", "K20")
    assert outcome.state == "needs_attention"
    assert outcome.remote_exports == 0
