"""A person's own keys, through the pages."""

import datetime

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.connections.keys.storage import read_key
from apps.connections.models import Connection, Service
from tests.resources.pages import Page
from tests.support.people import connect, signed_in

State = Connection.State

pytestmark = pytest.mark.django_db


def typed(to: Service, key: str, **values: str) -> dict[str, str]:
    return {"service": str(to.pk), "authentication": "api-key", "key": key, **values}


def test_a_key_is_typed_once_tested_at_once_and_shown_by_its_end(manager, client, service, sandbox):
    client.force_login(manager)
    form = client.get(reverse("connections:create")).content.decode()
    assert 'type="password"' in form
    assert 'autocomplete="off"' in form
    answer = client.post(reverse("connections:create"), typed(service, sandbox.manager_key), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("connections:list")
    assert "Key for Sandbox saved. The key works." in page
    assert f"…{sandbox.manager_key[-4:]}" in page
    assert "Works" in page
    assert sandbox.manager_key not in page
    assert [entry["operation"] for entry in sandbox.journal()] == ["listUsers", "listExports"]


def test_the_person_goes_on_to_the_page_that_needed_the_key(manager, client, service, sandbox):
    client.force_login(manager)
    page = "/integrations/int-eu/offers/?sort=name"
    address = reverse("connections:create") + f"?service={service.pk}&next={page}"
    form = client.get(address).content.decode()
    assert "What you open is read from Sandbox with your own key." in form
    assert 'value="/integrations/int-eu/offers/?sort=name"' in form
    answer = client.post(reverse("connections:create"), typed(service, sandbox.manager_key, next=page))
    assert answer["Location"] == page


@pytest.mark.parametrize(
    "page", ["//evil.example", "https://evil.example", "/\\evil.example", "https:evil", "javascript:alert(1)"]
)
def test_the_person_never_goes_on_to_another_site(manager, client, service, sandbox, page):
    client.force_login(manager)
    assert page not in client.get(reverse("connections:create"), {"next": page}).content.decode()
    answer = client.post(reverse("connections:create"), typed(service, sandbox.manager_key, next=page))
    assert answer["Location"] == reverse("connections:list")


def test_a_refused_key_may_be_kept_or_typed_again(manager, client, service, sandbox):
    client.force_login(manager)
    answer = client.post(
        reverse("connections:create"), typed(service, sandbox.revoked_key, next="/exports/"), follow=True
    )
    connection = Connection.objects.get()
    assert answer.redirect_chain[-1][0].startswith(reverse("connections:edit", args=[connection.pk]))
    page = answer.content.decode()
    assert "The service refused the key" in page
    assert 'href="/exports/">Keep it</a>' in page
    assert sandbox.revoked_key not in page
    again = client.post(
        reverse("connections:edit", args=[connection.pk]),
        {"authentication": "bearer", "key": sandbox.manager_key, "next": "/exports/"},
    )
    assert again["Location"] == "/exports/"
    row = Connection.objects.get()
    assert (row.pk, row.version, row.state) == (connection.pk, connection.version + 1, State.WORKS)
    assert read_key(row).reveal() == sandbox.manager_key


@pytest.mark.parametrize("key", ["", "two words", "tab\tkey", "line\nbreak", "kéy", "k" * 4001])
def test_what_cannot_be_a_key_is_refused_and_not_sent_back(manager, client, service, sandbox, key):
    client.force_login(manager)
    answer = client.post(reverse("connections:create"), typed(service, key))
    assert answer.status_code == 422
    assert 'id="id_key_error"' in answer.content.decode()
    if key:
        assert key not in answer.content.decode()
    assert not Connection.objects.exists()
    assert sandbox.journal() == []


def test_a_wrong_service_keeps_the_rest_of_the_form_but_not_the_key(manager, client, service):
    client.force_login(manager)
    sent = typed(service, "a-key-typed-here", service="nonsense", authentication="bearer")
    page = client.post(reverse("connections:create"), sent).content.decode()
    assert '<option value="bearer" selected>' in page
    assert "a-key-typed-here" not in page


@pytest.mark.parametrize("asked", ["nonsense", "00000000-0000-0000-0000-000000000000", ""])
def test_a_service_that_does_not_exist_is_not_preselected(manager, client, service, asked):
    client.force_login(manager)
    assert client.get(reverse("connections:create"), {"service": asked}).status_code == 200


def test_connecting_again_replaces_the_key(manager, client, manager_connection, sandbox):
    client.force_login(manager)
    service = manager_connection.service
    page = client.get(reverse("connections:create"), {"service": str(service.pk)}).content.decode()
    assert "You have a key for Sandbox already." in page
    client.post(reverse("connections:create"), typed(service, sandbox.admin_key))
    row = Connection.objects.get()
    assert row.version == manager_connection.version + 1
    assert read_key(row).reveal() == sandbox.admin_key


@pytest.mark.parametrize("page", ["create", "edit"])
@pytest.mark.parametrize("key", ["sandbox-revoked-key-91e2a7d4b0", "a-mistyped-key", "http-down"])
def test_a_new_key_that_does_not_work_replaces_none_that_may(
    manager, client, manager_connection, sandbox, page, key
):
    client.force_login(manager)
    service = manager_connection.service
    if key == "http-down":
        sandbox.faults({"kind": "status", "status": 503, "times": None})
    address = reverse(f"connections:{page}", args=[manager_connection.pk] if page == "edit" else [])
    answer = client.post(address, typed(service, key))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This key was not stored." in text
    assert f"ending in {sandbox.manager_key[-4:]} that you stored before stays in use" in text
    assert "Store it even if it does not work" in text
    assert key not in text
    row = Connection.objects.get()
    assert (row.version, row.state) == (manager_connection.version, manager_connection.state)
    assert read_key(row).reveal() == sandbox.manager_key

    insisted = client.post(address, typed(service, key, insist="on"), follow=True)
    assert read_key(Connection.objects.get()).reveal() == key
    assert key not in insisted.content.decode()


def test_a_page_offers_to_insist_only_after_a_key_failed(manager, client, manager_connection):
    client.force_login(manager)
    page = client.get(reverse("connections:edit", args=[manager_connection.pk])).content.decode()
    assert "Store it even if" not in page


def test_a_key_that_the_service_refused_before_is_replaced_by_any(
    manager, client, manager_connection, sandbox
):
    Connection.objects.update(state=State.KEY_REFUSED)
    client.force_login(manager)
    edit = reverse("connections:edit", args=[manager_connection.pk])
    client.post(edit, {"authentication": "api-key", "key": sandbox.revoked_key})
    assert read_key(Connection.objects.get()).reveal() == sandbox.revoked_key


def test_a_stored_key_is_tested_from_the_list(manager, client, manager_connection, sandbox):
    client.force_login(manager)
    assert "Not tested" in client.get(reverse("connections:list")).content.decode()
    page = client.post(
        reverse("connections:test", args=[manager_connection.pk]), follow=True
    ).content.decode()
    assert "Sandbox: The key works." in page
    assert [entry["operation"] for entry in sandbox.journal()] == ["listUsers", "listExports"]
    assert client.get(reverse("connections:test", args=[manager_connection.pk])).status_code == 405


def test_a_removed_key_leaves_the_list_and_can_be_entered_anew(manager, client, manager_connection, sandbox):
    client.force_login(manager)
    remove = reverse("connections:remove", args=[manager_connection.pk])
    assert "Remove the key for Sandbox?" in client.get(remove).content.decode()
    assert Connection.objects.get().has_key
    page = client.post(remove, follow=True).content.decode()
    assert "The key for Sandbox is removed." in page
    assert "No key yet" in page
    assert not Connection.objects.get().has_key
    assert client.get(remove).status_code == 404
    client.post(reverse("connections:create"), typed(manager_connection.service, sandbox.manager_key))
    row = Connection.objects.get()
    assert (row.pk, row.state, row.version) == (manager_connection.pk, State.WORKS, 3)


def test_a_key_that_cannot_be_decrypted_is_asked_for_again(manager, client, manager_connection):
    Connection.objects.update(encrypted_key=b"x" * 60)
    client.force_login(manager)
    page = client.post(
        reverse("connections:test", args=[manager_connection.pk]), follow=True
    ).content.decode()
    assert "The stored key cannot be read any more. Enter it again." in page
    edit = client.get(reverse("connections:edit", args=[manager_connection.pk])).content.decode()
    assert "The stored key cannot be read any more. Enter it again." in edit
    assert "Keep it" not in edit


def test_times_are_shown_in_the_persons_own_zone(manager, client, manager_connection):
    User.objects.filter(pk=manager.pk).update(time_zone="Asia/Tokyo")
    moment = datetime.datetime(2026, 3, 1, 20, 5, tzinfo=datetime.UTC)
    Connection.objects.update(checked_at=moment, state=State.WORKS)
    client.force_login(manager)
    assert "2 Mar 2026, 05:05" in client.get(reverse("connections:list")).content.decode()


def test_without_a_service_admins_add_one_and_others_ask(admin, manager):
    assert "Ask an admin" in signed_in(manager).get(reverse("connections:create")).content.decode()
    assert "Ask an admin" in signed_in(manager).get(reverse("connections:list")).content.decode()
    assert signed_in(admin).get(reverse("connections:create"))["Location"] == reverse(
        "connections:service_create"
    )
    assert (
        reverse("connections:service_create")
        in signed_in(admin).get(reverse("connections:list")).content.decode()
    )


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options"])
@pytest.mark.parametrize("name", ["edit", "test", "remove"])
def test_another_persons_connection_is_not_found(admin, manager_connection, sandbox, name, method):
    before = Connection.objects.filter(pk=manager_connection.pk).values().get()
    address = reverse(f"connections:{name}", args=[manager_connection.pk])
    answer = getattr(signed_in(admin), method)(address, {"authentication": "bearer", "key": "a-key-of-mine"})
    assert answer.status_code in (404, 405) or (method == "options" and not answer.content)
    assert manager_connection.last_four not in answer.content.decode()
    assert Connection.objects.filter(pk=manager_connection.pk).values().get() == before
    assert sandbox.journal() == []


def test_lists_show_nothing_of_another_persons_key(admin, manager_connection):
    client = signed_in(admin)
    for address in ("list", "create", "services"):
        page = client.get(reverse(f"connections:{address}")).content.decode()
        assert str(manager_connection.pk) not in page
        assert manager_connection.last_four not in page


@pytest.mark.parametrize("name", ["list", "create", "edit", "test", "remove"])
def test_strangers_are_sent_to_sign_in(client, manager_connection, name):
    arguments = [manager_connection.pk] if name in ("edit", "test", "remove") else []
    address = reverse(f"connections:{name}", args=arguments)
    assert client.get(address)["Location"].startswith(reverse("account_login"))
    answer = client.post(address)
    assert answer.status_code == 401
    assert f'action="{reverse("account_login")}"' in answer.content.decode()
    assert Connection.objects.get().has_key


def test_two_people_keep_a_key_each_for_one_service(admin, manager, service, sandbox):
    connect(manager, service, sandbox.manager_key)
    signed_in(admin).post(reverse("connections:create"), typed(service, sandbox.admin_key))
    keys = {row.owner_id: read_key(row).reveal() for row in Connection.objects.select_related("service")}
    assert keys == {manager.pk: sandbox.manager_key, admin.pk: sandbox.admin_key}


WAYS = {"integr8": ["api-key", "bearer"], "token": ["bearer", "query"]}


def ways(answer):
    """The ways of sending a key that the page offers."""
    return [option["value"] for option in Page(answer).one("select", id="id_authentication").inner]


@pytest.mark.parametrize("kind", WAYS)
def test_only_the_ways_a_service_takes_keys_are_offered(admin, service, sandbox, kind):
    other = Service.objects.create(name="Other", base_url=service.base_url, kind=kind)
    connection = connect(admin, other, sandbox.admin_key)
    client = signed_in(admin)
    assert ways(client.get(reverse("connections:create"), {"service": str(other.pk)})) == WAYS[kind]
    assert ways(client.get(reverse("connections:edit", args=[connection.pk]))) == WAYS[kind]


@pytest.mark.parametrize(("kind", "way"), [("integr8", "query"), ("token", "api-key")])
def test_a_way_the_service_does_not_take_is_refused_in_words_and_nothing_is_sent(
    admin, service, sandbox, kind, way
):
    other = Service.objects.create(name="Other", base_url=service.base_url, kind=kind)
    answer = signed_in(admin).post(
        reverse("connections:create"), typed(other, sandbox.admin_key, authentication=way)
    )
    assert answer.status_code == 422
    assert "Other takes no key that way." in answer.content.decode()
    assert ways(answer) == WAYS[kind]
    assert not Connection.objects.exists()
    assert sandbox.journal() == []


def test_without_a_service_asked_for_the_ways_are_those_of_the_one_that_is_shown_first(
    admin, service, sandbox
):
    Service.objects.create(name="A token service", base_url=service.base_url, kind="token")
    page = signed_in(admin).get(reverse("connections:create"))
    assert Page(page).one("select", id="id_service").inner[0].text == "A token service"
    assert ways(page) == WAYS["token"]
