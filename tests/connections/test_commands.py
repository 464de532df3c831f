"""`manage.py add_service` and `manage.py connect`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from apps.api.contract.contract import builtin_contract
from apps.connections.clients import contract_for
from apps.connections.keys.storage import read_key
from apps.connections.models import Connection, Integration, Service

pytestmark = pytest.mark.django_db
URL = "https://api.app.integr8.co/api/v2"


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output, no_color=True)
    return output.getvalue()


def add(*arguments: str, name: str = "Acme", url: str = URL) -> str:
    return run("add_service", name, "--kind", "integr8", "--base-url", url, *arguments)


@pytest.fixture
def say(monkeypatch):
    def on_standard_input(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return on_standard_input


def test_a_service_is_added_with_its_integrations():
    add("--integration", "int-1=One", "--integration", "int-2=Two = 2", url=f"{URL}/")
    service = Service.objects.get()
    assert (service.base_url, service.kind, service.contract) == (URL, "integr8", None)
    assert dict(Integration.objects.values_list("integration_id", "label")) == {
        "int-1": "One",
        "int-2": "Two = 2",
    }


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--integration", "nonsense"], "is not ID=LABEL"),
        (["--integration", "=label"], "is not ID=LABEL"),
        (["--integration", "a/b=One"], "without a slash"),
        (["--integration", "int-1=One", "--integration", "int-1=Two"], "already exists"),
        (["--contract", "/no/such/file"], "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(arguments, reason):
    with pytest.raises(CommandError, match=reason):
        add(*arguments)
    assert not Service.objects.exists()


def test_a_host_that_is_not_allowed_is_refused():
    with pytest.raises(CommandError, match=r"evil\.example is not one of the hosts"):
        add(url="https://evil.example")


def test_a_service_that_exists_is_left_alone():
    add()
    with pytest.raises(CommandError, match="exists already"):
        add(url=f"{URL}/other")
    assert "nothing changed" in add("--if-missing", url=f"{URL}/other")
    assert Service.objects.get().base_url == URL


def test_the_vendors_document_is_used(tmp_path):
    operation = builtin_contract().operation("listUsers")
    described = {
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": {"200": {"description": ""}},
    }
    document = {
        "openapi": "3.0.0",
        "info": {"title": "V", "version": "1"},
        "paths": {"/people": {"get": described}},
    }
    file = tmp_path / "vendor.json"
    file.write_text(json.dumps(document))
    add("--contract", str(file))
    assert contract_for(Service.objects.get()).operation("listUsers").path == "/people"


@pytest.mark.parametrize("content", ["not json", "[]", '{"swagger": "2.0"}', "null"])
def test_a_document_that_is_no_openapi_is_refused(tmp_path, content):
    file = tmp_path / "vendor.json"
    file.write_text(content)
    with pytest.raises(CommandError, match="--contract"):
        add("--contract", str(file))


def test_a_key_is_stored_and_tested(manager, service, sandbox, say):
    say(sandbox.manager_key + "\n")
    said = run("connect", manager.email.upper(), "Sandbox", "--auth", "bearer", "--require-working")
    assert "Works: The key works." in said
    connection = Connection.objects.get()
    assert (connection.owner, connection.authentication) == (manager, "bearer")
    assert read_key(connection).reveal() == sandbox.manager_key


@pytest.mark.parametrize(("kind", "way"), [("integr8", "query"), ("token", "api-key")])
def test_a_way_the_service_does_not_take_is_refused(manager, service, sandbox, say, kind, way):
    Service.objects.update(kind=kind)
    say(sandbox.manager_key)
    with pytest.raises(CommandError, match="--auth: Sandbox takes "):
        run("connect", manager.email, "Sandbox", "--auth", way)
    assert not Connection.objects.exists()


def test_a_key_file_replaces_the_key_without_a_call(manager_connection, manager, sandbox, tmp_path):
    file = tmp_path / "key"
    file.write_text(sandbox.admin_key)
    run("connect", manager.email, "Sandbox", "--key-file", str(file), "--no-test")
    row = Connection.objects.get()
    assert (read_key(row).reveal(), row.version) == (sandbox.admin_key, 2)
    assert sandbox.journal() == []


def test_a_key_that_does_not_work_is_saved_and_said(manager, service, sandbox, say):
    say(sandbox.revoked_key)
    assert "Key refused: The service refused the key" in run("connect", manager.email, "Sandbox")
    say(sandbox.revoked_key)
    with pytest.raises(CommandError, match="does not work"):
        run("connect", manager.email, "Sandbox", "--require-working")
    assert Connection.objects.get().has_key


def test_a_key_that_does_not_work_replaces_none_that_may_unless_told(
    manager_connection, manager, sandbox, say
):
    say(sandbox.revoked_key)
    with pytest.raises(CommandError, match="not saved: The service refused the key"):
        run("connect", manager.email, "Sandbox")
    assert read_key(Connection.objects.get()).reveal() == sandbox.manager_key
    say(sandbox.revoked_key)
    run("connect", manager.email, "Sandbox", "--insist")
    assert read_key(Connection.objects.get()).reveal() == sandbox.revoked_key


@pytest.mark.parametrize(
    ("email", "service_name", "key", "reason"),
    [
        ("nobody@example.com", "Sandbox", "key", "no account"),
        ("manager@example.com", "Other", "key", "no service"),
        ("manager@example.com", "Sandbox", "", "empty"),
        ("manager@example.com", "Sandbox", "two words", "no spaces"),
    ],
)
def test_what_cannot_be_connected_is_said(manager, service, say, email, service_name, key, reason):
    say(key)
    with pytest.raises(CommandError, match=reason):
        run("connect", email, service_name)
    assert not Connection.objects.exists()
