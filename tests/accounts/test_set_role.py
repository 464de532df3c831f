"""Roles that are given and taken: for all services, for one, and never so that no admin is left."""

import uuid

import pytest
from django.db import transaction

from apps.accounts.models import Role, User
from apps.accounts.roles import LastAdmin, keep_an_admin, set_role

pytestmark = pytest.mark.django_db

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def person() -> User:
    """An account manager of all services."""
    return User.objects.create_user("person@example.com", role=Role.MANAGER)


def stored(person: User) -> User:
    """The row as it is in the database."""
    return User.objects.get(pk=person.pk)


def test_a_role_is_given_for_all_services_and_for_one(admin, person):
    set_role(person, Role.VIEWER)
    set_role(person, Role.MANAGER, ONE)
    for one in (person, stored(person)):
        assert (one.role, one.service_roles) == (Role.VIEWER, {str(ONE): "manager"})
    set_role(person, "", ONE)
    set_role(person, "")
    assert (stored(person).role, stored(person).service_roles) == ("", {})


def test_what_changed_since_the_person_was_read_stays(admin, person):
    before = stored(person)
    set_role(person, Role.MANAGER, ONE)
    set_role(before, Role.VIEWER, OTHER)
    assert stored(person).service_roles == {str(ONE): "manager", str(OTHER): "viewer"}


def test_no_role_is_made_up(person):
    with pytest.raises(ValueError, match="root"):
        set_role(person, "root")


@pytest.mark.parametrize("role", ["", Role.VIEWER, Role.MANAGER, Role.AUDITOR])
def test_the_last_admin_stays_one(admin, person, role):
    closed = User.objects.create_user("closed@example.com", role=Role.ADMIN, is_active=False)
    set_role(person, Role.ADMIN, ONE)
    with pytest.raises(LastAdmin):
        set_role(admin, role)
    assert (admin.role, stored(admin).role) == (Role.ADMIN, Role.ADMIN)
    set_role(closed, role)
    set_role(person, Role.ADMIN)
    set_role(admin, role)
    assert stored(admin).role == role


def test_an_account_that_is_about_to_be_closed_is_held_to_the_same(admin, person):
    with transaction.atomic(), pytest.raises(LastAdmin):
        keep_an_admin(admin)
    with transaction.atomic():
        keep_an_admin(person)


def test_an_auditor_reads_the_organisations_that_were_given_with_the_role(person):
    set_role(person, Role.AUDITOR, organisations=[(ONE, "org-a"), (OTHER, "org-b"), (OTHER, "")])
    assert stored(person).audited_organisations == [[str(ONE), "org-a"], [str(OTHER), "org-b"]]
    set_role(person, Role.AUDITOR, OTHER, organisations=[(ONE, "org-x"), (OTHER, "org-c")])
    assert stored(person).audited_organisations == [[str(ONE), "org-a"], [str(OTHER), "org-c"]]
    set_role(person, Role.VIEWER)
    assert stored(person).audited_organisations == [[str(OTHER), "org-c"]]
    set_role(person, Role.VIEWER, OTHER)
    assert stored(person).audited_organisations == []
