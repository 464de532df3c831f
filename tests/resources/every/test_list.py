"""A list: sorting, paging, filters and what cannot be sent, each a link that is the address it leads to."""

import re
from urllib.parse import unquote

import pytest

from tests.resources.every.places import PLACE, records_on
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db


def without_token(text: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+"', r"\1", text)


@pytest.mark.engine
@pytest.mark.parametrize(
    "query", ["", "?page[size]=25&page[number]=2", "?filter[colour]=red", "?filter[id]=0"]
)
def test_page_and_fragment_agree(admin_client, list_url, query):
    page = visit(admin_client, list_url + query)
    fragment = visit(admin_client, list_url + query, fragment=True)
    part = without_token(fragment.response.content.decode()).strip()
    assert part.startswith('<div id="results"')
    assert part in without_token(page.response.content.decode())


@pytest.mark.engine
@pytest.mark.parametrize(
    "headers", [{"HX-History-Restore-Request": "true"}, {"HX-Boosted": "true"}, {"HX-Target": "main"}]
)
def test_only_a_request_for_the_results_gets_the_fragment(admin_client, list_url, headers):
    response = admin_client.get(list_url, headers={"HX-Request": "true", "HX-Target": "results", **headers})
    assert response.content.decode().strip().startswith("<!doctype html>")


def links_of(page, list_url):
    """Every link of the results that leads to the list in another state."""
    swapped = [element for element in page.all("a") if element["hx-get"]]
    # The menu of a row opens forms in the row.
    links = {element["hx-get"] for element in swapped if not element["data-edits"]}
    assert all(link.startswith(list_url) for link in links)
    assert links <= {element["href"] for element in page.all("a")}
    return sorted(links)


def test_every_link_of_a_list_works_and_is_the_address_it_leads_to(admin_client, resource, list_url):
    start = f"{list_url}?filter[created_at][gte]=2000-01-01T00:00:00Z&filter[id][gt]=1&page[size]=25&page[number]=2"
    links = links_of(visit(admin_client, start), list_url)
    sortable = [column for column in resource.columns if column.is_sortable]
    # Each head, two chips, two other sizes, the page before and the page after.
    assert len(links) == len(sortable) + 2 + 2 + 2
    for link in links:
        page = visit(admin_client, link, fragment=True)
        assert unquote(page.response["HX-Push-Url"]) == unquote(link)
        assert not page.all("div", class_="notice warn"), link
        assert page.rows, link


def test_a_head_sorts_up_then_down_then_not_at_all(admin_client, resource, list_url):
    column = next(column for column in resource.columns if column.is_sortable)
    label = column.label
    orders, link = [], list_url
    for _ in range(4):
        page = visit(admin_client, link)
        head = next(head for head in page.all("th", scope="col") if head.text == label)
        orders.append(head["aria-sort"])
        link = page.link(label)
    assert orders == ["", "ascending", "descending", ""]


@pytest.mark.engine
def test_pages_follow_each_other_and_lead_back(admin_client, list_url):
    first = visit(admin_client, list_url + "?page[size]=25")
    second = visit(admin_client, first.link("Next"))
    again = visit(admin_client, second.link("Previous"))
    assert records_on(first) == records_on(again)
    assert len(first.rows) == len(second.rows) == 25
    assert not records_on(first) & records_on(second)
    assert "1–25 of 250" in first.text
    assert "26–50 of 250" in second.text
    assert not [a for a in first.all("a") if a.text == "Previous"]


@pytest.mark.engine
def test_the_last_page_has_no_next_and_one_past_the_end_becomes_the_last(admin_client, list_url):
    last = visit(admin_client, list_url + "?page[size]=100&page[number]=3")
    assert len(last.rows) == 50
    assert not [a for a in last.all("a") if a.text == "Next"]
    past = visit(admin_client, list_url + "?page[size]=100&page[number]=99")
    assert past.rows == last.rows
    assert "Page 99 is past the end; this is the last page." in past.text


@pytest.mark.engine
@pytest.mark.parametrize("size", ["25", "100"])
def test_the_number_of_rows_can_be_chosen(admin_client, list_url, size):
    page = visit(admin_client, list_url)
    assert len(page.rows) == 50
    assert len(visit(admin_client, page.link(size)).rows) == int(size)


@pytest.mark.engine
def test_a_chip_says_the_filter_in_words_and_takes_it_away(admin_client, resource, list_url):
    page = visit(admin_client, f"{list_url}?filter[id][lte]=1010&sort=-id")
    label = f"{resource.label_of('id')} is at most 1010"
    assert label in page.text
    without = visit(admin_client, page.link(f"Remove filter: {label}"))
    assert without.response.request["QUERY_STRING"] == "sort=-id"
    assert len(page.rows) == 10
    assert len(without.rows) == 50


@pytest.mark.engine
def test_what_is_wrong_in_the_address_is_named_and_the_rest_is_shown(
    admin_client, list_url, operations, calls
):
    page = visit(admin_client, list_url + "?filter[colour]=red&sort=colour&page[size]=7&colour=red")
    notices = page.one("div", class_="notice warn").text
    for words in ("“colour” to filter by", "“colour” to sort by", "7 was ignored", "“colour” is not part"):
        assert words in notices
    assert len(page.rows) == 50
    assert calls().count(operations["list"].id) == 1


@pytest.mark.engine
def test_a_filter_added_by_the_form_becomes_part_of_the_address(admin_client, resource, list_url):
    form = f"?filter_field={resource.search_field}&filter_operator=contains&filter_value=a&filter[id]=&page[size]=25"
    canonical = f"{list_url}?filter[{resource.search_field}][contains]=a&page[size]=25"
    response = admin_client.get(list_url + form)
    assert response.status_code == 302
    assert unquote(response["Location"]) == canonical
    fragment = visit(admin_client, list_url + form, fragment=True)
    assert unquote(fragment.response["HX-Push-Url"]) == canonical


@pytest.mark.engine
def test_an_added_filter_that_cannot_be_sent_is_named(admin_client, list_url):
    page = visit(admin_client, list_url + "?filter_field=id&filter_operator=like&filter_value=a")
    assert "The API has no filter operator “like”" in page.text


def test_nothing_there_and_nothing_found_are_told_apart(
    admin_client, resource, operations, list_url, sandbox
):
    none_found = visit(admin_client, f"{list_url}?filter[{resource.search_field}]=no+such+name")
    assert f"No {resource.label_plural.lower()} match" in none_found.text
    assert none_found.link("Clear all filters") == list_url
    nothing = {"data": [], "meta": {"total_count": 0, "total_page": 0}}
    sandbox.faults({"kind": "wrong_shape", "operation": operations["list"].id, "body": nothing, "times": 2})
    empty = visit(admin_client, list_url)
    assert f"No {resource.label_plural.lower()} yet" in empty.text
    assert empty.link(f"New {resource.label.lower()}") == resource.url("create", PLACE)
    assert none_found.rows == empty.rows == []


@pytest.mark.engine
@pytest.mark.parametrize(
    "body",
    [
        {"data": [{}, {"id": None, "name": None}, {"name": ["x"]}, {"id": {"a": 1}}, {"id": True}]},
        {"data": [{"id": "a/b c", "name": "x"}, 5, None, "text", {"id": "ü", "name": " "}], "meta": None},
        {
            "data": [{"id": 1, "name": "x" * 5000, "created_at": "0001-01-01T00:00:00Z"}],
            "meta": {"total_page": -1},
        },
    ],
)
def test_records_that_lack_anything_are_shown_as_far_as_they_go(
    admin_client, operations, list_url, sandbox, body
):
    sandbox.faults({"kind": "wrong_shape", "operation": operations["list"].id, "body": body})
    page = visit(admin_client, list_url)
    assert len(page.rows) == len([row for row in body["data"] if isinstance(row, dict)])
    assert all(page.rows)
    assert all(box["aria-label"] != "Select" for box in page.all("input", name="id"))
