"""Services: only admins register them, only on allowed hosts, and a new host takes the old keys away."""

import pytest
from django.urls import reverse

from apps.connections.access import connection_for
from apps.connections.exceptions import NoConnection
from apps.connections.models import Connection, Integration, Service

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


def test_another_host_deletes_the_keys_typed_for_the_old_one(admin, manager, client, manager_connection):
    client.force_login(admin)
    service = manager_connection.service
    edit = reverse("connections:service_edit", args=[service.pk])
    assert "Another host deletes every key stored for this service" in client.get(edit).content.decode()
    rows = [(item.integration_id, item.label) for item in service.integrations.all()]
    sent = fields(*rows, existing=2, name="Sandbox")
    sent |= {f"integrations-{n}-id": str(item.pk) for n, item in enumerate(service.integrations.all())}

    same_host = client.post(edit, sent | {"base_url": f"{service.base_url}/v3"}, follow=True).content.decode()
    assert "deleted" not in same_host
    assert Connection.objects.get().has_key

    moved = client.post(edit, sent, follow=True).content.decode()
    assert "The host changed: 1 key was deleted." in moved
    assert not Connection.objects.get().has_key
    assert Connection.objects.get().version == manager_connection.version + 1
    with pytest.raises(NoConnection):
        connection_for(manager, "int-eu")
    client.force_login(manager)
    page = client.get(reverse("connections:create"), {"service": str(service.pk), "next": "/x"})
    assert "The service moved to another host" in page.content.decode()


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
