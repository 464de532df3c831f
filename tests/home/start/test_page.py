"""The start page: what it shows to whom, and what becomes of it when the API fails in part."""

import re
import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.home.start.conversion_days import CALLS
from apps.home.start.newest_offers import MOST, MOST_OF_A_PAGE
from apps.home.start.panels import PANELS
from apps.notifications.models import Outcome
from apps.notifications.telling import tell
from tests.exports.conftest import spec_of
from tests.notifications.test_telling import event
from tests.support.people import PASSWORD, connect, signed_in

HTMX = {"HX-Request": "true"}


def panel(client, name, query="?now=1"):
    """One panel as HTMX asks for it."""
    return client.get(reverse("panel", args=[name]) + query, headers=HTMX)


def text_of(answer):
    """The page in one line."""
    return " ".join(answer.content.decode().split())


@pytest.fixture
def viewer(service, sandbox):
    """A person who changes nothing here."""
    person = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(person, service, f"{sandbox.manager_key}.2")
    return person


def test_the_page_itself_asks_the_api_for_nothing(admin_client, sandbox):
    asked = len(sandbox.journal())
    page = text_of(admin_client.get("/"))
    assert len(sandbox.journal()) == asked
    for name in PANELS:
        # What our own database knows is there already.
        is_there = name == "shortcuts"
        assert (f'hx-get="{reverse("panel", args=[name])}"' in page) is not is_there
        assert (f'id="panel-{name}" aria-labelledby="panel-{name}-heading" aria-busy' in page) is not is_there


def test_a_person_without_a_key_is_told_how_to_begin(admin):
    client = signed_in(admin)
    assert "Welcome" in text_of(client.get("/"))
    assert client.get(reverse("panel", args=["counts"])).status_code == 404


def test_a_panel_of_no_name_is_not_there(admin_client):
    assert panel(admin_client, "nothing").status_code == 404


@pytest.mark.parametrize("name", PANELS)
def test_each_panel_is_a_part_of_the_page_and_a_page_of_its_own(admin_client, name):
    part = panel(admin_client, name)
    assert part.status_code == 200
    assert "<html" not in text_of(part)
    assert f'id="panel-{name}"' in text_of(part)
    assert f'id="panel-{name}"' in text_of(admin_client.get(reverse("panel", args=[name])))


def test_each_panel_fails_on_its_own_and_offers_to_try_again(admin_client, sandbox):
    cache.clear()
    sandbox.faults({"kind": "status", "operation": "conversionReport", "times": None, "status": 500})
    failed = panel(admin_client, "conversions")
    assert failed.status_code == 502
    assert "Try again" in text_of(failed)
    assert panel(admin_client, "counts").status_code == 200
    sandbox.faults()
    assert panel(admin_client, "conversions").status_code == 200


def test_exports_of_ours_are_shown_where_the_api_does_not_list_its_own(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "listExports", "times": None, "status": 500})
    shown = panel(admin_client, "exports")
    assert shown.status_code == 200
    assert "Try again" in text_of(shown)


@pytest.mark.parametrize(
    ("name", "most"), [("counts", 6), ("conversions", 2 * CALLS), ("offers", 1 + 2 * MOST)]
)
def test_a_panel_makes_a_bounded_number_of_calls_and_none_again_within_a_minute(
    admin_client, sandbox, name, most
):
    before = len(sandbox.journal())
    panel(admin_client, name)
    calls = len(sandbox.journal()) - before
    assert 0 < calls <= most
    panel(admin_client, name, "")
    assert len(sandbox.journal()) - before == calls


def test_offers_with_warnings_have_a_page_that_says_what_it_covers(admin_client, sandbox):
    address = reverse("panel", args=["offers"])
    assert f'href="{address}"' in text_of(panel(admin_client, "offers"))
    before = len(sandbox.journal())
    shown = text_of(admin_client.get(address))
    assert 0 < len(sandbox.journal()) - before <= 1 + 2 * MOST_OF_A_PAGE
    assert f"Looked at the {MOST_OF_A_PAGE} newest of 250 offers" in shown
    assert f'href="{address}?page=2"' in shown
    older = text_of(admin_client.get(f"{address}?page=2"))
    assert f"Looked at offers {MOST_OF_A_PAGE + 1}–{2 * MOST_OF_A_PAGE} of 250, newest first" in older
    assert f'href="{address}"' in older
    past = text_of(admin_client.get(f"{address}?page=999"))
    assert "There are no more offers." in past
    assert "Check older offers" not in past


def test_the_page_names_every_warning_of_an_offer(admin_client, sandbox):
    page = text_of(admin_client.get(reverse("panel", args=["offers"])))
    named = re.findall(r'badge warn solid">(\d+) warnings?</span>(.*?)</li>', page)
    assert any(int(count) > 1 for count, _texts in named)
    assert all(texts.count('<p class="muted small">') == int(count) for count, texts in named)


def test_what_was_read_is_never_shown_to_another_key(admin_client, manager_client, sandbox):
    panel(admin_client, "counts")
    before = len(sandbox.journal())
    panel(manager_client, "counts", "")
    assert len(sandbox.journal()) > before


def test_counts_lead_to_the_lists(admin_client):
    shown = text_of(panel(admin_client, "counts"))
    assert 'href="/integrations/int-eu/offers/?filter[active]=true"' in shown
    assert 'href="/publishers/?filter[active]=false"' in shown


def test_conversions_say_what_they_cover(admin_client):
    shown = text_of(panel(admin_client, "conversions"))
    assert "Today" in shown and "Yesterday" in shown
    assert "Whole days in UTC" in shown


def test_a_viewer_sees_the_exports_first(viewer):
    page = text_of(signed_in(viewer).get("/"))
    assert page.index('id="panel-exports"') < page.index('id="work-heading"')


def test_others_see_their_work_first(manager_client):
    page = text_of(manager_client.get("/"))
    assert page.index('id="work-heading"') < page.index('id="panel-exports"')


def test_what_runs_needs_the_person_and_is_new_stands_there(admin, admin_client, admin_connection):
    running, _ = request_export(admin, admin_connection, spec_of(), uuid.uuid4())
    stuck, _ = request_export(
        admin, admin_connection, spec_of(start_time="2026-11-01 05:00:00"), uuid.uuid4()
    )
    ExportRequest.objects.filter(pk=stuck.pk).update(state="needs_attention", message="Which one is it?")
    tell(event("ready", title="A file is ready"), admin)
    tell(event("stuck", url=stuck.get_absolute_url(), title="Told twice"), admin)
    page = text_of(admin_client.get("/"))
    assert page.index("Needs you") < page.index("Which one is it?") < page.index("Running")
    assert running.get_absolute_url() in page
    assert "A file is ready" in page
    # What needs the person stands there already.
    assert "Told twice" not in page


def test_nobody_sees_the_work_of_another_person(admin, admin_connection, manager_client):
    export, _ = request_export(admin, admin_connection, spec_of(), uuid.uuid4())
    tell(event("hers", title="Hers alone", outcome=Outcome.FAILED), admin)
    page = text_of(manager_client.get("/"))
    assert str(export.pk) not in page
    assert "Hers alone" not in page
