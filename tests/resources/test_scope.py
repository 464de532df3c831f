"""A scope is made for a person, a profile and a time budget: for a page and for a worker alike."""

import pytest
from django.conf import settings

from apps.api.client import JOB, PAGE
from apps.api.errors import Unreachable
from apps.connections.clients import NoConnection, UnknownIntegration
from apps.resources import registry
from apps.resources.scope import Scope

pytestmark = pytest.mark.django_db
OFFERS, PUBLISHERS = registry.named("offers"), registry.named("publishers")
PATH = {"integrationID": "int-eu"}


def test_a_worker_reads_with_its_own_profile_and_time(admin, admin_connection, sandbox):
    scope = Scope.for_person(admin, OFFERS, PATH, profile=JOB, seconds=60)
    assert scope.get("1001")["id"] == 1001
    assert scope.client.profile == JOB
    renewed = scope.renewed().client
    assert scope.client.deadline and 59 < scope.client.deadline.remaining <= 60
    assert renewed.deadline and renewed.deadline.remaining > settings.PAGE_DEADLINE_SECONDS
    assert renewed.profile == JOB


def test_places_below_share_the_time(admin, admin_connection):
    scope = Scope.for_person(admin, OFFERS, PATH, profile=PAGE, seconds=0)
    below = scope.below(registry.named("offer_events"), "1001")
    with pytest.raises(Unreachable):
        below.get_or_none("71")
    assert below.seconds == 0


def test_records_of_no_integration_are_those_of_the_service_that_is_said(
    admin, admin_connection, service, sandbox
):
    scope = Scope.for_person(admin, PUBLISHERS, {}, profile=JOB, seconds=10, service=service)
    assert scope.connection == admin_connection
    with pytest.raises(ValueError, match="which service"):
        Scope.for_person(admin, PUBLISHERS, {}, profile=JOB, seconds=10)


def test_a_person_without_a_key_has_no_scope(manager, service):
    with pytest.raises(NoConnection):
        Scope.for_person(manager, OFFERS, PATH, profile=JOB, seconds=10)
    with pytest.raises(UnknownIntegration):
        Scope.for_person(manager, OFFERS, {"integrationID": "none"}, profile=JOB, seconds=10)
