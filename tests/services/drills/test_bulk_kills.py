"""A bulk run outlives the processes that carry it out, wherever they are killed, and an API that loses answers."""

import pytest

from bench.bulk import trial

pytestmark = pytest.mark.services

PLACES = ("bulk.collected", "bulk.marked", "bulk.sent", "bulk.noted", "job.stepped")
EVERYWHERE = ",".join(f"{place}=kill-worker@{number}" for number, place in enumerate(PLACES, 1))


@pytest.mark.parametrize(
    ("what", "rows", "vendor"),
    [("edit", 240, "postgresql"), ("status", 900, "sqlite"), ("create", 24, "sqlite")],
)
def test_a_run_whose_worker_is_killed_at_each_place_changes_all_and_only_its_records(
    request, what, rows, vendor
):
    if vendor == "postgresql":
        request.getfixturevalue("postgresql")
    found = trial(what, rows, vendor=vendor, latency=1, faults=0.05, failpoints=EVERYWHERE)
    assert found.problems == []
