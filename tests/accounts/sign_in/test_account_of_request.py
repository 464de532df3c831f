"""Each request reads its account anew, by SQL that is made up once."""

import pytest
from django.db.models.sql.compiler import SQLCompiler

from apps.accounts.models import Role, User
from apps.accounts.sign_in.backend import AccountBackend

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("mia@example.com", "a long enough password", role=Role.MANAGER)


def test_the_account_is_read_anew_each_time(person):
    assert AccountBackend().get_user(person.pk) == person
    User.objects.filter(pk=person.pk).update(role=Role.VIEWER)
    account = AccountBackend().get_user(person.pk)
    assert account is not None
    assert account.role == Role.VIEWER


def test_closed_and_missing_accounts_are_nobodys(person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert AccountBackend().get_user(person.pk) is None
    person.delete()
    assert AccountBackend().get_user(person.pk) is None


def test_a_session_leads_to_its_own_account(client, person):
    other = User.objects.create_user("ben@example.com", "another long password", role=Role.VIEWER)
    for one in (person, other, person):
        client.force_login(one)
        assert one.email in client.get("/account/preferences/").content.decode()


def test_its_sql_is_made_up_once(person, monkeypatch):
    AccountBackend().get_user(person.pk)
    monkeypatch.delattr(SQLCompiler, "as_sql")
    assert AccountBackend().get_user(person.pk) == person
