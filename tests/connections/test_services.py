"""Services: only admins register them, only on allowed hosts, and a new host sets the old keys aside."""

import os
import re

import pytest
from django.urls import reverse

from apps.api.credentials import Secret
from apps.connections.clients import connection_for
from apps.connections.exceptions import NoConnection
from apps.connections.keys.storage import is_readable, read_key, remove_key, save_key
from apps.connections.models import Connection, Integration, Service, SetAsideKey
from apps.encryption.rotation import rotate
from tests.support.people import connect

pytestmark = pytest.mark.django_db


def fields(*integrations: tuple[str, str], existing: int = 0, **values: str) -> dict[str, str]:
    """The form as a browser sends it."""
    sent = {"name": "Acme", "kind": "integr8", "base_url": "https://api.app.integr8.co/api/v2"}
    sent |= {"integrations-TOTAL_FORMS": str(len(integrations)), "integrations-INITIAL_FORMS": str(existing)}
    for number, (integration_id, label) in enumerate(integrations):
        sent |= {
            f"integrations-{number}-integration_id": integration_id,
            f"integrations-{number}-label": label,
        }
    return sent | values


def create(client, **arguments):
    return client.post(reverse("connections:service_create"), arguments)


def test_an_admin_adds_a_service_with_its_integrations(admin, client):
    client.force_login(admin)
    form = client.get(reverse("connections:service_create")).content.decode()
    assert form.count("Integration ID") == 3
    answer = create(client, **fields(("int-1", "One"), ("int-2", "Two"), ("", "")))
    assert answer["Location"] == reverse("connections:services")
    service = Service.objects.get()
    assert [str(item) for item in service.integrations.all()] == ["One", "Two"]
    page = client.get(reverse("connections:services")).content.decode()
    assert "https://api.app.integr8.co/api/v2" in page
    assert "One, Two" in page


def test_more_rows_come_without_javascript(admin, client):
    client.force_login(admin)
    answer = create(client, **fields(("int-1", "One"), add_rows="1"))
    service = Service.objects.get()
    assert answer["Location"] == reverse("connections:service_edit", args=[service.pk])
    assert client.get(answer["Location"]).content.decode().count("Integration ID") == 4


def test_an_integration_is_renamed_added_and_removed(admin, client):
    client.force_login(admin)
    create(client, **fields(("int-1", "One"), ("int-2", "Two")))
    service = Service.objects.get()
    rows = {item.integration_id: str(item.pk) for item in service.integrations.all()}
    sent = fields(("int-1", "First"), ("int-2", "Two"), ("int-3", "Three"), existing=2)
    sent |= {"integrations-0-id": rows["int-1"], "integrations-1-id": rows["int-2"]}
    sent["integrations-1-DELETE"] = "on"
    client.post(reverse("connections:service_edit", args=[service.pk]), sent)
    assert dict(service.integrations.values_list("integration_id", "label")) == {
        "int-1": "First",
        "int-3": "Three",
    }


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(admin, client):
    client.force_login(admin)
    answer = create(client, **fields(("int-1", ""), name="", base_url="https://evil.example/"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "evil.example is not one of the hosts this installation may call" in page
    assert 'value="https://evil.example/"' in page
    assert 'value="int-1"' in page
    assert page.count("This field is required.") >= 2
    assert not Service.objects.exists()


def test_an_integration_of_another_service_is_refused(admin, client, service):
    client.force_login(admin)
    answer = create(client, **fields(("int-eu", "Mine")))
    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()
    assert Service.objects.count() == 1


@pytest.mark.parametrize(
    "base_url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://127.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::]/",
        "https://100.64.0.1/",
        "https://10.0.0.1/",
        "https://api.app.integr8.co@evil.example/",
        "https://api.app.integr8.co:x@evil.example/",
        "https://api.app.integr8.co.evil.example/",
        "https://api.app.integr8.co%2eevil.example/",
        "https://api.app.integr8.co\\evil.example/",
        "https://evil.example\\@api.app.integr8.co/",
        "https://api。app。integr8。co.evil.example/",
        "https://api.app.integr8.co\r\nHost: evil.example/",
        "https://api.app.integr8.co:22/",
        "http://api.app.integr8.co/",
        "file:///etc/passwd",
        "gopher://api.app.integr8.co/",
        "//api.app.integr8.co/",
        "api.app.integr8.co",
        "https://api.app.integr8.co/v2?key=1",
        "https://api.app.integr8.co/v2#x",
        "https://api.app.integr8.co/../v2",
        "https:///v2",
        "javascript:alert(1)",
    ],
)
def test_a_base_url_elsewhere_is_refused(admin, client, settings, base_url):
    settings.API_ALLOWED_HOSTS = ["api.app.integr8.co"]
    client.force_login(admin)
    answer = create(client, **fields(base_url=base_url))
    assert answer.status_code == 422
    assert 'id="id_base_url_error"' in answer.content.decode()
    assert not Service.objects.exists()


OTHER = "https://api.app.integr8.co/api/v2"


@pytest.fixture
def _both_hosts_allowed(settings):
    settings.API_ALLOWED_HOSTS = ["api.app.integr8.co", "127.0.0.1"]


def edited(service: Service, base_url: str, **values: str) -> dict[str, str]:
    """The form of a stored service as a browser sends it."""
    rows = list(service.integrations.all())
    sent = fields(*((row.integration_id, row.label) for row in rows), existing=len(rows), name=service.name)
    sent |= {f"integrations-{number}-id": str(row.pk) for number, row in enumerate(rows)}
    return sent | {"base_url": base_url} | values


def move(client, service: Service, base_url: str) -> str:
    """Change the host and agree to what that does to keys; the page afterwards."""
    edit = reverse("connections:service_edit", args=[service.pk])
    answer = client.post(edit, edited(service, base_url))
    agreed = re.search(r'name="confirmed_move" value="([^"]+)"', answer.content.decode())
    if agreed:
        answer = client.post(edit, edited(service, base_url, confirmed_move=agreed[1]))
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


@pytest.mark.usefixtures("_both_hosts_allowed")
def test_a_change_within_the_host_keeps_the_keys_and_asks_nothing(admin, client, manager_connection):
    client.force_login(admin)
    service = manager_connection.service
    page = move(client, service, f"{service.base_url}/v3")
    assert "set aside" not in page
    assert Connection.objects.get().has_key


def test_another_host_is_asked_about_with_the_number_of_keys_first(
    admin, manager, client, manager_connection, sandbox
):
    client.force_login(admin)
    service = manager_connection.service
    edit = reverse("connections:service_edit", args=[service.pk])
    asked = client.post(edit, edited(service, OTHER))
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "1 key stops working" in page
    assert "Nothing is saved yet" in page
    assert f'value="{OTHER}"' in page
    assert Service.objects.get().base_url == service.base_url
    assert Connection.objects.get().has_key

    # One more key has come meanwhile: what was agreed to is not what would happen.
    [agreed] = re.findall(r'name="confirmed_move" value="([^"]+)"', page)
    connect(admin, service, sandbox.admin_key)
    for answer in (agreed, "", "yes", "https://other.example:443 2"):
        again = client.post(edit, edited(service, OTHER, confirmed_move=answer))
        assert "2 keys stop working" in again.content.decode()
    assert Service.objects.get().base_url == service.base_url

    page = move(client, service, OTHER)
    assert "2 keys are set aside" in page
    row = Connection.objects.get(owner=manager)
    assert (row.has_key, row.last_four, row.version) == (False, "", manager_connection.version + 1)
    with pytest.raises(NoConnection):
        connection_for(manager, "int-eu")
    client.force_login(manager)
    page = client.get(reverse("connections:create"), {"service": str(service.pk), "next": "/x"})
    assert "The service moved to another host" in page.content.decode()


@pytest.mark.usefixtures("_both_hosts_allowed")
def test_keys_come_back_with_the_host_they_were_typed_for_and_open_at_no_other(
    admin, manager, client, manager_connection, sandbox
):
    client.force_login(admin)
    service, home = manager_connection.service, manager_connection.service.base_url
    move(client, service, OTHER)
    [kept] = SetAsideKey.objects.all()
    assert sandbox.manager_key.encode() not in bytes(kept.encrypted_key)
    # Put into the row of the new host it opens nothing.
    Connection.objects.update(
        ring_key_id=kept.ring_key_id, encrypted_key=kept.encrypted_key, version=kept.version
    )
    assert not is_readable(Connection.objects.get())
    Connection.objects.update(ring_key_id="", encrypted_key=b"", version=kept.version + 1)

    save_key(manager, Service.objects.get(), "bearer", Secret("the-key-of-the-other-host"))
    page = move(client, service, home)
    assert "1 key is set aside" in page
    assert "1 key typed for this host before can be used again" in page
    row = Connection.objects.get()
    assert read_key(row).reveal() == sandbox.manager_key
    assert (row.state, row.authentication) == ("untested", "api-key")
    assert [kept.origin for kept in SetAsideKey.objects.all()] == ["https://api.app.integr8.co:443"]
    move(client, service, OTHER)
    assert read_key(Connection.objects.get()).reveal() == "the-key-of-the-other-host"


@pytest.mark.usefixtures("_both_hosts_allowed")
def test_a_removed_key_is_kept_for_no_host(admin, client, manager_connection):
    client.force_login(admin)
    move(client, manager_connection.service, OTHER)
    remove_key(Connection.objects.get())
    assert not SetAsideKey.objects.exists()
    move(client, manager_connection.service, manager_connection.service.base_url)
    assert not Connection.objects.get().has_key


@pytest.mark.usefixtures("_both_hosts_allowed")
def test_a_set_aside_key_moves_to_a_new_ring_key_with_the_others(
    admin, client, manager_connection, settings, sandbox
):
    client.force_login(admin)
    service, home = manager_connection.service, manager_connection.service.base_url
    move(client, service, OTHER)
    new = {"new": os.urandom(32)}
    settings.API_KEY_RING = new | settings.API_KEY_RING
    counts = rotate()
    # The key of the change log too, which has the change of the host.
    assert (counts.moved, counts.left, counts.unreadable) == (2, 0, 0)
    settings.API_KEY_RING = new
    move(client, service, home)
    assert read_key(Connection.objects.get()).reveal() == sandbox.manager_key


@pytest.mark.usefixtures("_both_hosts_allowed")
def test_a_set_aside_key_that_nobody_can_read_any_more_asks_for_itself(
    admin, client, manager_connection, settings
):
    client.force_login(admin)
    service, home = manager_connection.service, manager_connection.service.base_url
    move(client, service, OTHER)
    settings.API_KEY_RING = {"other": os.urandom(32)}
    assert rotate().left == 1
    move(client, service, home)
    row = Connection.objects.get()
    assert (row.has_key, row.state) == (False, "key_needed")
    assert not SetAsideKey.objects.exists()


@pytest.mark.parametrize(
    ("total", "initial"),
    [
        ("2147483648", "0"),
        ("2000", "0"),
        ("9" * 5000, "0"),
        ("-1", "0"),
        ("3", "-1"),
        ("1", "2"),
        ("x", "0"),
        ("", ""),
        ("1.0", "0"),
        ("１", "0"),
        ("1", "9999999999999999999999"),
        (None, "0"),
        ("1", None),
    ],
)
def test_a_number_of_rows_that_no_page_sends_is_refused_in_words_and_builds_no_rows(
    admin, client, total, initial
):
    client.force_login(admin)
    sent = fields(("int-1", "One"))
    for name, value in (("TOTAL", total), ("INITIAL", initial)):
        del sent[f"integrations-{name}_FORMS"]
        sent |= {} if value is None else {f"integrations-{name}_FORMS": value}
    answer = create(client, **sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "did not arrive as it was sent, so nothing was saved" in page
    assert page.count("Integration ID") == 3
    assert not Service.objects.exists()


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("name", ["services", "service_create", "service_edit"])
def test_account_managers_may_not(manager, client, service, name, method):
    client.force_login(manager)
    address = reverse(f"connections:{name}", args=[service.pk] if name == "service_edit" else [])
    assert getattr(client, method)(address, fields(name="Changed")).status_code == 403
    assert list(Service.objects.values_list("name", flat=True)) == ["Sandbox"]


def test_strangers_are_sent_to_sign_in(client, service):
    answer = client.get(reverse("connections:service_edit", args=[service.pk]))
    assert answer["Location"].startswith(reverse("account_login"))


def test_labels_are_shown_as_text(admin, client):
    service = Service.objects.create(name="<script>x</script>", base_url="https://api.app.integr8.co")
    Integration.objects.create(service=service, integration_id="i", label='"><img src=x onerror=alert(1)>')
    client.force_login(admin)
    for address in (reverse("connections:services"), reverse("connections:service_edit", args=[service.pk])):
        page = client.get(address).content.decode()
        assert "<script>x" not in page
        assert "<img src=x" not in page
