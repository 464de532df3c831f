"""People of the tests: an admin, an account manager and a stranger, with keys for the sandbox."""

import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from apps.accounts.models import Role, User
from apps.accounts.product_events import recorded
from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection, Integration, Service
from apps.mail.security_notices import send_notice
from apps.sandbox.keys import organisation_of_key

#: What the mails about security listen under.
SECURITY_NOTICES = "apps.mail.security_notices"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def admin(db):
    """A person with the admin role and no key yet."""
    return User.objects.create_user("admin@example.com", PASSWORD, role=Role.ADMIN, name="Ada Admin")


@pytest.fixture
def manager(db):
    """A person with the account manager role and no key yet."""
    return User.objects.create_user("manager@example.com", PASSWORD, role=Role.MANAGER, name="Max Manager")


@pytest.fixture
def service(db, sandbox):
    """The sandbox as a registered service with its two integrations."""
    service = Service.objects.create(name="Sandbox", base_url=sandbox.base_url)
    Integration.objects.create(service=service, integration_id="int-eu", label="EU network")
    Integration.objects.create(service=service, integration_id="int-us", label="US network")
    return service


@pytest.fixture
def admin_connection(admin, service, sandbox):
    """The admin's stored key: the sandbox's admin key."""
    return connect(admin, service, sandbox.admin_key)


@pytest.fixture
def manager_connection(manager, service, sandbox):
    """The account manager's stored key: the sandbox's account-manager key."""
    return connect(manager, service, sandbox.manager_key)


def connect(person, service, key):
    """A saved connection of the person with that key; its organisation is known, as after the test at saving."""
    connection = connect_unproved(person, service, key)
    organisation = organisation_of_key(key)
    if organisation and service.kind == service.Kind.INTEGR8:
        connection.organisation = organisation.id
        connection.save(update_fields=["organisation"])
    return connection


def connect_unproved(person, service, key):
    """A saved connection of the person with that key, of which nothing has shown yet whose it is.

    They have had it for a while: nobody is mailed that it was stored.
    """
    recorded.disconnect(dispatch_uid=SECURITY_NOTICES)
    try:
        return save_key(person, service, Connection.Authentication.API_KEY, Secret(key))
    finally:
        recorded.connect(send_notice, dispatch_uid=SECURITY_NOTICES)


def signed_in(person):
    """A browser-less client that is signed in as the person."""
    client = Client()
    client.force_login(person)
    return client


def forget_proof(client, seconds=600):
    """The last password, code or passkey that the client showed lies so long back."""
    session = client.session
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**one, "at": time.time() - seconds} for one in records]
    session.save()


@pytest.fixture
def admin_client(admin, admin_connection):
    """Requests of the admin, whose key works."""
    return signed_in(admin)


@pytest.fixture
def manager_client(manager, manager_connection):
    """Requests of the account manager, whose key works."""
    return signed_in(manager)
