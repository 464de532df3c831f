"""What an invitation's link opens: an account, once; and nothing in every other case, with the reason."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.audit.models import Event
from apps.connections.models import Service
from apps.people.invitations import invite, withdraw
from apps.people.links import key_of
from apps.people.models import Invitation
from tests.people.conftest import JOINING, NEW, mail_what_is_due, mailed_path
from tests.support.people import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
#: The same in every process of a run: a test's name has it.
NOBODYS = uuid.UUID(int=7).hex


def test_the_form_makes_the_account_signs_in_and_leads_to_the_key(client, path, service):
    answer = client.post(path, JOINING)
    person = User.objects.get(email=NEW)
    assert (person.name, person.role, person.time_zone) == ("Nina New", "viewer", "Europe/Berlin")
    assert person.check_password(PASSWORD)
    assert answer["Location"].startswith(reverse("connections:create"))
    page = client.get(answer["Location"]).content.decode()
    assert "Connect to Sandbox" in page
    assert "/integrations/int-eu/" in page


def test_the_log_tells_of_joining_once(admin, service, client):
    invite(NEW, Role.AUDITOR, service, by=admin)
    mail_what_is_due()
    client.post(mailed_path(), JOINING)
    kinds = Event.objects.exclude(kind="setting_changed").order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["person_invited", "person_joined", "signed_in"]


def test_the_key_is_what_they_type_next(client, path, service):
    page = client.get(client.post(path, JOINING)["Location"]).content.decode()
    [field] = re.findall(r"<input[^>]*name=.key.[^>]*>", page)
    assert "autofocus" in field


def test_the_first_list_is_one_that_the_role_opens(admin, service, client):
    other = Service.objects.create(name="Other", base_url="http://127.0.0.1:9/api/v2")
    other.integrations.create(integration_id="int-other", label="A network that is first by its name")
    invite(NEW, Role.MANAGER, service, by=admin)
    mail_what_is_due()
    assert str(service.pk) in client.post(mailed_path(), JOINING)["Location"]


def test_who_must_have_a_second_factor_reads_of_it_and_sets_it_up_first(admin, service, client):
    invite(NEW, Role.VIEWER, by=admin, is_second_factor_required=True)
    mail_what_is_due()
    path = mailed_path()
    assert "Have your phone at hand" in mail.outbox[-1].body
    assert "Three steps: your account, a second factor" in client.get(path).content.decode()
    first = client.post(path, JOINING)["Location"]
    assert client.get(first)["Location"] == reverse("mfa_index")
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Next, set up a second factor" in page
    assert "Set up a code app" in page
    assert User.objects.get(email=NEW).is_second_factor_required


def test_an_invited_admin_reads_of_the_second_factor_that_admins_have(admin, client, settings):
    invite(NEW, Role.ADMIN, by=admin)
    mail_what_is_due()
    assert "Two steps" in client.get(mailed_path()).content.decode()
    settings.SECOND_FACTOR_REQUIRED_FOR = "admins"
    assert "Three steps" in client.get(mailed_path()).content.decode()


def test_without_a_service_they_are_welcomed(client, path):
    assert client.post(path, JOINING)["Location"] == reverse("home")


def test_a_role_for_one_service_is_for_that_one_alone(admin, service, client):
    invite(NEW, Role.MANAGER, service, by=admin)
    mail_what_is_due()
    client.post(mailed_path(), JOINING)
    person = User.objects.get(email=NEW)
    assert (person.role, person.service_roles) == ("", {str(service.pk): "manager"})


def test_opening_the_link_again_and_again_changes_nothing(path):
    before = Invitation.objects.values().get()
    for _ in range(3):
        assert Client().get(path).status_code == Client().head(path).status_code == 200
        assert Client().options(path).status_code == Client().put(path).status_code == 405
    assert Invitation.objects.values().get() == before
    assert not User.objects.filter(email=NEW).exists()


def test_the_link_works_once(path):
    assert Client().post(path, JOINING).status_code == 302
    again = Client()
    for answer in (again.get(path), again.post(path, {**JOINING, "password1": "x", "name": "Eve"})):
        assert answer.status_code == 410
        assert "There is an account for it already" in answer.content.decode()
    assert User.objects.get(email=NEW).name == "Nina New"


def test_three_days_later_it_is_expired(client, path):
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=3))
    for answer in (client.get(path), client.post(path, JOINING)):
        assert answer.status_code == 410
        assert "It worked for three days, which are over" in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_withdrawn_it_opens_nothing(client, path, invitation):
    withdraw(invitation, by=None)
    assert "It was withdrawn" in client.get(path).content.decode()
    assert client.post(path, JOINING).status_code == 410
    assert not User.objects.filter(email=NEW).exists()


def test_of_an_admin_who_was_removed_it_opens_nothing(admin, client, path):
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert "It was withdrawn" in client.post(path, JOINING).content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_a_colleague_it_was_forwarded_to_keeps_their_own_session(manager, path):
    client = signed_in(manager)
    for answer in (client.get(path), client.post(path, JOINING)):
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "You are signed in as manager@example.com; the invitation is for nina@example.com" in page
    assert not User.objects.filter(email=NEW).exists()
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize(
    ("is_active", "words"), [(True, "There is an account for it already"), (False, "was deactivated")]
)
def test_whoever_got_an_account_meanwhile_signs_in_with_that(client, path, is_active, words):
    User.objects.create_user(NEW, PASSWORD, name="There", is_active=is_active)
    for answer in (client.get(path), client.post(path, JOINING)):
        assert answer.status_code == 410
        assert words in answer.content.decode()
    assert User.objects.get(email=NEW).name == "There"


@pytest.mark.parametrize(
    "key",
    [
        "nothing",
        f"{NOBODYS}.1",
        f"{NOBODYS}.1.{'x' * 43}",
        f"{NOBODYS}..",
        "..",
        "%00",
        "x" * 5000,
    ],
)
def test_a_link_that_nobody_made_tells_nothing(client, invitation, key):
    answer = client.get(f"/invitations/{key}/")
    assert answer.status_code in (400, 404)
    assert NEW not in answer.content.decode()


def test_of_an_invitation_that_is_not_there_a_well_made_link_tells_the_same(client):
    answer = client.get(reverse("people:join", args=[key_of(uuid.uuid4(), 1)]))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " \u200b"}, "name"),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password2": "another long password"}, "are not the same"),
        ({"password1": "nina new nina new", "password2": "nina new nina new"}, "password"),
        ({"time_zone": "Nowhere/None"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_half_done(client, path, changes, words):
    answer = client.post(path, {**JOINING, **changes})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert client.post(path, JOINING).status_code == 302


def test_another_address_or_role_in_the_form_is_not_read(client, path):
    client.post(path, {**JOINING, "email": "eve@example.com", "role": "admin", "is_active": "1"})
    assert [(one.email, one.role) for one in User.objects.exclude(role=Role.ADMIN)] == [(NEW, "viewer")]


def test_the_page_is_kept_nowhere_and_the_link_leaves_by_no_header(client, path):
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"].startswith("noindex")


def test_one_network_does_not_try_links_out(client):
    answers = [client.get("/invitations/some-key-or-other/").status_code for _ in range(61)]
    assert set(answers[:60]) == {404}
    assert answers[60] == 429


def test_the_new_account_is_told_to_nobody_but_the_mail(path):
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [NEW]
