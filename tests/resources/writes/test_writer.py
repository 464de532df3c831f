"""Whatever comes of a write, it is told as it is, and stands in the change log once."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.descriptions import Origin
from apps.audit.models import Entry, Outcome
from apps.resources.writes.writer import Writer
from tests.offers.conftest import LIST, store
from tests.resources.rules import calls, sent, visit

__all__ = ["calls", "sent", "store"]
pytestmark = pytest.mark.django_db
UPDATE, BULK, DELETE, CREATE = "updateOffer", "bulkUpdateOffersStatus", "deleteOffer", "createOffer"


@pytest.fixture(autouse=True)
def _known_state(store):
    for key in (1001, 1002, 1003):
        store.change(key, name=f"Offer number {key}", active=True, description="Old")


def applied(writer, *changes, **options):
    return writer.apply(writer.plan(changes), **options)


def test_a_change_is_read_planned_sent_and_read_back(writer, change, logged, calls, sent, store):
    [result] = applied(writer, change("1001", {"description": "New"}))
    assert (result.outcome, result.reason, result.error) == (Outcome.DONE, "", None)
    assert result.record is not None and result.record["description"] == "New"
    assert calls() == ["getOffer", "getOffer", UPDATE]
    [(_, body)] = sent
    assert set(body) == {"description", "name", "advertiser_id"}
    entry = Entry.objects.get(pk=result.entry_id)
    assert entry.changes == [{"field": "description", "before": "Old", "after": "New"}]
    assert (entry.resource, entry.path, entry.title) == (
        "offers",
        {"integrationID": "int-eu"},
        "Offer number 1001",
    )
    assert (entry.body, entry.operation) == (body, UPDATE)
    assert entry.known_closing.api_status == 200 and entry.known_closing.request_id
    assert logged() == [("update", "1001", "done", 1)]


def test_what_is_so_already_is_not_sent_and_not_logged(writer, change, logged, sent):
    [planned] = writer.plan([change("1001", {"description": "Old", "active": "true"})])
    assert planned.is_so
    [result] = writer.apply([planned])
    assert (result.outcome, sent, logged()) == (Outcome.UNCHANGED, [], [])


def test_a_record_that_is_gone_is_not_written_to(writer, change, logged, store, sent):
    store.put(1001, None)
    [result] = applied(writer, change("1001", {"description": "New"}))
    assert (result.outcome, result.reason, sent, logged()) == (Outcome.FAILED, "It no longer exists.", [], [])


def test_many_are_changed_by_one_bulk_call_with_an_entry_each(writer, change, logged, sent):
    results = applied(
        writer, *(change(str(key), {"active": False}) for key in (1001, 1002)), in_bulk=True, kind="stop"
    )
    assert {one.outcome for one in results} == {Outcome.DONE}
    assert [operation for operation, _ in sent] == [BULK]
    assert logged() == [("stop", "1001", "done", 1), ("stop", "1002", "done", 1)]


def test_different_values_of_one_run_are_sent_apart(writer, change, sent, store):
    store.change(1002, active=False)
    changes = [
        change("1001", {"active": False}),
        change("1002", {"active": True}),
        change("1003", {"active": False}),
    ]
    results = applied(writer, *changes, in_bulk=True)
    assert [one.outcome for one in results] == [Outcome.DONE] * 3
    assert [body for _, body in sent] == [
        {"active": False, "data": ["1001", "1003"]},
        {"active": True, "data": ["1002"]},
    ]


def test_values_that_no_bulk_call_takes_are_sent_one_by_one(writer, change, sent):
    applied(writer, *(change(str(key), {"description": "New"}) for key in (1001, 1002)), in_bulk=True)
    assert [operation for operation, _ in sent] == [UPDATE, UPDATE]


def test_a_refused_bulk_call_is_one_entry_for_each_record_all_the_same(writer, change, logged, sandbox):
    sandbox.faults({"kind": "status", "status": 403, "operation": BULK})
    applied(writer, *(change(str(key), {"active": False}) for key in (1001, 1002)), in_bulk=True)
    assert logged() == [("update", "1001", "done", 2), ("update", "1002", "done", 2)]


@pytest.mark.parametrize(
    ("rules", "outcome", "tries"),
    [
        ([{"kind": "reset_after_effect"}], "done", 1),
        ([{"kind": "reset"}], "done", 2),
        ([{"kind": "reset", "times": None}], "failed", 2),
        ([{"kind": "status", "status": 500}], "done", 2),
        ([{"kind": "status", "status": 500, "when": "after"}], "done", 1),
        ([{"kind": "status", "status": 422}], "failed", 1),
        ([{"kind": "status", "status": 429, "headers": {"Retry-After": "60"}}], "failed", 1),
        ([{"kind": "status", "status": 401}], "failed", 1),
        ([{"kind": "bad_json"}], "done", 1),
        (
            [
                {"kind": "reset_after_effect"},
                {"kind": "status", "status": 403, "operation": "getOffer", "skip": 1},
            ],
            "unknown",
            1,
        ),
    ],
)
def test_each_ending_has_one_entry_with_its_outcome(writer, change, logged, sandbox, rules, outcome, tries):
    sandbox.faults(*({"operation": UPDATE, **rule} for rule in rules))
    [result] = applied(writer, change("1001", {"description": "New"}))
    assert (str(result.outcome), logged()) == (outcome, [("update", "1001", outcome, tries)])


def test_a_success_that_changed_nothing_is_no_success(writer, change, logged, sandbox):
    sandbox.faults({"kind": "status", "status": 200, "body": {}, "operation": UPDATE})
    [result] = applied(writer, change("1001", {"description": "New"}))
    assert result.reason == "The API took the change, but the record is unchanged."
    assert logged() == [("update", "1001", "failed", 1)]


def test_a_value_that_the_api_turned_into_another_is_done_and_said(
    writer, change, sandbox, store, monkeypatch
):
    answer = sandbox.application.answer

    def shortening(request):
        answered = answer(request)
        if request.method == "PATCH":
            store.change(1001, description="N")
        return answered

    monkeypatch.setattr(sandbox.application, "answer", shortening)
    [result] = applied(writer, change("1001", {"description": "New"}))
    assert (result.outcome, result.reason) == (
        Outcome.DONE,
        "The API took the change and has another value in Description.",
    )


def test_what_was_taken_for_this_record_alone_is_done_also_where_it_cannot_be_read(
    writer, change, logged, sandbox
):
    sandbox.faults({"kind": "status", "status": 403, "operation": "getOffer", "skip": 1})
    [result] = applied(writer, change("1001", {"description": "New"}))
    assert result.reason == "The API took the change; the record could not be read back."
    assert logged() == [("update", "1001", "done", 1)]


def test_a_fault_of_ours_closes_the_entries_and_is_raised(writer, change, logged, sandbox, monkeypatch):
    monkeypatch.setattr("apps.resources.writes.runs.read_records", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        applied(writer, change("1001", {"description": "New"}))
    assert logged() == [("update", "1001", "unknown", 1)]


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (None, "done"),
        ({"kind": "reset_after_effect"}, "unknown"),
        ({"kind": "empty"}, "unknown"),
        ({"kind": "status", "status": 422}, "failed"),
        ({"kind": "status", "status": 403}, "failed"),
    ],
)
def test_a_creation_is_sent_once_whatever_comes_of_it(writer, change, logged, sandbox, rule, outcome):
    if rule:
        sandbox.faults({**rule, "operation": CREATE})
    [result] = applied(writer, change(None, {"name": "New", "advertiser_id": 101}))
    assert str(result.outcome) == outcome
    assert bool(result.record_id) is (outcome == "done")
    assert logged() == [("create", result.record_id, outcome, 1)]
    assert len(sandbox.journal(CREATE)) == 1


def test_what_was_archived_is_in_the_log_as_it_was(writer, change, logged):
    applied(writer, change("1001", None))
    assert logged() == [("archive", "1001", "done", 1)]
    fields = {item["field"]: item for item in Entry.objects.get().changes}
    assert fields["name"] == {"field": "name", "before": "Offer number 1001"}


def test_changes_of_another_place_are_refused_before_anything(writer, change, sandbox):
    with pytest.raises(ValueError, match="alone"):
        writer.plan([change("1001", {}).__class__("offers", {"integrationID": "int-us"}, "1001", {})])
    with pytest.raises(ValueError, match="once"):
        writer.plan([change("1001", {"active": True}), change("1001", {"active": False})])
    assert sandbox.journal() == []


def test_several_records_take_an_admin(writer, change, manager):
    origin = Origin.page("offers:bulk", "/somewhere/")
    with pytest.raises(PermissionDenied):
        Writer(writer.scope, manager, origin).plan(
            [change(key, {"active": False}) for key in ("1001", "1002")]
        )


# --- What forms, actions and copies once did each in its own way ---


@pytest.fixture
def switches_as_text(sandbox, monkeypatch):
    """The API answers switches as texts."""
    answer = sandbox.application.answer

    def worded(request):
        answered = answer(request)
        if request.method == "GET":
            for word in (b"true", b"false"):
                answered.content = answered.content.replace(b'"active":' + word, b'"active":"' + word + b'"')
        return answered

    monkeypatch.setattr(sandbox.application, "answer", worded)


def test_an_edit_whose_answer_was_lost_is_recognised_in_another_type(
    admin_client, switches_as_text, sandbox, store
):
    fields = visit(admin_client, f"{LIST}1001/edit/").fields()
    fields.pop("active")
    sandbox.faults({"kind": "reset_after_effect", "operation": UPDATE, "times": None})
    assert admin_client.post(f"{LIST}1001/edit/", fields).status_code == 302
    assert len(sandbox.journal(UPDATE)) == 1


def between(sandbox, monkeypatch, method, act):
    """Do something at the API when the first answer to that method was lost."""
    answer = sandbox.application.answer
    done: list[object] = []

    def acting(request):
        answered = answer(request)
        if request.method == method and not done:
            done.append(act())
        return answered

    monkeypatch.setattr(sandbox.application, "answer", acting)


def test_what_somebody_else_changed_while_an_answer_was_lost_is_not_written_over(
    writer, change, sandbox, store, monkeypatch, logged
):
    sandbox.faults({"kind": "reset", "operation": UPDATE})
    between(sandbox, monkeypatch, "PATCH", lambda: store.change(1001, description="Theirs"))
    [result] = applied(writer, change("1001", {"description": "Mine"}))
    assert result.reason == "The API's answer was lost, and the record was changed otherwise meanwhile."
    assert store[1001]["description"] == "Theirs"
    assert logged() == [("update", "1001", "unknown", 1)]


def test_an_archiving_that_took_effect_late_was_ours_for_one_record_too(
    writer, change, sandbox, store, monkeypatch, logged
):
    sandbox.faults({"kind": "reset", "operation": DELETE})
    answer = sandbox.application.answer
    seen = []

    def late(request):
        if request.method == "DELETE":
            seen.append(request)
            if len(seen) == 2:
                store.put(1001, None)
        return answer(request)

    monkeypatch.setattr(sandbox.application, "answer", late)
    [result] = applied(writer, change("1001", None))
    assert (result.outcome, logged()) == (Outcome.DONE, [("archive", "1001", "done", 2)])


def test_a_record_gone_while_others_were_changed_gets_no_body_without_what_is_required(
    writer, change, sandbox, store, monkeypatch, sent
):
    keys = [str(key) for key in range(1001, 1023)]
    for key in keys:
        store.put(int(key), {**store[1001], "id": int(key), "name": f"Offer number {key}"})
    between(sandbox, monkeypatch, "PATCH", lambda: store.put(1022, None))
    results = applied(writer, *(change(key, {"description": "New"}) for key in keys))
    assert [one.outcome for one in results] == [Outcome.DONE] * 21 + [Outcome.FAILED]
    assert all("name" in body for _, body in sent)
    assert not [entry for entry in sandbox.journal() if entry["violations"]]


def test_a_secret_is_in_no_entry(admin_client, sandbox):
    form = visit(admin_client, "/users/new/").fields()
    typed = {name: f"{name}-1" for name in form if name.endswith("_name")}
    data = {**form, **typed, "email": "new@example.com", "password": "correct horse battery"}
    admin_client.post("/users/new/", data)
    assert Entry.objects.count() == 1
    assert "correct horse" not in json.dumps([Entry.objects.get().body, Entry.objects.get().changes])
