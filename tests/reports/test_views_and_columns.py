"""Columns and saved views of the reports: the same dialog, form and reader as those of lists."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.connections.models import Integration
from apps.reports import checks
from apps.reports.report_types import CONVERSIONS as CONVERSIONS_TYPE
from apps.saved_views.lists import ShippedView
from apps.saved_views.models import ListChoice, SavedView
from apps.saved_views.reader import views_for
from tests.reports.conftest import CLICKS, CONVERSIONS, address, visit

pytestmark = pytest.mark.django_db
BARE = f"{CONVERSIONS}?integration_id=int-eu"
NAME = "report-conversions"


def heads(page) -> list[str]:
    """What stands above the columns after the time."""
    return [th.text for th in page.all("th", scope="col")][1:]


def view_shown(page) -> str:
    return page.one("summary", id="views")["aria-label"]


def opened(client, url: str):
    """The page that an address leads to, and the parameters of where it is."""
    response = client.get(url, follow=True)
    final = response.redirect_chain[-1][0] if response.redirect_chain else url
    return visit(client, final), parse_qs(urlsplit(final).query)


@pytest.fixture
def columns_url(service):
    return reverse("saved_views:columns", args=[service.pk, NAME])


def choose(client, url, *names, action="show", page=BARE):
    return client.post(url, {"columns": names, "action": action, "next": page})


def save(client, service, query, name="Mine", page=BARE, **more):
    data = {"name": name, "query": query, "columns": ["payout", "status"], "next": page, **more}
    return client.post(reverse("saved_views:create", args=[service.pk, NAME]), data)


def test_columns_of_a_report_are_chosen_in_their_order_on_the_account_and_reset(admin_client, columns_url):
    visit(admin_client, address())
    form = admin_client.get(columns_url).content.decode()
    # Seen in the rows, though no list of ours has it.
    assert 'value="bundle_id"' in form
    assert 'value="conversion_time"' not in form
    before = heads(visit(admin_client, address()))
    # It names the time to the second: asked for twice it may be another one.
    page = address()
    answer = choose(admin_client, columns_url, "payout", "sub_id", "bundle_id", page=page)
    assert answer["Location"] == page
    assert heads(visit(admin_client, address())) == ["Payout", "Sub ID", "Bundle ID"]
    assert not [name for name in admin_client.cookies if name.startswith("columns")]
    assert "Payout" not in heads(visit(admin_client, address(CLICKS)))
    choose(admin_client, columns_url, action="reset")
    assert heads(visit(admin_client, address())) == before


def test_an_admin_sets_the_columns_of_a_report_for_all(admin_client, manager_client, columns_url):
    choose(admin_client, columns_url, "payout", action="for_all")
    assert heads(visit(manager_client, address())) == ["Payout"]
    assert choose(manager_client, columns_url, "status", action="for_all").status_code == 403


def test_chosen_columns_that_these_rows_lack_are_left_out_silently_and_those_of_an_address_named(
    admin, admin_client, service
):
    ListChoice.objects.create(
        owner=admin, service=service, list_name=NAME, columns=["gone_field", "payout", "browser_languages"]
    )
    page = visit(admin_client, address())
    assert heads(page)[0] == "Payout"
    assert "No row of this page has a column" not in page.text
    assert "“gone_field”" in visit(admin_client, f"{address()}&columns=gone_field&columns=payout").text


def test_a_view_keeps_the_range_by_its_name_with_filters_and_columns(admin_client, service):
    shown, _ = opened(admin_client, f"{BARE}&range=yesterday&filter[status]=Rejected")
    query = parse_qs(urlsplit(shown.link("Save as…")).query)["query"][0]
    assert sorted(query.split("&")) == ["filter[status]=Rejected", "range=yesterday"]
    address_of_view = save(admin_client, service, f"{query}&integration_id=elsewhere")["Location"]
    view = SavedView.objects.get()
    assert "integration_id" not in view.query
    page, parameters = opened(admin_client, address_of_view)
    assert view_shown(page) == "View: Mine"
    assert heads(page) == ["Payout", "Status"]
    assert parameters["view"] == [str(view.pk)]
    yesterday = timezone.localdate() - timedelta(days=1)
    assert parameters["start_time"] == [f"{yesterday} 00:00:00"]
    changed, _ = opened(admin_client, f"{BARE}&range=yesterday&view={view.pk}")
    assert view_shown(changed) == "View: Mine, changed"
    saved = admin_client.post(
        reverse("saved_views:save", args=[view.pk]),
        {"query": "range=yesterday&page[size]=25", "columns": ["offer"], "next": BARE},
    )
    assert view_shown(opened(admin_client, saved["Location"])[0]) == "View: Mine"


def test_a_view_with_times_of_its_own_keeps_them(admin_client, service):
    save(admin_client, service, "start_time=2026-10-01 00:00:00&end_time=2026-10-02 00:00:00")
    view = SavedView.objects.get()
    page, parameters = opened(admin_client, f"{BARE}&{view.query}&view={view.pk}")
    assert parameters["start_time"] == ["2026-10-01 00:00:00"]
    assert view_shown(page) == "View: Mine"


def test_a_report_opens_with_a_persons_view_and_the_others_are_a_link_away(admin_client, service):
    save(admin_client, service, "range=last-month&filter[status]=Rejected", is_default="on")
    page, parameters = opened(admin_client, BARE)
    assert view_shown(page) == "View: Mine"
    assert parameters["filter[status]"] == ["Rejected"]
    _plain, parameters = opened(admin_client, page.link("Standard"))
    assert "filter[status]" not in parameters
    # A named range, a filter taken away or the next page never lead back into the view.
    assert "filter[status]" not in opened(admin_client, f"{BARE}&range=today")[1]
    admin_client.post(reverse("saved_views:delete", args=[SavedView.objects.get().pk]))
    assert view_shown(opened(admin_client, BARE)[0]) == "View: Standard"


@pytest.mark.parametrize("key", [view.key for view in CONVERSIONS_TYPE.views])
def test_views_that_come_with_a_report_are_shown_as_themselves(admin_client, key):
    page, _ = opened(admin_client, BARE)
    [link] = {a["href"] for a in page.all("a") if a["href"].endswith(f"view={key}")}
    shown, parameters = opened(admin_client, link)
    assert parameters["view"] == [key]
    name = next(view.name for view in CONVERSIONS_TYPE.views if view.key == key)
    assert view_shown(shown) == f"View: {name}"


def test_the_palette_and_the_start_page_know_the_views_of_reports(admin, admin_client, service):
    save(admin_client, service, "range=yesterday")
    [link] = views_for(admin, Integration.objects.get(integration_id="int-us"))
    assert (link.name, link.list_label) == ("Mine", "Conversions")
    assert opened(admin_client, link.url)[1]["integration_id"] == ["int-us"]


def test_a_view_that_is_gone_is_said_and_its_filters_stay(admin_client):
    page = visit(admin_client, address(filter_status="Approved", view="11111111-2222-3333-4444-555555555555"))
    assert "The view of this address is not here any more" in page.text
    assert page.fields()["filter[status]"] == "Approved"


def test_another_report_and_another_integration_drop_the_view(admin_client, service):
    location = save(admin_client, service, "filter[status]=Approved")["Location"]
    page, _ = opened(admin_client, location)
    [tab] = [a for a in page.all("a") if a.text == "Clicks" and "start_time" in a["href"]]
    assert "view=" not in tab["href"]
    assert "view=" not in page.link("US network")


def test_without_a_range_that_can_be_read_nothing_is_saved(admin_client):
    page = admin_client.get(f"{BARE}&start_time=nonsense").content.decode()
    assert 'id="views"' not in page


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"filter[status]": "Pending"}, "“Pending” is not one of"),
        ({"filter[colour]": "red"}, "“filter[colour]” is not part of a report's address"),
        ({"range": "the-past"}, "There is no range called “the-past”"),
    ],
)
def test_a_view_that_does_not_hold_stops_the_start(monkeypatch, parameters, words):
    views = (ShippedView("odd", "Odd", parameters),)
    # The declaration is frozen, as nothing else changes it.
    before = CONVERSIONS_TYPE.views
    object.__setattr__(CONVERSIONS_TYPE, "views", views)
    try:
        [message] = checks.check_reports()
    finally:
        object.__setattr__(CONVERSIONS_TYPE, "views", before)
    assert f"the view 'odd': {words}" in message.msg
