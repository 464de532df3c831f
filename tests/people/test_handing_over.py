"""What somebody left goes to somebody whose key is of the same organisation, and to nobody else."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.bulk.models import BulkRun
from apps.bulk.states import State
from apps.connections.models import Connection
from apps.people import account_state
from apps.people.handing_over import NotGone, hand_over, left_by, takers_of
from apps.schedules.models import Schedule
from apps.shares.models import Share
from tests.schedules.conftest import new_schedule
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(admin, manager, manager_connection, service):
    """The account manager, deactivated, who left a schedule, a paused one, a link and a plan."""
    organisation = manager_connection.organisation
    new_schedule(manager, service)
    new_schedule(manager, service, state="paused", report="clicks")
    Share.objects.create(
        owner=manager,
        service=service,
        organisation=organisation,
        nonce=uuid.uuid4(),
        link_digest="digest",
        sealed_token=b"",
        expires_at=timezone.now() + timedelta(days=1),
    )
    BulkRun.objects.create(
        owner=manager, service=service, organisation=organisation, resource="offers", state=State.SCHEDULED
    )
    account_state.deactivate(manager, by=admin)
    return manager


def owners() -> set[str]:
    """Whose the things are."""
    return {one.owner.email for kind in (Schedule, Share, BulkRun) for one in kind.objects.all()}


def test_a_colleague_of_the_same_organisation_goes_on_with_it(admin, admin_connection, gone):
    page = signed_in(admin).get(reverse("people:person", args=[gone.pk])).content.decode()
    assert "2 schedules, 1 link, 1 bulk plan at Sandbox" in page
    answer = signed_in(admin).post(
        reverse("people:hand_over", args=[gone.pk]), {"to": str(admin.pk)}, follow=True
    )
    assert "Ada Admin has now: 2 schedules, 1 link, 1 bulk plan." in answer.content.decode()
    assert owners() == {admin.email}
    stopped, paused = Schedule.objects.order_by("-report")
    # What its owner had paused stays so; what the closed account stopped goes on.
    assert (stopped.state, stopped.pause_reason) == ("active", "")
    assert stopped.next_run_at is not None
    assert stopped.next_run_at > timezone.now()
    assert paused.state == "paused"
    assert Share.objects.get().is_open
    assert BulkRun.objects.get().state == State.PLANNED
    assert left_by(gone) == []


def test_of_another_organisation_nobody_takes_it(admin, service, sandbox, gone):
    connect(admin, service, sandbox.other_organisation_key)
    assert takers_of(left_by(gone)) == []
    answer = signed_in(admin).post(
        reverse("people:hand_over", args=[gone.pk]), {"to": str(admin.pk)}, follow=True
    )
    assert "Nothing was handed over" in answer.content.decode()
    done = hand_over(gone, admin, by=None)
    assert (done.given, len(done.kept)) == ([], 1)
    assert owners() == {gone.email}


def test_where_a_key_has_proved_no_organisation_nobody_takes_it(admin, admin_connection, gone):
    Connection.objects.update(organisation="")
    Share.objects.update(organisation="")
    BulkRun.objects.update(organisation="")
    assert takers_of(left_by(gone)) == []
    assert hand_over(gone, admin, by=None).given == []


def test_whose_role_does_not_allow_it_takes_nothing(service, sandbox, gone):
    viewer = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(viewer, service, f"{sandbox.manager_key}.2")
    assert takers_of(left_by(gone)) == []
    assert hand_over(gone, viewer, by=None).given == []


def test_what_an_active_person_has_stays_theirs(admin, admin_connection, gone):
    account_state.reactivate(gone, by=admin)
    with pytest.raises(NotGone):
        hand_over(gone, admin, by=admin)
    assert owners() == {gone.email}


def test_a_schedule_that_the_new_keys_limit_forbids_stays_paused_and_says_why(
    admin, admin_connection, gone, settings
):
    settings.EXPORTS_PER_DAY = 1
    new_schedule(admin, admin_connection.service, report="impressions")
    hand_over(gone, admin, by=admin)
    taken = Schedule.objects.get(report="conversions")
    assert taken.owner == admin
    assert taken.state == "paused"
    assert "The key allows 1 a day" in taken.pause_reason
