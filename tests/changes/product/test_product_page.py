"""Who sees which events of the product, by page and file, and how they are found."""

import json
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.audit.events import EventKind, record
from apps.audit.models import Event
from apps.changes.product.facts import facts_in_words
from tests.support.people import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/changes/product/"


@pytest.fixture
def log(admin, manager, service):
    """A sign-in of each, a key of the manager, and downloads of three organisations."""
    record(EventKind.SIGNED_IN, admin)
    record(EventKind.SIGNED_IN, manager)
    record(EventKind.KEY_STORED, manager, title="Key of Max", service_id=service.pk)
    for organisation in ("org-main", "org-other", ""):
        record(
            EventKind.EXPORT_DOWNLOADED,
            User.objects.create_user(f"from-{organisation or 'nowhere'}@example.com", PASSWORD),
            title=f"Export of {organisation or 'nobody'}",
            service_id=service.pk,
            organisation=organisation,
        )


def titles(client: Client, query: str = "") -> str:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(client: Client, query: str = "") -> list[dict]:
    answer = client.get(reverse("changes:product_file") + query)
    return [json.loads(line) for line in answer.getvalue().splitlines()]


def test_an_admin_sees_people_and_their_own_organisation_alone(log, admin_client):
    text = titles(admin_client)
    assert "manager@example.com" in text
    assert "Key of Max" in text
    assert "Export of org-main" in text
    assert "Export of org-other" not in text
    assert "Export of nobody" not in text
    told = {line.get("title") for line in lines(admin_client)}
    assert "Export of org-main" in told
    assert not {"Export of org-other", "Export of nobody"} & told


def test_an_auditor_sees_people_and_no_organisation(log):
    auditor = User.objects.create_user("auditor@example.com", PASSWORD, role=Role.AUDITOR)
    text = titles(signed_in(auditor))
    assert "Key of Max" in text
    assert "Export of" not in text


def test_anybody_else_sees_what_is_their_own_and_their_organisations(log, manager_client, admin):
    text = titles(manager_client)
    assert "Key of Max" in text
    assert "Export of org-main" in text
    assert admin.email not in text
    assert "Export of org-other" not in text
    assert admin.email not in {line.get("person") for line in lines(manager_client)}


def test_filters_leave_what_they_say(log, admin_client, manager):
    assert {line["kind"] for line in lines(admin_client, "?kind=sign_in")} == {"signed_in"}
    assert {line["person"] for line in lines(admin_client, f"?person={manager.email}")} == {manager.email}
    assert lines(admin_client, "?address=203.0.113") == []
    assert lines(admin_client, "?to=2020-01-01") == []
    text = titles(admin_client, "?kind=nonsense&odd=1")
    assert "There is no kind “nonsense”" in text
    assert "“odd” is not part of" in text


def test_pages_follow_each_other_without_a_gap(admin, admin_client, monkeypatch):
    monkeypatch.setattr("apps.changes.product.page.PAGE_SIZE", 2)
    for number in range(5):
        record(EventKind.SIGNED_IN, admin, title=f"sign-in {number}")
    found, address = [], PAGE + "?kind=signed_in"
    while address:
        page = admin_client.get(address).context["page"]
        found += [row.event.title for row in page.rows]
        address = page.pager.next_url
    assert found == [f"sign-in {number}" for number in (4, 3, 2, 1, 0)]


def test_a_title_is_text(admin, admin_client):
    record(EventKind.LINK_SHARED, admin, title="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in titles(admin_client)


def test_a_page_costs_the_same_however_long_the_log_is(admin, admin_client, django_assert_max_num_queries):
    for _ in range(60):
        record(EventKind.SIGNED_IN, admin)
    admin_client.get(PAGE)
    with django_assert_max_num_queries(12):
        admin_client.get(PAGE)
    assert Event.objects.filter(at__gt=timezone.now() - timedelta(days=1)).exists()


def test_an_event_is_told_once_and_in_words(admin_client, manager, service):
    record(
        EventKind.KEY_STORED,
        manager,
        subject=manager,
        title=service.name,
        service_id=service.pk,
        facts={"ways": ["password", "passkey"]},
    )
    text = titles(admin_client, "?person=manager@example.com")
    rows = text.partition('<tbody id="rows"')[2]
    assert rows.count(service.name) == 2, "once to see, once whole under the pointer"
    assert "about manager@example.com" not in rows
    assert "password, passkey" in rows


def test_a_browser_is_told_in_words(manager):
    client = signed_in(manager)
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
    record(EventKind.SIGNED_OUT, manager, RequestFactory(headers={"user-agent": agent}).get("/"))
    assert ">Chrome on Windows<" in titles(client)


def test_stored_facts_are_told_in_words(admin_client, admin, manager, service):
    record(EventKind.SIGNED_IN, admin, facts={"ways": ["password", "mfa:totp"], "new_browser": True})
    record(EventKind.FACTOR_ADDED, admin, facts={"factor": "webauthn"})
    record(
        EventKind.ROLE_CHANGED,
        admin,
        subject=manager,
        service_id=service.pk,
        facts={"after": "manager", "before": "", "service": str(service.pk)},
    )
    record(
        EventKind.LINK_SHARED,
        admin,
        title="June",
        facts={"export": "e1", "expires_at": "2026-11-30T10:00:00+00:00"},
    )
    page = admin_client.get(PAGE).context["page"]
    told = {row.event.kind: row.facts for row in page.rows}
    assert told["signed_in"] == [("With", "password, code app"), ("New browser", "yes")]
    assert told["factor_added"] == [("Second factor", "passkey")]
    assert told["role_changed"] == [("Before", "none"), ("After", "Account manager")]
    assert told["link_shared"] == [("Export", "e1"), ("Works until", "30 Nov 2026, 10:00")]


def test_what_a_service_refused_is_told_of_the_service(admin_client, manager, service):
    request = RequestFactory().get("/")
    record(EventKind.KEY_REFUSED, None, request, subject=manager, title=service.name, service_id=service.pk)
    [row] = admin_client.get(PAGE + "?kind=key_refused").context["page"].rows
    assert (row.who, row.about) == ("the service", manager.email)


def test_a_fact_that_nobody_named_is_told_by_its_own_name():
    facts = {
        "rows_read": 3,
        "filters": {"is_open": True, "kinds": ["a", "b"]},
        "empty": "",
        "settings": {"x": 1},
    }
    assert facts_in_words("signed_in", facts) == [
        ("Rows read", "3"),
        ("Filters", "Is open: yes; Kinds: a, b"),
    ]
    assert facts_in_words("signed_in", ["nothing"]) == []
    assert facts_in_words("link_shared", {"expires_at": "soon"}) == [("Works until", "soon")]
