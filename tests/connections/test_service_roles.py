"""Roles for one service: what is of another one is not there, and each page asks for the role at its own service."""

import pytest
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.policy import Capability, why_ended
from apps.accounts.roles import set_role
from apps.connections.models import Integration, Service
from apps.exports.models import ExportRequest
from apps.schedules.models import Schedule
from tests.resources.pages import Page
from tests.schedules.conftest import new_schedule
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db

OFFERS = "/integrations/int-eu/offers/"


@pytest.fixture
def second(service, sandbox) -> Service:
    """Another service, with an integration of its own."""
    second = Service.objects.create(name="Second service", base_url=sandbox.base_url)
    Integration.objects.filter(integration_id="int-us").update(service=second, label="Second network")
    return second


@pytest.fixture
def person(service, second, sandbox) -> User:
    """Somebody with keys for both services and no role yet."""
    person = User.objects.create_user("person@example.com", PASSWORD, role="")
    connect(person, service, f"{sandbox.admin_key}.4")
    connect(person, second, f"{sandbox.admin_key}.4")
    return person


def test_whoever_has_no_role_is_told_so_and_sees_nothing(person):
    client = signed_in(person)
    page = client.get(reverse("home")).content.decode()
    assert "You have no role yet" in page
    assert "EU network" not in page
    assert client.get(OFFERS).status_code == 403
    assert client.get(reverse("changes:list")).status_code == 403


def test_a_service_without_a_role_is_not_there(person, service, second, sandbox):
    set_role(person, Role.ADMIN, second.pk)
    client, asked = signed_in(person), len(sandbox.journal())
    addresses = [
        OFFERS,
        f"{OFFERS}1001/edit/",
        reverse("exports:remote", args=[service.pk, "exp-000001"]),
        reverse("saved_views:list", args=[service.pk, "offers"]),
        f"{reverse('publishers:list')}?_service={service.pk}",
        f"{reverse('publishers:create')}?_service={service.pk}",
    ]
    for address in addresses:
        for answer in (client.get(address), client.post(address, {"_service": str(service.pk)})):
            assert answer.status_code in (404, 405), (address, answer.status_code)
            assert "Sandbox" not in answer.content.decode(), address
    assert len(sandbox.journal()) == asked
    for address in (reverse("home"), reverse("connections:list"), reverse("connections:create")):
        page = client.get(address).content.decode()
        assert "EU network" not in page
        assert "Sandbox" not in page
    assert "Second network" in client.get(reverse("home")).content.decode()


def test_each_service_is_worked_at_in_the_role_for_it(person, service, second):
    set_role(person, Role.VIEWER)
    set_role(person, Role.MANAGER, second.pk)
    client = signed_in(person)
    for integration, may_edit in (("int-eu", False), ("int-us", True)):
        place = {"integrationID": integration}
        create = reverse("offers:create", kwargs=place)
        page = Page(client.get(reverse("offers:list", kwargs=place)))
        assert page.response.status_code == 200
        assert any(form["action"] == create for form in page.all("form")) is may_edit
        assert (client.get(create).status_code == 200) is may_edit
    said = client.get(reverse("offers:create", kwargs={"integrationID": "int-eu"})).content.decode()
    assert "An account manager or an admin may do this; you are signed in as a viewer." in said


def test_own_things_of_a_service_go_with_the_role_for_it_and_come_back_with_it(person, service, second):
    set_role(person, Role.MANAGER, second.pk)
    schedule = new_schedule(person, service)
    client = signed_in(person)
    assert schedule.get_absolute_url() not in client.get(reverse("schedules:list")).content.decode()
    assert client.get(schedule.get_absolute_url()).status_code == 404
    set_role(person, Role.VIEWER, service.pk)
    assert schedule.get_absolute_url() not in client.get(reverse("schedules:list")).content.decode()
    assert client.post(reverse("schedules:delete", args=[schedule.pk])).status_code == 403
    assert Schedule.objects.filter(pk=schedule.pk).exists()
    set_role(person, Role.MANAGER, service.pk)
    assert schedule.get_absolute_url() in client.get(reverse("schedules:list")).content.decode()
    assert client.get(schedule.get_absolute_url()).status_code == 200


def test_work_goes_by_the_role_at_its_service(person, service, second):
    set_role(person, Role.MANAGER, second.pk)
    assert why_ended(person, Capability.EXPORT, second.pk) == ""
    assert "does not allow it any more" in why_ended(person, Capability.EXPORT, service.pk)


def test_an_export_is_offered_and_requested_where_the_role_allows_it(person, service, second):
    set_role(person, Role.VIEWER)
    set_role(person, Role.MANAGER, second.pk)
    client = signed_in(person)
    page = Page(client.get(reverse("exports:create")))
    assert "Second network" in page.text
    assert "EU network" not in {option.text for option in page.all("option")}
    client.post(reverse("exports:create"), {**page.fields(), "integration": "int-eu"})
    assert not ExportRequest.objects.exists()


def test_an_auditor_reads_the_log_and_nothing_else(admin_client, service, second):
    address = f"{OFFERS}1001/"
    fields = Page(admin_client.get(f"{address}edit/")).fields()
    admin_client.post(f"{address}edit/", {**fields, "name": "Changed by the admin"})
    auditor = User.objects.create_user("auditor@example.com", PASSWORD, role="")
    set_role(auditor, Role.AUDITOR, service.pk, organisations=[(service.pk, "org-main")])
    client = signed_in(auditor)
    assert client.get(reverse("home"))["Location"] == reverse("changes:list")
    log = Page(client.get(reverse("changes:list")))
    assert "Changed by the admin" in log.text
    assert address not in {link["href"] for link in log.all("a")}
    for closed in (OFFERS, address, reverse("exports:list"), reverse("search"), reverse("connections:list")):
        assert client.get(closed).status_code == 403, closed
    set_role(auditor, Role.AUDITOR, service.pk, organisations=[(service.pk, "org-other")])
    assert "Changed by the admin" not in client.get(reverse("changes:list")).content.decode()
