"""Analyses under a name: one person's own, listed on the page, opened on every export of the same report."""

from apps.look_inside.models import SavedAnalysis
from tests.look_inside.csv_files import CSV
from tests.look_inside.test_pages import words

QUERY = "filter[offer]=Summer&group=publisher&order=-name"


def saved(client, page_url, name="By publisher", query=QUERY, **values):
    return client.post(f"{page_url}saved/", {"name": name, "query": query, **values})


def test_what_the_page_shows_is_saved_and_opens_again(look, admin_client, page_url):
    opened = look(CSV)
    answer = saved(admin_client, page_url, query=f"{QUERY}&with=exp-1&page[number]=3")
    assert answer["Location"] == f"{page_url}?{QUERY}"
    page = opened()
    assert "By publisher" in words(page)
    assert f'href="{page_url}?{QUERY.replace("&", "&amp;")}"' in page.content.decode()
    assert SavedAnalysis.objects.get().query == QUERY


def test_a_name_that_is_there_is_replaced(look, admin_client, page_url):
    look(CSV)
    saved(admin_client, page_url)
    saved(admin_client, page_url, query="group=offer")
    assert SavedAnalysis.objects.get().query == "group=offer"


def test_without_a_name_nothing_is_saved(look, admin_client, page_url):
    look(CSV)
    assert saved(admin_client, page_url, name=" ").status_code == 302
    assert not SavedAnalysis.objects.exists()


def test_nobody_sees_or_deletes_what_somebody_else_saved(look, admin_client, page_url, manager):
    opened = look(CSV)
    saved(admin_client, page_url)
    mine = SavedAnalysis.objects.get()
    theirs = SavedAnalysis.objects.create(owner=manager, report=mine.report, name="Secret of Max", query="")
    assert "Secret of Max" not in words(opened())
    saved(admin_client, page_url, delete=str(theirs.pk))
    saved(admin_client, page_url, delete="x")
    assert SavedAnalysis.objects.count() == 2
    saved(admin_client, page_url, delete=str(mine.pk))
    assert list(SavedAnalysis.objects.all()) == [theirs]


def test_one_of_another_report_is_not_offered(look, admin_client, page_url, admin):
    opened = look(CSV)
    SavedAnalysis.objects.create(owner=admin, report="another", name="Of another report", query="")
    assert "Of another report" not in words(opened())
