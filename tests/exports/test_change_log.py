"""Each request for an export, and each deletion of one, has one entry in the change log that says what came of it."""

import pytest
from django.urls import reverse

from apps.audit.models import Entry, OpenEntry, Outcome
from tests.exports.conftest import advance, advance_until

CREATE = "downloadConversions"
DONE = "exp-000008"


def requests() -> list[Entry]:
    return list(Entry.objects.filter(kind="request").order_by("number"))


def outcomes() -> list[str]:
    return [entry.outcome for entry in requests()]


def test_a_request_is_logged_with_who_what_and_the_id_of_what_was_made(export, admin, admin_connection):
    advance(export)
    [entry] = requests()
    assert (entry.outcome, entry.known_record_id) == (Outcome.DONE, export.remote_id)
    assert (entry.person, entry.batch, entry.origin_kind) == (admin, export.pk, "job")
    assert (entry.operation, entry.path) == (CREATE, {"integrationID": "int-eu"})
    assert entry.connection_key == admin_connection.key_name
    assert entry.body["start_time"] == export.start_time


def test_a_refused_request_is_logged_as_failed_in_the_words_of_the_api(export, sandbox):
    sandbox.faults({"kind": "status", "status": 422, "operation": CREATE})
    advance(export)
    assert export.state == "failed"
    [entry] = requests()
    assert (entry.outcome, entry.closing.api_status) == (Outcome.FAILED, 422)


def test_a_lost_answer_stays_open_until_the_export_is_found(export, sandbox):
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    advance(export)
    assert (export.state, outcomes()) == ("unknown", [Outcome.SENDING])
    advance_until(export, "waiting")
    [entry] = requests()
    assert (entry.outcome, entry.known_record_id) == (Outcome.DONE, export.remote_id)


def test_a_request_that_had_no_effect_is_logged_as_failed_and_the_next_one_for_itself(export, sandbox):
    sandbox.faults({"kind": "reset", "operation": CREATE})
    advance_until(export, "waiting")
    assert outcomes() == [Outcome.FAILED, Outcome.DONE]


@pytest.mark.parametrize("place", ["export.sending", "export.answered", "export.noted", "export.adopted"])
def test_a_process_that_ends_within_a_request_leaves_no_second_entry_of_it(
    export, sandbox, settings, tmp_path, place
):
    settings.DATA_DIRECTORY, settings.FAILPOINTS = tmp_path, f"{place}=raise@1"
    advance_until(export, "ready", most=40)
    made = [entry for entry in requests() if entry.outcome == Outcome.DONE]
    assert [entry.known_record_id for entry in made] == [export.remote_id]
    assert len(requests()) == (2 if place == "export.sending" else 1)
    assert not OpenEntry.objects.exists()


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({}, Outcome.DONE),
        ({"kind": "reset_after_effect"}, Outcome.DONE),
        ({"kind": "reset"}, Outcome.FAILED),
        ({"kind": "status", "status": 404}, Outcome.DONE),
        ({"kind": "status", "status": 403}, Outcome.FAILED),
    ],
)
def test_a_deletion_is_logged_with_what_came_of_it(admin_client, admin, service, sandbox, fault, outcome):
    if fault:
        sandbox.faults({**fault, "operation": "deleteExport", "times": None})
    address = reverse("exports:remote_delete", args=[service.pk, DONE])
    admin_client.post(address)
    [entry] = Entry.objects.filter(kind="delete")
    assert (entry.outcome, entry.record_id, entry.person) == (outcome, DONE, admin)
    assert (entry.origin_name, entry.origin_path) == ("exports:remote_delete", address)
