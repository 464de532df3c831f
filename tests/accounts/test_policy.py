"""The table of who may do what, and what asks it."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.urls import path

from apps.accounts import checks
from apps.accounts.models import ACCOUNT_CLOSED, Role, User
from apps.accounts.policy import (
    OF_THE_SITE,
    ROLES_THAT_MAY,
    Capability,
    Permissions,
    RoleNeeded,
    may,
    may_anywhere,
    roles_words,
    why_ended,
)
from apps.accounts.routes import Access, access_of, route
from integr8admin.startup_checks import check_before_serving

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
#: What everybody with an account may do.
OWN = {"own_account", "own_second_factor"}
READING = {
    "own_account",
    "own_second_factor",
    "arrange_lists",
    "own_keys",
    "read",
    "download",
    "look_inside",
    "make_list_files",
    "read_log",
}
WORKING = READING | {"create", "edit", "archive", "export", "schedule", "share", "share_views"}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.AUDITOR, OWN | {"read_log", "see_people"}),
        (Role.VIEWER, READING),
        (Role.MANAGER, WORKING),
        (Role.ADMIN, {one.value for one in Capability}),
    ],
)
def test_each_role_may_do_this_and_no_more(role, expected):
    person = User(role=role)
    assert {one.value for one in Capability if may(person, one)} == expected | {"anybody"}


def test_whoever_has_no_role_has_an_account_and_no_more():
    assert {one.value for one in Capability if may(User(role=""), one)} == {
        "anybody",
        "own_account",
        "own_second_factor",
    }


def test_a_role_for_one_service_opens_that_one_and_no_page_of_the_site():
    person = User(role="", service_roles={str(ONE): Role.ADMIN})
    of_services = {one for one in Capability if may(person, one, ONE)}
    assert of_services == set(Capability) - OF_THE_SITE
    assert {one for one in Capability if may_anywhere(person, one)} == of_services
    for service in (OTHER, None):
        assert {one.value for one in Capability if may(person, one, service)} == {
            "anybody",
            "own_account",
            "own_second_factor",
        }


def test_a_role_for_one_service_is_added_to_the_one_for_all():
    person = User(role=Role.VIEWER, service_roles={str(ONE): Role.MANAGER})
    assert may(person, Capability.EDIT, ONE)
    assert may(person, Capability.READ, OTHER)
    assert not may(person, Capability.EDIT, OTHER)
    assert not may(person, Capability.EDIT)
    assert may_anywhere(person, Capability.EDIT)


def test_a_closed_account_may_nothing_at_its_service_either():
    person = User(role="", service_roles={str(ONE): Role.ADMIN}, is_active=False)
    assert [one for one in Capability if may(person, one, ONE)] == [Capability.ANYBODY]


def test_every_capability_has_a_row():
    assert set(ROLES_THAT_MAY) == set(Capability)


def test_a_role_may_whatever_a_lesser_one_may():
    roles = [Role.VIEWER, Role.MANAGER, Role.ADMIN]
    for allowed in ROLES_THAT_MAY.values():
        assert allowed - {Role.AUDITOR} == set(
            roles[roles.index(min(allowed - {Role.AUDITOR}, key=roles.index)) :]
        )


@pytest.mark.parametrize("person", [AnonymousUser(), User(role=Role.ADMIN, is_active=False)])
def test_nobody_who_cannot_sign_in_may_do_anything(person):
    assert [one for one in Capability if may(person, one)] == [Capability.ANYBODY]


def test_a_refusal_names_the_roles_that_may_and_ones_own():
    assert roles_words(Capability.EDIT) == "an account manager or an admin"
    assert roles_words(Capability.ARRANGE_LISTS) == "a viewer, an account manager or an admin"
    assert roles_words(Capability.ACT_IN_BULK) == "an admin"
    said = str(RoleNeeded(User(role=Role.VIEWER), Capability.ACT_IN_BULK))
    assert said == "An admin may do this; you are signed in as a viewer."
    said = str(RoleNeeded(User(role=Role.VIEWER), Capability.EDIT))
    assert said == "An account manager or an admin may do this; you are signed in as a viewer."


def test_work_ends_with_the_account_and_with_the_role():
    assert why_ended(User(role=Role.MANAGER), Capability.EXPORT, ONE) == ""
    assert why_ended(User(role=Role.MANAGER, is_active=False), Capability.EXPORT, ONE) == ACCOUNT_CLOSED
    said = why_ended(User(role=Role.VIEWER), Capability.EXPORT, ONE)
    assert said == "Its owner's role does not allow it any more: it takes an account manager or an admin."


def test_templates_ask_by_name():
    permissions = Permissions(User(role=Role.MANAGER))
    assert permissions["edit"]
    assert not permissions["act_in_bulk"]
    with pytest.raises(KeyError):
        permissions["edits"]


# --- What an address takes ---


def view(request):
    """Anything."""


def test_an_address_answers_the_methods_it_names():
    access = Access(get=Capability.READ)
    assert access.capability_for("HEAD") == access.capability_for("OPTIONS") == Capability.READ
    assert access.capability_for("POST") is access.capability_for("DELETE") is None
    assert Access(post=Capability.EDIT).capability_for("OPTIONS") == Capability.EDIT
    both = access_of(route("", view, name="x", requires=Capability.EDIT).callback)
    assert both == Access(Capability.EDIT, Capability.EDIT)


def test_signing_in_is_asked_of_everybody_but_where_the_address_is_for_anybody():
    capabilities = (Capability.READ, Capability.ANYBODY)
    views: list[Any] = [route("", view, name="x", get=one).callback for one in capabilities]
    assert [one.login_required for one in views] == [True, False]


urlpatterns = [path("said/nothing/", view), route("said/", view, name="said", get=Capability.READ)]


def test_an_address_without_a_capability_stops_the_start(settings):
    settings.ROOT_URLCONF = __name__
    [error] = checks.check_routes()
    assert error.id == checks.NO_CAPABILITY
    assert error.level >= 40
    assert "'/said/nothing/'" in error.msg


def test_an_address_without_a_capability_keeps_servers_from_starting(settings):
    settings.ROOT_URLCONF = __name__
    with pytest.raises(ImproperlyConfigured, match="/said/nothing/"):
        check_before_serving()


def test_an_address_without_a_capability_answers_nobody(settings, admin_client):
    settings.ROOT_URLCONF = __name__
    admin_client.raise_request_exception = False
    assert admin_client.get("/said/nothing/").status_code == 500


def test_every_address_of_the_site_names_a_capability():
    assert checks.check_routes() == []
