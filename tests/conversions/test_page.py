"""The page Conversions over HTTP: rows of unknown columns, filtered, sorted and paged on our side."""

import re
from urllib.parse import unquote

import pytest
from django.urls import reverse

from apps.connections.models import Connection, Service
from apps.sandbox.token import api
from tests.conversions.conftest import FILE, LIST, cells, column, connect, visit
from tests.resources.pages import Page
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7|add:7 }}",
    "{% debug %}",
    "</td></tr></table>",
    "' onmouseover='alert(1)",
    "&lt;b&gt;",
]


def asked(sandbox):
    return [entry["key"] for entry in sandbox.journal("listConversions")]


# --- What is shown ---


def test_the_first_page_shows_the_columns_that_fit_and_says_how_many_there_are(token_client, sandbox):
    page = visit(token_client, LIST)
    heads = [head.text for head in page.all("th", scope="col")]
    assert heads[0] == "Conversion ID"
    assert {"Created", "Status", "Payout", "sale amount (EUR)"} <= set(heads)
    assert not {"Note", "=1+1", "стоимость"} & set(heads), "what few rows fill"
    assert len(page.rows) == 50
    assert "1–50 of 300" in page.text
    assert f"{len(heads)} of 14 columns" in page.text
    choice = visit(token_client, page.link("Columns"))
    ticked = [box for box in choice.all("input", name="columns") if "checked" in box.attributes]
    assert len(ticked) == len(heads), "the choice begins with what is shown"
    assert asked(sandbox) == ["token-admin"]


def test_columns_come_in_the_order_of_appearance_and_nothing_is_lost(token_client, serve):
    serve([{"b": 1}, {"a": "x", "b": 2}, {"c": {"k": [1, None]}, "b": None}, {}])
    page = visit(token_client, LIST)
    assert [head.text for head in page.all("th", scope="col")] == ["B", "A", "C"]
    assert cells(page) == [["1", "—", "—"], ["2", "x", "—"], ["—", "—", '{"k": [1, null]}'], ["—", "—", "—"]]


def test_names_that_would_read_alike_stay_as_they_are(token_client, serve):
    serve([{"click_id": 1, "Click ID": 2, "click id": 3, "": 4}])
    heads = [head.text for head in visit(token_client, LIST).all("th", scope="col")]
    assert heads == ["click_id", "Click ID", "click id", "(no name)"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_values_are_text(token_client, serve, text):
    serve([{text: text, "deep": {text: [text]}, "other": [text]}])
    page = visit(token_client, LIST)
    [row] = cells(page)
    assert row[0] == " ".join(text.split())
    assert text in [head.text for head in page.all("th", scope="col")]
    assert not page.all("img")
    assert not [a for a in page.all("a") if "javascript" in a["href"].split("?")[0]]
    found = visit(token_client, f"{LIST}?q={text.replace('&', '%26')}")
    assert len(cells(found)) == 1
    assert found.one("input", id="search")["value"] == text


def test_long_cells_break_or_end_and_the_file_has_all_of_them(token_client, serve):
    serve([{"id": "i" * 60, "text": "word " * 300}])
    [row] = cells(visit(token_client, LIST))
    assert row[0] == "i" * 39 + "…"
    assert row[1].endswith("…")
    file = file_of(token_client)
    assert "i" * 60 in file
    assert "word " * 300 in file


def test_money_and_status_are_in_sight_whatever_stands_before_them(token_client, serve):
    before = {f"column {n}": "a text of some length" for n in range(100 - 3)}
    serve([{**before, "state": "paid", "payout": 1, "currency": "EUR", "late revenue": 5}])
    page = visit(token_client, LIST)
    heads = [head.text for head in page.all("th", scope="col")]
    assert heads[0] == "column 0"
    assert heads[-3:] == ["State", "Payout", "Currency"], "the hundred that are looked at"


def test_of_very_many_columns_a_few_are_shown_and_the_file_has_all(token_client, serve):
    serve([{f"column {n}": "<" * 20 for n in range(20_000)}] * 5)
    page = visit(token_client, LIST)
    shown = len(page.all("th", scope="col"))
    assert 3 < shown < 15
    assert f"{shown} of 20,000 columns" in page.text
    assert len(page.response.content) < 300_000
    assert '"column 19999"' in file_of(token_client)


def test_rows_of_which_each_has_other_columns_make_no_file_of_gaps(token_client, serve):
    serve([{f"column {n}": 1} for n in range(3_000)])
    assert "The CSV file has the first 333 of 3,000 columns." in visit(token_client, LIST).text
    assert len(file_of(token_client)) < 4_000_000


def test_entries_that_are_no_rows_are_counted(token_client, serve):
    serve({"data": [{"id": 1}, "x", None]})
    assert "2 entries were left out" in visit(token_client, LIST).text


def test_an_empty_answer_says_so(token_client, serve):
    serve({"data": []})
    page = visit(token_client, LIST)
    assert "No conversions yet" in page.text
    assert "Download CSV" not in page.text


def test_a_column_of_numbers_is_set_like_one_and_one_of_digits_is_not(token_client, serve):
    serve([{"id": "1", "paid": 4.5, "mixed": "7"}, {"id": "2", "paid": "3.20", "mixed": "x"}])
    page = visit(token_client, LIST)
    assert [head.text for head in page.all("th", scope="col", class_="number")] == ["Paid"]
    assert [cell.text for cell in page.all("td", class_="number")] == ["4.5", "3.20"]


# --- Filter, sort, pages ---


@pytest.mark.parametrize("text", ["WIDGET", "widget", "ＷＩＤＧＥＴ", " widget "])
def test_the_filter_looks_into_every_cell_whatever_the_case(token_client, serve, text):
    serve([{"id": 1, "a": "x"}, {"id": 2, "tags": ["A Widget"]}, {"id": 3, "deep": {"k": "widgets"}}])
    page = visit(token_client, f"{LIST}?q={text}")
    assert page.rows == ["2", "3"]
    assert len(page.all("th", scope="col")) == 4
    assert "2 rows" in page.text


def test_a_filter_without_hits_leads_back_to_all_rows(token_client):
    page = visit(token_client, f"{LIST}?q=no+such+text&sort=payout")
    assert "No conversions match" in page.text
    assert page.link("Show all conversions") == f"{LIST}?sort=payout"


def test_a_missing_value_is_not_found_by_its_dash(token_client, serve):
    serve([{"id": 1, "a": None}, {"id": 2, "a": "—"}])
    assert visit(token_client, f"{LIST}?q=—").rows == ["2"]


def test_any_column_sorts_up_down_and_not_at_all_with_missing_values_last(token_client, serve):
    serve([{"v": value} for value in ["b", 10, None, "9", 2.5, "A", -3, "-4.5", "", "ä", True]])
    orders, link = [], LIST
    for _ in range(4):
        page = visit(token_client, link)
        orders.append((page.one("th", scope="col")["aria-sort"], page.rows))
        link = page.link("V")
    given = ["b", "10", "—", "9", "2.5", "A", "-3", "-4.5", "—", "ä", "Yes"]
    up = ["-4.5", "-3", "2.5", "9", "10", "A", "b", "Yes", "ä", "—", "—"]
    down = [*up[:9][::-1], "—", "—"]
    assert [(order, [row or "—" for row in rows]) for order, rows in orders] == [
        ("", given),
        ("ascending", up),
        ("descending", down),
        ("", given),
    ]


@pytest.mark.parametrize("name", ["-x", "a,b", "a&b=c", "page[number]", "日本", "'", "a b", "%41", "#"])
def test_a_column_of_any_name_sorts(token_client, serve, name):
    serve([{"id": 1, name: 2}, {"id": 2, name: 1}])
    page = visit(token_client, LIST)
    label = page.all("th", scope="col")[1].text
    assert visit(token_client, page.link(label)).rows == ["2", "1"]


def test_sorting_by_what_is_no_column_is_said_and_ignored(token_client):
    page = visit(token_client, f"{LIST}?sort=colour")
    assert "There is no column “colour” to sort by" in page.text
    assert len(page.rows) == 50


def test_pages_follow_each_other_in_each_size(token_client):
    seen = []
    for size, count in ((25, 12), (50, 6), (100, 3)):
        link, rows = f"{LIST}?page[size]={size}", []
        for number in range(1, count + 1):
            page = visit(token_client, link)
            assert f"Page {number} of {count}" in page.text
            rows += page.rows
            link = page.link("Next") if number < count else ""
        assert not [a for a in page.all("a") if a.text == "Next"]
        seen.append(rows)
    assert len(set(seen[0])) == 300
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("page[number]=99", "Page 99 is past the end; this is the last page."),
        ("page[number]=0", "page[number] must be a whole number from 1"),
        ("page[size]=7", "7 was ignored"),
        ("page[size]=x", "page[size] must be a whole number"),
        ("colour=red", "“colour” is not part of this page's address"),
    ],
)
def test_what_an_address_asks_in_vain_is_named(token_client, query, words):
    page = visit(token_client, f"{LIST}?{query}")
    assert words in page.text
    assert page.rows


# --- The address is the state ---


def test_page_and_fragment_agree_and_the_fragment_tells_its_address(token_client):
    address = f"{LIST}?q=approved&sort=-payout&page[number]=2&page[size]=25"
    page, fragment = visit(token_client, address), visit(token_client, address, fragment=True)
    whole, part = (
        re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", one.response.content.decode()).strip()
        for one in (page, fragment)
    )
    assert part.startswith('<div id="results"')
    assert part in whole
    assert unquote(fragment.response["HX-Push-Url"]) == unquote(address)


def test_every_link_of_the_table_is_the_address_it_leads_to(token_client):
    start = visit(token_client, f"{LIST}?q=approved&page[size]=25&page[number]=2")
    links = sorted({element["hx-get"] for element in start.all("a") if element["hx-get"]})
    assert len(links) >= len(start.all("th", scope="col")) + 4
    for link in links:
        page = visit(token_client, link, fragment=True)
        assert unquote(page.response["HX-Push-Url"]) == unquote(link)
        assert page.rows


def test_the_form_works_without_javascript(token_client):
    page = visit(token_client, f"{LIST}?sort=-payout&page[size]=25&page[number]=2")
    carried = {field["name"]: field["value"] for field in page.all("input", form="filters")}
    assert carried == {"sort": "-payout", "page[size]": "25"}
    sent = token_client.get(LIST, {"q": "", "sort": "-payout"})
    assert (sent.status_code, unquote(sent["Location"])) == (302, f"{LIST}?sort=-payout")
    found = visit(token_client, f"{LIST}?q=approved&sort=-payout&page[size]=25")
    assert set(column(found, "Status")) == {"approved"}


# --- Services and people ---


def test_a_stranger_signs_in_first(client, token_service):
    assert client.get(LIST).status_code == 302
    assert reverse("account_login") in client.get(LIST)["Location"]


def test_without_a_token_the_way_leads_to_the_page_to_store_one_and_back(admin, token_service, sandbox):
    answer = signed_in(admin).get(f"{LIST}?q=x")
    assert (
        answer["Location"] == f"/connections/new/?service={token_service.pk}&next=%2Fconversions%2F%3Fq%3Dx"
    )
    assert asked(sandbox) == []


def test_nobody_reads_with_another_persons_token(admin, manager, token_service, token_client, sandbox):
    other = signed_in(manager)
    for address in (LIST, FILE, f"{LIST}?service={token_service.pk}", f"{FILE}?service={token_service.pk}"):
        answer = other.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/connections/new/")
    assert asked(sandbox) == []
    connect(manager, token_service, api.MANAGER)
    visit(other, LIST)
    assert asked(sandbox) == ["token-manager"]


def test_without_a_token_api_the_page_says_what_is_missing(admin, manager):
    assert "Add a service" in visit(signed_in(admin), LIST).text
    page = visit(signed_in(manager), LIST)
    assert "Ask an admin to add it." in page.text
    assert "Add a service" not in page.text


def test_the_menu_has_the_page_as_soon_as_there_is_a_token_api(admin, sandbox):
    client = signed_in(admin)
    assert LIST not in [a["href"] for a in visit(client, "/connections/").all("a")]
    Service.objects.create(name="T", kind=Service.Kind.TOKEN, base_url=sandbox.origin + "/token/v1")
    [entry] = [a for a in visit(client, "/connections/").all("a") if a["href"] == LIST]
    assert entry.text == "Conversions"


def test_several_token_apis_have_a_switch_in_the_address(admin, token_client, token_service, sandbox, serve):
    second = Service.objects.create(name="Another", kind=Service.Kind.TOKEN, base_url=token_service.base_url)
    page = visit(token_client, f"{LIST}?q=approved")
    assert page.one("a", aria_current="page", href=f"{LIST}?service={token_service.pk}").text == "Token API"
    assert page.link("Another") == f"{LIST}?service={second.pk}"
    assert f"service={token_service.pk}" in page.link("Next")
    assert token_client.get(page.link("Another"))["Location"].startswith(
        f"/connections/new/?service={second.pk}"
    )
    connect(admin, second, api.MANAGER)
    visit(token_client, page.link("Another"))
    assert asked(sandbox)[-1] == "token-manager"


@pytest.mark.parametrize("wanted", ["07e7f176-115e-4f87-887a-9ca5ebfadf81", "x", "1 OR 1=1", "../"])
@pytest.mark.parametrize("address", [LIST, FILE])
def test_an_unknown_service_is_not_found(token_client, wanted, address):
    assert token_client.get(address, {"service": wanted}).status_code == 404


def test_a_service_of_the_other_kind_is_not_found(token_client, service):
    assert token_client.get(LIST, {"service": str(service.pk)}).status_code == 404


def test_only_reading_is_possible(token_client):
    assert token_client.post(LIST).status_code == 405
    assert token_client.delete(FILE).status_code == 405


def test_who_has_a_token_alone_starts_at_the_conversions(admin, token_client, manager, token_service):
    assert token_client.get("/")["Location"] == LIST
    assert "No service is connected yet" in visit(signed_in(manager), "/").text


def test_an_integration_written_down_for_a_token_api_opens_no_page_of_the_other_api(
    token_client, token_service, sandbox
):
    token_service.integrations.create(integration_id="int-token", label="Misplaced")
    assert token_client.get("/integrations/int-token/offers/").status_code == 404
    assert "Misplaced" not in visit(token_client, LIST).text
    assert token_client.get("/")["Location"] == LIST


def test_a_document_of_the_vendor_moves_the_call(token_client, token_service):
    operation = {"tags": ["Conversions"], "summary": "List conversions", "operationId": "theirs"}
    token_service.base_url = token_service.base_url.removesuffix("/v1")
    token_service.replace_contract({"openapi": "3.0.0", "paths": {"/v1/conversions": {"get": operation}}})
    token_service.save()
    assert len(visit(token_client, LIST).rows) == 50


# --- Connecting ---


def test_a_token_is_sent_as_bearer_or_in_the_query(admin, token_service, sandbox):
    client = signed_in(admin)
    form = Page(client.get(f"/connections/new/?service={token_service.pk}"))
    assert [option["value"] for option in form.one("select", id="id_authentication").inner] == [
        "bearer",
        "query",
    ]
    for chosen in ("bearer", "query"):
        sent = {"service": str(token_service.pk), "authentication": chosen, "key": api.ADMIN}
        page = client.post("/connections/new/", sent, follow=True)
        assert "The token works." in page.content.decode()
        connection = Connection.objects.get()
        assert (connection.authentication, connection.state) == (chosen, Connection.State.WORKS)
    assert asked(sandbox) == ["token-admin"] * 2


@pytest.mark.parametrize(
    ("token", "state", "words"),
    [
        (api.REVOKED, "key_refused", "The service refused the key: The access token is not valid."),
        (api.BOUND, "address_refused", "The IP address 127.0.0.1 is not whitelisted"),
        (api.SLOW, "works", "Its conversions are being prepared."),
    ],
)
def test_a_test_of_the_token_says_what_is_wrong_with_it(admin, token_service, token, state, words):
    connection = connect(admin, token_service, token)
    page = signed_in(admin).post(f"/connections/{connection.pk}/test/", follow=True)
    assert words in page.content.decode()
    assert Connection.objects.get().state == state


def file_of(client):
    """The text of the downloaded file."""
    return client.get(FILE).getvalue().decode()
