"""What an admin decides about people: roles, closing and opening accounts, ending sessions."""

import uuid
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ACCOUNT_CLOSED, Role, User
from apps.accounts.roles import LastAdmin
from apps.accounts.second_factor.adapter import SecondFactorAdapter
from apps.audit.models import Event
from apps.bulk.models import BulkRun
from apps.bulk.states import State
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.jobs.runner import take_turn
from apps.people import account_state
from apps.people.models import Invitation
from apps.schedules.models import Run
from apps.shares.models import Share
from tests.exports.conftest import spec_of
from tests.resources.pages import Page
from tests.schedules.conftest import new_schedule
from tests.support.people import PASSWORD, signed_in
from tests.support.second_factors import give_app

pytestmark = pytest.mark.django_db


def decide(client, person, name, **values):
    """What is said after an admin decided that, on the page they are led to."""
    answer = client.post(reverse(f"people:{name}", args=[person.pk]), values, follow=True)
    assert answer.redirect_chain, answer.status_code
    return answer.content.decode()


@pytest.fixture
def second_admin():
    """Another admin."""
    return User.objects.create_user("second@example.com", PASSWORD, role=Role.ADMIN, name="Sam Second")


def test_a_deactivated_person_is_signed_out_at_once_and_stays_so(admin, manager):
    theirs = signed_in(manager)
    assert theirs.get("/preferences/").status_code == 200
    client = signed_in(admin)
    asked = client.get(reverse("people:deactivate", args=[manager.pk])).content.decode()
    assert "signed out everywhere at once" in asked
    assert User.objects.get(pk=manager.pk).is_active
    assert "has no access any more" in decide(client, manager, "deactivate")
    assert theirs.get("/preferences/").status_code == 302
    assert "can sign in again" in decide(client, manager, "reactivate")
    # Sessions from before do not come back with the account.
    assert theirs.get("/preferences/").status_code == 302
    assert "deactivated already" not in decide(client, manager, "deactivate")
    assert "deactivated already" in decide(client, manager, "deactivate")


def test_ending_sessions_signs_out_everywhere_and_lets_in_again(admin, manager):
    first, second = signed_in(manager), signed_in(manager)
    assert "signed out everywhere" in decide(signed_in(admin), manager, "end_sessions")
    assert first.get("/preferences/").status_code == second.get("/preferences/").status_code == 302
    assert signed_in(User.objects.get(pk=manager.pk)).get("/preferences/").status_code == 200


def test_what_they_have_under_way_stops_and_says_why(admin, manager, manager_connection, service):
    schedule = new_schedule(manager, service)
    planned = Run.objects.create(schedule=schedule, planned_at=timezone.now(), nonce=uuid.uuid4())
    export = request_export(manager, manager_connection, spec_of(), uuid.uuid4())[0]
    run, timed = (
        BulkRun.objects.create(owner=manager, service=service, resource="offers", state=state)
        for state in (State.RUNNING, State.SCHEDULED)
    )
    share = Share.objects.create(
        owner=manager,
        service=service,
        nonce=uuid.uuid4(),
        link_digest="x",
        sealed_token=b"",
        expires_at=timezone.now() + timedelta(days=1),
    )
    client = signed_in(admin)
    asked = client.get(reverse("people:deactivate", args=[manager.pk])).content.decode()
    assert "2 bulk runs, 1 schedule, 1 export in the making, 1 link for guests" in asked
    assert share.is_open
    decide(client, manager, "deactivate")
    # The worker has nothing to wait for.
    for row in (run, export):
        row.refresh_from_db()
        assert row.due_at is not None
        assert row.due_at <= timezone.now()
        take_turn(row._meta.label, str(row.pk), most_steps=1)
        row.refresh_from_db()
    assert (run.state, run.message) == (State.STOPPED, ACCOUNT_CLOSED)
    assert (export.state, export.message) == ("canceled", ACCOUNT_CLOSED)
    schedule.refresh_from_db()
    assert (schedule.state, schedule.pause_reason, schedule.next_run_at) == ("paused", ACCOUNT_CLOSED, None)
    planned.refresh_from_db()
    assert (planned.state, planned.message) == ("canceled", ACCOUNT_CLOSED)
    timed.refresh_from_db()
    assert (timed.state, timed.message) == (State.PLANNED, ACCOUNT_CLOSED)
    assert not Share.objects.get(pk=share.pk).is_open
    assert ExportRequest.objects.filter(state="queued").count() == 0


def test_a_role_is_changed_for_all_services_and_for_one(admin, manager, service):
    name = f"role_{service.pk.hex}"
    said = decide(signed_in(admin), manager, "roles", **{"role": "viewer", name: "admin"})
    assert "The role of Max Manager is changed" in said
    manager.refresh_from_db()
    assert (manager.role, manager.service_roles) == ("viewer", {str(service.pk): "admin"})
    decide(signed_in(admin), manager, "roles", **{"role": "", name: ""})
    manager.refresh_from_db()
    assert (manager.role, manager.service_roles) == ("", {})


def test_a_role_that_there_is_not_is_refused(admin, manager):
    answer = signed_in(admin).post(reverse("people:roles", args=[manager.pk]), {"role": "owner"})
    assert answer.status_code == 422
    manager.refresh_from_db()
    assert manager.role == Role.MANAGER


@pytest.mark.parametrize("name", ["roles", "deactivate", "end_sessions"])
def test_nobody_decides_about_their_own_account(admin, second_admin, name):
    said = decide(signed_in(admin), admin, name, role="viewer")
    assert "Another admin decides about your own account" in said
    admin.refresh_from_db()
    assert (admin.role, admin.is_active, admin.session_generation) == ("admin", True, 0)


def test_the_last_admin_stays(admin, manager):
    for work in (
        lambda: account_state.deactivate(admin, by=None),
        lambda: account_state.change_roles(admin, [(None, Role.VIEWER)], by=None),
    ):
        with pytest.raises(LastAdmin):
            work()
    admin.refresh_from_db()
    assert (admin.role, admin.is_active, admin.session_generation) == ("admin", True, 0)


def test_an_admin_who_was_removed_a_moment_ago_decides_nothing(admin, second_admin, manager):
    account_state.deactivate(admin, by=second_admin)
    for work in (
        lambda: account_state.deactivate(second_admin, by=admin),
        lambda: account_state.change_roles(manager, [(None, Role.ADMIN)], by=admin),
        lambda: account_state.end_sessions(manager, by=admin),
    ):
        with pytest.raises(PermissionDenied, match="deactivated meanwhile"):
            work()
    second_admin.refresh_from_db()
    assert second_admin.is_active


def test_an_admin_who_lost_the_role_a_moment_ago_decides_nothing(admin, second_admin, manager):
    account_state.change_roles(admin, [(None, Role.VIEWER)], by=second_admin)
    with pytest.raises(PermissionDenied):
        account_state.deactivate(second_admin, by=admin)
    assert User.objects.get(pk=second_admin.pk).is_active


def test_a_lost_second_factor_is_taken_away_with_the_sessions(admin, manager):
    give_app(manager)
    theirs, client = signed_in(manager), signed_in(admin)
    assert ">Yes<" in client.get(reverse("people:list")).content.decode()
    asked = client.get(reverse("people:reset_factor", args=[manager.pk])).content.decode()
    assert "their password alone lets in" in asked
    assert User.objects.get(pk=manager.pk).has_second_factor
    assert "has no second factor any more" in decide(client, manager, "reset_factor")
    assert not User.objects.get(pk=manager.pk).has_second_factor
    assert not Authenticator.objects.filter(user=manager).exists()
    assert theirs.get("/preferences/").status_code == 302
    assert "had no second factor" in decide(client, manager, "reset_factor")


def test_who_has_to_have_a_second_factor_and_has_none_is_told_apart(admin, manager, settings):
    client = signed_in(admin)
    assert "No, required" not in client.get(reverse("people:list")).content.decode()
    give_app(admin)
    settings.SECOND_FACTOR_REQUIRED_FOR = "everybody"
    page = Page(client.get(reverse("people:list")))
    assert [row.cells[3] for row in page.all("tr") if "Max Manager" in row.text] == ["No, required"]


def test_a_second_factor_is_required_of_one_person_and_no_more(admin, manager):
    theirs, client = signed_in(manager), signed_in(admin)
    assert "They set one up at their next page" in decide(client, manager, "require_factor")
    page = Page(client.get(reverse("people:list")))
    assert [row.cells[3] for row in page.all("tr") if "Max Manager" in row.text] == ["No, required"]
    assert theirs.get("/preferences/")["Location"] == reverse("mfa_index")
    give_app(manager)
    assert theirs.get("/preferences/").status_code == 200
    assert "They cannot remove the last one" in decide(client, manager, "require_factor")
    [app] = Authenticator.objects.filter(user=manager)
    assert not SecondFactorAdapter().can_delete_authenticator(app)
    assert "may be without a second factor again" in decide(client, manager, "require_factor", required="no")
    app.user.refresh_from_db()
    assert SecondFactorAdapter().can_delete_authenticator(app)
    told = Event.objects.filter(subject_id=manager.pk, kind__startswith="factor").order_by("number")
    assert [event.kind for event in told if "required" in event.kind] == [
        "factor_required",
        "factor_not_required",
    ]


def test_what_a_role_takes_is_not_offered(admin, second_admin, settings):
    settings.SECOND_FACTOR_REQUIRED_FOR = "admins"
    give_app(admin)
    client = signed_in(admin)
    address = reverse("people:person", args=[second_admin.pk])
    assert (
        reverse("people:require_factor", args=[second_admin.pk]) not in client.get(address).content.decode()
    )
    # Required by hand, it is so no more; the role takes one all the same.
    account_state.require_factor(second_admin, True, by=admin)
    assert "They set one up at their next page" in decide(
        client, second_admin, "require_factor", required="no"
    )


def test_to_require_a_second_factor_no_more_takes_a_fresh_proof(admin, manager, settings):
    client = signed_in(admin)
    settings.FRESH_PROOF_MINUTES = 0
    assert "must have a second factor" in decide(client, manager, "require_factor")
    answer = client.post(reverse("people:require_factor", args=[manager.pk]), {"required": "no"})
    assert answer["Location"].startswith("/account/confirm/")
    assert User.objects.get(pk=manager.pk).is_second_factor_required


@pytest.mark.parametrize("name", ["invite", "roles", "reactivate", "reset_factor", "hand_over"])
def test_what_gives_access_takes_a_fresh_proof(admin, manager, settings, name):
    client = signed_in(admin)
    settings.FRESH_PROOF_MINUTES = 0
    address = reverse(f"people:{name}", args=[] if name == "invite" else [manager.pk])
    answer = client.post(address, {"email": "new@example.com", "role": "admin", "service": ""})
    assert answer["Location"].startswith("/account/confirm/")
    manager.refresh_from_db()
    assert (manager.role, Invitation.objects.count()) == (Role.MANAGER, 0)


def test_what_takes_access_away_is_done_at_once(admin, manager, settings):
    client = signed_in(admin)
    settings.FRESH_PROOF_MINUTES = 0
    assert "has no access any more" in decide(client, manager, "deactivate")


def test_each_decision_stands_in_the_log(admin, manager):
    client = signed_in(admin)
    decide(client, manager, "roles", role="viewer")
    decide(client, manager, "end_sessions")
    decide(client, manager, "deactivate")
    decide(client, manager, "reactivate")
    about = Event.objects.filter(subject_id=manager.pk).order_by("at")
    kinds = [
        "role_changed",
        "session_ended",
        # A closed account's end with it.
        "session_ended",
        "person_deactivated",
        "person_reactivated",
    ]
    assert [event.kind for event in about if event.kind in kinds] == kinds
    assert {event.email for event in about if event.kind in kinds} == {admin.email}


def test_nothing_is_decided_by_opening_a_page(admin, manager):
    client = signed_in(admin)
    for name in ("reactivate", "end_sessions", "require_factor", "hand_over"):
        assert client.get(reverse(f"people:{name}", args=[manager.pk])).status_code == 405
    before = User.objects.values().get(pk=manager.pk)
    for name in ("deactivate", "roles", "reset_factor", "person"):
        assert client.get(reverse(f"people:{name}", args=[manager.pk])).status_code == 200
    assert User.objects.values().get(pk=manager.pk) == before
