"""Columns and saved views of a token API's conversions: the same dialog, form and reader as those of lists."""

import csv
import io

import pytest
from django.urls import reverse

from apps.saved_views.models import SavedView
from apps.saved_views.reader import views_for
from tests.conversions.conftest import FILE, LIST, visit

pytestmark = pytest.mark.django_db
NAME = "token-conversions"


def heads(page) -> list[str]:
    return [head.text for head in page.all("th", scope="col")]


def view_shown(page) -> str:
    return page.one("summary", id="views")["aria-label"]


@pytest.fixture
def columns_url(token_service):
    return reverse("saved_views:columns", args=[token_service.pk, NAME])


def choose(client, url, *names, action="show", page=LIST):
    return client.post(url, {"columns": names, "action": action, "next": page})


def save(client, service, query, name="Mine", **more):
    data = {"name": name, "query": query, "next": LIST, **more}
    return client.post(reverse("saved_views:create", args=[service.pk, NAME]), data)


def test_columns_that_rows_have_had_are_chosen_in_their_order_and_reset(token_client, columns_url):
    before = heads(visit(token_client, LIST))
    form = token_client.get(columns_url).content.decode()
    assert all(f">{label}<" in form for label in ("Payout", "Geo", "стоимость"))
    assert "stays first" not in form
    assert choose(token_client, columns_url, "geo", "payout")["Location"] == LIST
    assert heads(visit(token_client, LIST)) == ["Geo", "Payout"]
    choose(token_client, columns_url, action="reset")
    assert heads(visit(token_client, LIST)) == before


def test_the_file_has_the_columns_that_were_seen(token_client, columns_url):
    visit(token_client, LIST)
    choose(token_client, columns_url, "payout", "geo")
    text = token_client.get(FILE).content.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == ["payout", "geo"]


def test_chosen_columns_that_no_row_has_are_left_out_silently_and_those_of_an_address_named(
    token_client, columns_url, serve
):
    visit(token_client, LIST)
    choose(token_client, columns_url, "payout", "geo")
    serve([{"payout": 1, "other": 2}])
    page = visit(token_client, LIST)
    assert heads(page) == ["Payout"]
    assert "No row has a column" not in page.text
    assert "No row has a column “gone”" in visit(token_client, f"{LIST}?columns=gone&columns=other").text


def test_a_view_keeps_search_sort_and_columns_and_says_when_it_is_changed(token_client, token_service):
    visit(token_client, LIST)
    location = save(token_client, token_service, "q=de&sort=-payout&service=x", columns=["payout", "geo"])
    view = SavedView.objects.get()
    assert view.query == "q=de&sort=-payout"
    page = visit(token_client, location["Location"])
    assert view_shown(page) == "View: Mine"
    assert heads(page) == ["Payout", "Geo"]
    changed = visit(token_client, f"{LIST}?q=fr&view={view.pk}")
    assert view_shown(changed) == "View: Mine, changed"
    assert reverse("saved_views:save", args=[view.pk]) in changed.response.content.decode()


def test_a_view_opens_the_bare_page_and_all_is_a_link_away(token_client, admin, token_service):
    save(token_client, token_service, "sort=-payout", is_default="on")
    opened = token_client.get(LIST)
    assert "sort=-payout" in opened["Location"]
    page = visit(token_client, opened["Location"])
    assert view_shown(page) == "View: Mine"
    assert view_shown(visit(token_client, page.link("All"))) == "View: All"
    # A cleared search leads to all rows, not back into the view; the file is never a page.
    [chip] = [
        a
        for a in visit(token_client, f"{LIST}?q=de").all("a")
        if a["aria-label"].startswith("Remove filter: Contains")
    ]
    assert chip["href"] == f"{LIST}?view=all"
    assert token_client.get(FILE)["Content-Type"].startswith("text/csv")
    [link] = views_for(admin, None)
    assert (link.name, link.list_label) == ("Mine", "Token conversions")
    assert view_shown(visit(token_client, link.url)) == "View: Mine"


def test_a_view_that_is_gone_is_said(token_client):
    page = visit(token_client, f"{LIST}?view=11111111-2222-3333-4444-555555555555")
    assert "The view of this address is not here any more" in page.text


def test_of_a_token_nobody_knows_the_organisation_so_nothing_is_for_all(token_client, columns_url):
    visit(token_client, LIST)
    assert "for all" not in token_client.get(columns_url).content.decode()
    assert choose(token_client, columns_url, "geo", action="for_all").status_code == 422


def test_the_form_says_why_a_view_cannot_be_for_the_team(token_client, token_service):
    page = visit(token_client, reverse("saved_views:create", args=[token_service.pk, NAME]))
    assert "a token does not tell which organisation it is of" in page.text
    assert "Test your key" not in page.text
