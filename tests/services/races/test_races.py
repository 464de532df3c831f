"""What many processes want at the same moment, one gets: on PostgreSQL and on a SQLite file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.services.stand import ROOT, Template

pytestmark = pytest.mark.services


@pytest.fixture
def result_of(template, tmp_path):
    """Runs a program beside this file on a database of its own; what it found."""
    return lambda program: _result_of(template, tmp_path, program)


def _result_of(template: Template, directory: Path, program: str) -> Any:
    name = template.copy(directory)
    try:
        done = subprocess.run(
            [
                sys.executable,
                "manage.py",
                "shell",
                "-v0",
                "-c",
                Path(__file__).with_name(program).read_text(),
            ],
            cwd=ROOT,
            env=template.environment(name, directory) | {"EMAIL_URL": "console://"},
            capture_output=True,
            text=True,
        )
    finally:
        template.drop(name)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_row_a_lock_a_form_and_a_place_within_the_daily_limit_are_given_out_once(result_of):
    result = result_of("race_program.py")
    begun = result.pop("tables")
    assert 1 <= min(begun) <= max(begun) <= 2
    assert result == {"claims": [1] * 10, "locks": 1, "forms": 1, "untold": [0] * 10, "places": 2}


def test_a_schedule_deleted_or_paused_while_its_step_asks_leaves_nothing_that_names_what_is_gone(result_of):
    result = result_of("race_schedules_program.py")
    assert result["deletion_while_asking"] == {"faults": [], "schedules": 0, "exports": [None]}
    assert result["asking_while_deleted"] == {"faults": [], "schedules": 0, "exports": 0}
    assert result["run_while_deleted"] == {"faults": [], "runs": 0}
    assert result["pause_while_asking"] == {"faults": [], "state": "paused", "runs": ["requested"]}


def test_a_plan_is_either_confirmed_or_dropped_and_one_form_begins_one_run(result_of):
    result = result_of("race_bulk_program.py")
    assert result["confirmed_while_dropped"] == {"confirmed": False, "dropped": True, "left": 0}
    assert result["forms"] == 1


def test_an_export_canceled_or_deleted_while_it_gets_ready_sends_no_mail_of_a_file_that_is_not_there(
    result_of,
):
    result = result_of("race_exports_program.py")
    assert result["canceled_late"] == {
        "faults": [],
        "state": "ready",
        "is_removed": False,
        "mails": ["queued"] * 2,
    }
    assert result["canceled_first"] == {"faults": [], "state": "canceled", "is_removed": False, "mails": []}
    assert result["deleted_late"] == {
        "faults": [],
        "state": "ready",
        "is_removed": True,
        "mails": ["canceled"] * 2,
    }
    assert result["deleted_first"] == {"faults": [], "state": "canceled", "is_removed": True, "mails": []}


def test_sixteen_threads_write_to_the_logs_of_two_services_and_none_waits_for_ever(result_of):
    result = result_of("race_audit_program.py")
    entries = 16 * 4 * 21 + 1
    assert result == {
        "errors": [],
        "closed_by": 1,
        "entries": entries,
        "closings": entries,
        "open": 0,
        # Of the two services, and of the product.
        "chains": 3,
        "faults": [],
        "found": 3,
    }


def test_two_admins_who_remove_each_other_leave_one_and_a_link_sent_four_times_makes_one_account(result_of):
    result = result_of("race_people_program.py")
    one_is_left = [[1, ["PermissionDenied", "done"]]]
    assert result["deactivated"] == one_is_left
    assert result["demoted"] == [[1, ["RoleNeeded", "done"]]]
    assert result["closed_by_commands"] == [1]
    assert result["invited"] == [1] * 10
    assert result["joined"] == [["CannotJoin"] * 3 + ["done"]] * 3


def test_of_a_thousand_guesses_in_four_processes_twenty_are_checked_and_the_owner_gets_in(result_of):
    result = result_of("race_guesses_program.py")
    told = result["told"]
    assert set(told) <= {"wrong", "locked"}
    assert sum(told.values()) == 1000
    assert 1 <= result["checked"] == told["wrong"] <= 20
    assert set(result["while_guessing"] + result["afterwards"]) == {302}
    assert result["stranger_with_the_password"] == "locked"
