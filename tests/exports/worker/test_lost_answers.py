"""Whose is it? Lost answers of similar exports of several people, in every form that a record of them may have.

Nobody ever gets another's file, nothing is made twice, nothing is never made: over HTTP against the sandbox.
"""

import random
import uuid

import pytest
from django.urls import reverse

from apps.exports.models import ExportRequest
from apps.exports.quota import quota_of
from apps.exports.request.creation import request_export
from apps.mail.models import Message
from apps.sandbox.exports.record_variants import RecordForm
from tests.exports.conftest import advance, spec_of

CREATE = "downloadConversions"
PLACE = ("org-main", "exports", "")
LOST = {"kind": "reset_after_effect", "operation": CREATE}
NEVER_CAME = {"kind": "reset", "operation": CREATE}
#: Forms that tell the hours, those whose files tell them, and those of which only a person knows.
TOLD = (
    RecordForm.PLAIN,
    RecordForm.DAY_AND_TIME,
    RecordForm.OFFSETS,
    RecordForm.SECONDS,
    RecordForm.TIMES,
)
IN_THE_FILE = (RecordForm.DAYS, RecordForm.FEW_FACTS)
NOT_TOLD = (RecordForm.NO_TIMES, RecordForm.NO_QUERY)


def hours(hour: int, **changes):
    """Twenty minutes of one day: what several people ask for side by side."""
    return spec_of(
        start_time=f"2026-11-01 {hour:02}:00:00",
        end_time=f"2026-11-01 {hour:02}:19:59",
        delimiter=",",
        **changes,
    )


def truth(sandbox, remote_id: str) -> dict[str, object]:
    """What the API was asked for when it made this export, whatever its record tells."""
    record = sandbox.application.store.get(PLACE, remote_id)
    option = record["reports_query_option"]
    return {
        "start_time": option["start_date"],
        "end_time": option["end_date"],
        "columns": option["fields"],
        "delimiter": record["format"]["delimiter"],
    }


def asked(export: ExportRequest) -> dict[str, object]:
    return {name: getattr(export, name) for name in ("start_time", "end_time", "columns", "delimiter")}


def has_own_file(sandbox, export: ExportRequest) -> bool:
    return truth(sandbox, export.remote_id) == asked(export)


def made(sandbox) -> int:
    return sum(str(entry["effect"] or "").startswith("created") for entry in sandbox.journal(CREATE))


def settle(exports: list[ExportRequest], most: int = 40) -> None:
    """Steps in turn until each has a file or waits for its owner."""
    for _ in range(most):
        moving = [one for one in exports if one.state not in ("ready", "done", "needs_attention")]
        if not moving:
            return
        for export in moving:
            advance(export)
    raise AssertionError([(one.state, one.message) for one in exports])


@pytest.fixture
def two_people(admin, manager, admin_connection, manager_connection):
    return [(admin, admin_connection), (manager, manager_connection)]


@pytest.fixture
def both_lost(two_people, sandbox):
    """Two people ask for different hours of one day, and both answers are lost; the later hour is made first."""
    sandbox.faults(LOST, LOST)
    exports = [
        request_export(person, connection, hours(hour), uuid.uuid4())[0]
        for (person, connection), hour in zip(two_people, (11, 10), strict=True)
    ]
    for export in exports:
        assert advance(export).state == "unknown"
    return exports


@pytest.mark.parametrize("form", [*TOLD, *IN_THE_FILE])
def test_two_similar_exports_whose_answers_were_lost_each_get_their_own_file(both_lost, sandbox, form):
    sandbox.settings(export_record_form=form, export_running_seconds=0, export_pending_seconds=0)
    settle(both_lost)
    assert [export.state for export in both_lost] == ["ready", "ready"]
    assert all(has_own_file(sandbox, export) for export in both_lost)
    assert made(sandbox) == 2


@pytest.mark.parametrize("form", NOT_TOLD)
def test_what_nothing_tells_is_asked_the_person_and_never_mailed_before(
    both_lost, sandbox, admin_client, form
):
    sandbox.settings(export_record_form=form, export_running_seconds=0, export_pending_seconds=0)
    settle(both_lost)
    export = both_lost[0]
    assert [one.state for one in both_lost] == ["needs_attention"] * 2
    assert not Message.objects.filter(subject__contains="ready").exists()
    mine = next(one["id"] for one in export.candidates if truth(sandbox, one["id"]) == asked(export))
    page = admin_client.get(export.get_absolute_url()).content.decode()
    assert "Which of these is yours?" in page
    assert mine in page
    address = reverse("exports:choose", args=[export.pk])
    admin_client.post(address, {"remote_id": "exp-999999"})
    export.refresh_from_db()
    assert export.state == "needs_attention"
    admin_client.post(address, {"remote_id": mine})
    export.refresh_from_db()
    settle([export])
    assert (export.state, export.remote_id) == ("ready", mine)
    assert made(sandbox) == 2
    # The other one is no choice of the other person any more; both were made, so nothing is made anew.
    assert admin_client.post(reverse("exports:choose", args=[both_lost[1].pk]), {}).status_code == 404


def test_none_of_them_has_the_export_made_anew(both_lost, sandbox, admin_client):
    sandbox.settings(
        export_record_form=RecordForm.NO_QUERY, export_running_seconds=0, export_pending_seconds=0
    )
    settle(both_lost)
    export = both_lost[0]
    admin_client.post(reverse("exports:choose", args=[export.pk]), {})
    export.refresh_from_db()
    assert export.state == "queued"
    settle([export])
    assert export.state == "ready"
    assert has_own_file(sandbox, export)
    assert made(sandbox) == 3


def test_an_export_of_the_same_day_made_elsewhere_is_never_taken(two_people, sandbox):
    """The answer is lost and nothing was made; somebody made a similar one at the vendor's meanwhile."""
    (admin, connection), (manager, other) = two_people
    sandbox.settings(export_record_form=RecordForm.DAYS, export_running_seconds=0, export_pending_seconds=0)
    sandbox.faults(NEVER_CAME)
    export = request_export(admin, connection, hours(10), uuid.uuid4())[0]
    advance(export)
    elsewhere = request_export(manager, other, hours(11), uuid.uuid4())[0]
    advance(elsewhere)
    ExportRequest.objects.filter(pk=elsewhere.pk).delete()
    settle([export])
    assert export.state == "ready"
    assert has_own_file(sandbox, export)
    assert made(sandbox) == 2


def test_a_filtered_export_of_the_same_range_is_never_taken(two_people, sandbox):
    (admin, connection), (manager, other) = two_people
    sandbox.faults(NEVER_CAME)
    export = request_export(admin, connection, hours(10), uuid.uuid4())[0]
    advance(export)
    elsewhere = request_export(manager, other, hours(10), uuid.uuid4())[0]
    advance(elsewhere)
    record = sandbox.application.store.get(PLACE, elsewhere.remote_id)
    record["reports_query_option"]["filters"]["publisher"] = {"equalvalues": ["5001"]}
    ExportRequest.objects.filter(pk=elsewhere.pk).delete()
    settle([export])
    assert export.remote_id not in ("", record["id"])
    assert made(sandbox) == 2


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_lost_and_whenever_it_is_listed_everybody_gets_their_own(
    two_people, sandbox, settings, seed
):
    chance = random.Random(seed)
    settings.EXPORT_SETTLE_SECONDS = 3600
    form = chance.choice(list(RecordForm))
    sandbox.settings(
        export_record_form=form, export_running_seconds=0, export_pending_seconds=0, exports_per_day=100
    )
    exports = []
    for hour in (9, 10, 10, 11, 11):
        person, connection = chance.choice(two_people)
        columns = chance.choice([("conversion_time", "offer"), ("conversion_time", "payout")])
        exports.append(request_export(person, connection, hours(hour, columns=columns), uuid.uuid4())[0])
    exports = list({export.pk: export for export in exports}.values())
    lost_before = 0
    for export in exports:
        fault = chance.choice([LOST, LOST, NEVER_CAME, None])
        lost_before += fault is NEVER_CAME
        sandbox.faults(*[fault] if fault else [])
        advance(export)
    sandbox.faults()
    store = sandbox.application.store
    for record in store.records(PLACE):
        # The list shows each at its own time.
        record["_hidden"] = chance.random() < 0.5
    for export in chance.sample(exports, len(exports)):
        advance(export)
    for record in store.records(PLACE):
        record["_hidden"] = False
    settings.EXPORT_SETTLE_SECONDS = 0
    chance.shuffle(exports)
    settle(exports)
    for export in exports:
        if export.state == "needs_attention":
            assert form in NOT_TOLD or form in IN_THE_FILE
            own = [one["id"] for one in export.candidates if truth(sandbox, one["id"]) == asked(export)]
            decide(export, own[0] if own else "")
    settle(exports)
    assert {export.state for export in exports} == {"ready"}
    assert all(has_own_file(sandbox, export) for export in exports)
    assert len({export.remote_id for export in exports}) == len(exports)
    assert made(sandbox) == len(exports)


def decide(export: ExportRequest, remote_id: str) -> None:
    from apps.exports.worker.candidate_choice import choose_candidate, reject_candidates

    assert choose_candidate(export, remote_id) if remote_id else reject_candidates(export)
    export.refresh_from_db()


def test_asking_anew_counts_for_the_day(both_lost, sandbox, admin_connection):
    assert quota_of(admin_connection).counted_here == 1
