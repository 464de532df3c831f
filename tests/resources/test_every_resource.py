"""What every registered resource does, over HTTP to the sandbox. Nothing here knows a resource by name."""

import json
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.api.contract import builtin_contract
from apps.resources import registry
from apps.resources.columns import ReferenceColumn
from apps.resources.list_state import FieldCatalogue
from apps.sandbox.records import kind_of
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.people import connect, signed_in

pytestmark = pytest.mark.django_db
#: Path parameters of every place a resource may lie in.
PLACE = {"integrationID": "int-eu", "offerID": "1001"}
CALLS_FILE = Path(__file__).with_name("api_calls.json")
READ_PAGES = ["list", "detail", "edit", "archive"]


#: A module that takes these tests over for other resources has a list of its own.
RESOURCES = registry.resources()


def pytest_generate_tests(metafunc):
    """Each test once for each resource of the module that it stands in, and for each piece of bad news."""
    resources = metafunc.module.RESOURCES
    if "news" in metafunc.fixturenames:
        pairs = [
            pytest.param(resource, news, id=f"{resource.name}-{news}")
            for resource in resources
            for news in (BAD_NEWS if resource is RESOURCES[0] else FOR_EVERY_RESOURCE)
        ]
        metafunc.parametrize(("resource", "news"), pairs)
    elif "resource" in metafunc.fixturenames:
        metafunc.parametrize("resource", resources, ids=[resource.name for resource in resources])


@pytest.fixture
def operations(resource):
    return builtin_contract().for_tag(resource.tag)


@pytest.fixture
def list_url(resource):
    return resource.url("list", PLACE)


@pytest.fixture(autouse=True)
def _enough_records(resource, sandbox):
    """250 records, numbered from 1001, made from those the sandbox starts with."""
    store = sandbox.application.store
    kind = kind_of(resource.tag)
    parent = "/".join(PLACE[name] for name in resource.path_parameters)
    place = ("org-main", kind, parent)
    seeded = store.records(place)
    models = seeded or [_model(resource, store)]
    kept = {str(1001 + n): {**models[n % len(models)], "id": 1001 + n} for n in range(250)}
    gone = {str(record["id"]): None for record in seeded if str(record["id"]) not in kept}
    with store.lock:
        store.write([(place, key, record) for key, record in {**gone, **kept}.items()])


def _model(resource, store):
    """A record of a resource that the sandbox starts without; what it refers to is there."""
    references = {
        field: store.records(("org-main", kind_of(tag), ""))[0]["id"]
        for field, tag in resource.form_class.references.items()
    }
    name = {resource.title_field: "Alone", resource.search_field: "Alone"}
    return {**references, **name, "active": True, "created_at": "2026-01-01T00:00:00Z"}


@pytest.fixture
def record_id():
    """The id of a record the sandbox holds."""
    return "1001"


@pytest.fixture
def address(resource, record_id):
    """A function from a page's name to its address."""
    return lambda page: resource.url(
        page, PLACE, "" if page in ("list", "create", "bulk", "filter", "suggest") else record_id
    )


def without_token(text: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+"', r"\1", text)


# --- The list ---


@pytest.mark.parametrize(
    "query", ["", "?page[size]=25&page[number]=2", "?filter[colour]=red", "?filter[id]=0"]
)
def test_page_and_fragment_agree(admin_client, list_url, query):
    page = visit(admin_client, list_url + query)
    fragment = visit(admin_client, list_url + query, fragment=True)
    part = without_token(fragment.response.content.decode()).strip()
    assert part.startswith('<div id="results"')
    assert part in without_token(page.response.content.decode())


@pytest.mark.parametrize(
    "headers", [{"HX-History-Restore-Request": "true"}, {"HX-Boosted": "true"}, {"HX-Target": "main"}]
)
def test_only_a_request_for_the_results_gets_the_fragment(admin_client, list_url, headers):
    response = admin_client.get(list_url, headers={"HX-Request": "true", "HX-Target": "results", **headers})
    assert response.content.decode().strip().startswith("<!doctype html>")


def records_on(page):
    """The addresses of the records in the table."""
    return {link["href"] for link in page.all("a") if link["title"] and link["href"]}


def links_of(page, list_url):
    """Every link of the results that leads to the list in another state."""
    links = {element["hx-get"] for element in page.all("a") if element["hx-get"]}
    assert all(link.startswith(list_url) for link in links)
    assert links <= {element["href"] for element in page.all("a")}
    return sorted(links)


def test_every_link_of_a_list_works_and_is_the_address_it_leads_to(admin_client, resource, list_url):
    start = f"{list_url}?filter[created_at][gte]=2000-01-01&filter[id][gt]=1&page[size]=25&page[number]=2"
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


def test_the_last_page_has_no_next_and_one_past_the_end_becomes_the_last(admin_client, list_url):
    last = visit(admin_client, list_url + "?page[size]=100&page[number]=3")
    assert len(last.rows) == 50
    assert not [a for a in last.all("a") if a.text == "Next"]
    past = visit(admin_client, list_url + "?page[size]=100&page[number]=99")
    assert past.rows == last.rows
    assert "Page 99 is past the end; this is the last page." in past.text


@pytest.mark.parametrize("size", ["25", "100"])
def test_the_number_of_rows_can_be_chosen(admin_client, list_url, size):
    page = visit(admin_client, list_url)
    assert len(page.rows) == 50
    assert len(visit(admin_client, page.link(size)).rows) == int(size)


def test_a_chip_says_the_filter_in_words_and_takes_it_away(admin_client, resource, list_url):
    page = visit(admin_client, f"{list_url}?filter[id][lte]=1010&sort=-id")
    label = f"{resource.label_of('id')} is at most 1010"
    assert label in page.text
    without = visit(admin_client, page.link(f"Remove filter: {label}"))
    assert without.response.request["QUERY_STRING"] == "sort=-id"
    assert len(page.rows) == 10
    assert len(without.rows) == 50


def test_what_is_wrong_in_the_address_is_named_and_the_rest_is_shown(
    admin_client, list_url, operations, calls
):
    page = visit(admin_client, list_url + "?filter[colour]=red&sort=colour&page[size]=7&colour=red")
    notices = page.one("div", class_="notice warn").text
    for words in ("“colour” to filter by", "“colour” to sort by", "7 was ignored", "“colour” is not part"):
        assert words in notices
    assert len(page.rows) == 50
    assert calls().count(operations["list"].id) == 1


def test_a_filter_added_by_the_form_becomes_part_of_the_address(admin_client, resource, list_url):
    form = f"?filter_field={resource.search_field}&filter_operator=contains&filter_value=a&filter[id]=&page[size]=25"
    canonical = f"{list_url}?filter[{resource.search_field}][contains]=a&page[size]=25"
    response = admin_client.get(list_url + form)
    assert response.status_code == 302
    assert unquote(response["Location"]) == canonical
    fragment = visit(admin_client, list_url + form, fragment=True)
    assert unquote(fragment.response["HX-Push-Url"]) == canonical


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


# --- Bad news ---

RETRY_LATER = {"Retry-After": "30"}
#: What the API does → the status of our answer, and words on the page.
BAD_NEWS: dict[str, tuple[dict[str, object], int, str | None]] = {
    "401": ({"kind": "status", "status": 401}, 403, "Your API key was refused"),
    "403": ({"kind": "status", "status": 403}, 403, "Your API key may not do this"),
    "403 address": (
        {"kind": "status", "status": 403, "body": {"message": "IP is not whitelisted"}},
        403,
        "Allow this server's address",
    ),
    "400": ({"kind": "status", "status": 400, "body": {"errors": {"sort": ["is odd"]}}}, 400, "sort: is odd"),
    "404": ({"kind": "status", "status": 404}, 404, None),
    "410": ({"kind": "status", "status": 410}, 404, None),
    "429": (
        {"kind": "status", "status": 429, "headers": RETRY_LATER},
        429,
        "The API asks us to wait 30 seconds",
    ),
    "500": ({"kind": "status", "status": 500}, 502, "The API has a fault"),
    "HTML error": ({"kind": "html"}, 502, "The API has a fault"),
    "HTML instead of JSON": ({"kind": "html", "status": 200}, 502, "The API sent an unreadable answer"),
    "broken JSON": ({"kind": "bad_json"}, 502, "The API sent an unreadable answer"),
    "another shape": ({"kind": "wrong_shape"}, 502, "The API sent an unreadable answer"),
    "empty": ({"kind": "empty"}, 502, "The API sent an unreadable answer"),
    "redirect": (
        {"kind": "status", "status": 302, "headers": {"Location": "https://evil.example/"}},
        502,
        "The API sent an unreadable answer",
    ),
    "reset": ({"kind": "reset"}, 502, "The API has a fault"),
    "silence": ({"kind": "stall", "seconds": 20}, 502, "The API has a fault"),
}


#: One of each way to fail; the mapping from errors to pages is one for all, so the rest is tried once.
FOR_EVERY_RESOURCE = ("401", "404", "429", "another shape")


@pytest.fixture
def bad_news(news, operations, sandbox, settings):
    """A fault of every call that reads the resource, with the status and words it must lead to."""
    settings.PAGE_DEADLINE_SECONDS = 0.9
    rule, status, words = BAD_NEWS[news]
    reads = {operations["list"].id, operations["get"].id}
    sandbox.faults(*({**rule, "operation": operation, "times": None} for operation in reads))
    return status, words


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
def test_a_list_that_cannot_be_read_says_why_and_is_never_empty(
    admin_client, resource, list_url, bad_news, fragment
):
    status, words = bad_news
    page = visit(admin_client, list_url + "?filter[id][gt]=5&sort=-id", status=status, fragment=fragment)
    alert = page.one("section", role="alert").text
    assert (words or "This no longer exists") in alert
    assert "Nothing was changed." in alert
    assert "Traceback" not in page.text
    assert not page.all("table")
    assert f"No {resource.label_plural.lower()}" not in page.text
    # The filters stay, so that the cause can be mended.
    assert "is more than 5" in page.text
    assert unquote(urlsplit(page.link("Try again")).query) == "filter[id][gt]=5&sort=-id"
    if status == 429:
        assert page.response["Retry-After"] == "30"
    if "key was refused" in alert:
        assert page.link("Replace the key") == reverse("connections:list")


@pytest.mark.parametrize("name", ["detail", "edit", "archive"])
def test_a_record_that_cannot_be_read_says_why(admin_client, address, resource, bad_news, name):
    status, words = bad_news
    page = visit(admin_client, address(name), status=status)
    assert (words or f"This {resource.label.lower()} is gone") in page.text
    assert len(page.all("h1")) == 1
    if status == 429:
        assert page.response["Retry-After"] == "30"
    if words is not None:
        assert page.link("Try again") == address(name)


def test_an_api_nobody_answers_for_is_a_page_too(admin_client, service, list_url, settings):
    settings.PAGE_DEADLINE_SECONDS = 0.9
    service.base_url = "http://127.0.0.1:9/api/v2"
    service.save()
    connection = service.connections.get()
    connect(connection.owner, service, "any-key-will-do-here")
    page = visit(admin_client, list_url, status=504)
    assert "The API cannot be reached" in page.text


def test_names_that_cannot_be_read_cost_no_page(admin_client, resource, list_url, sandbox):
    tags = {column.tag for column in resource.columns if isinstance(column, ReferenceColumn)} - {resource.tag}
    operations = [operation for tag in tags for operation in builtin_contract().for_tag(tag).values()]
    sandbox.faults(*({"kind": "status", "status": 403, "operation": o.id, "times": None} for o in operations))
    page = visit(admin_client, list_url)
    assert len(page.rows) == 50
    assert not tags or [c for c in page.all("td") if c.text.startswith("#")]


# --- Whose key ---


@pytest.mark.parametrize("name", [*READ_PAGES, "create"])
def test_without_a_connection_each_page_leads_to_the_one_that_makes_it(
    manager, service, address, name, sandbox
):
    client = signed_in(manager)
    response = client.get(address(name))
    expected = f"{reverse('connections:create')}?service={service.pk}&next={address(name)}"
    assert response.status_code == 302
    assert unquote(response["Location"]) == expected
    visit(client, response["Location"])
    assert sandbox.journal() == []


def test_without_a_connection_htmx_changes_the_page(manager, service, list_url):
    current = f"http://testserver{list_url}?sort=name"
    headers = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": current}
    response = signed_in(manager).get(list_url, headers=headers)
    assert unquote(unquote(response["HX-Redirect"])).endswith(f"next={list_url}?sort=name")


@pytest.mark.parametrize("name", [*READ_PAGES, "create", "bulk", "filter"])
def test_every_page_asks_for_sign_in(client, service, address, name, sandbox):
    response = client.get(address(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert sandbox.journal() == []


def test_each_person_speaks_with_their_own_key_alone(admin_client, manager_client, address, sandbox):
    for client, key in ((admin_client, "admin"), (manager_client, "manager"), (admin_client, "admin")):
        before = len(sandbox.journal())
        for name in [*READ_PAGES, "create"]:
            visit(client, address(name))
        assert {entry["key"] for entry in sandbox.journal()[before:]} == {key}


@pytest.mark.parametrize("key", ["other_organisation_key", "revoked_key"])
def test_a_key_that_opens_nothing_is_not_helped_out_by_another_persons(
    admin_client, manager, service, resource, list_url, sandbox, key
):
    own = records_on(visit(admin_client, list_url))
    assert len(own) == 50
    sandbox.application.journal.clear()
    connect(manager, service, getattr(sandbox, key))
    response = signed_in(manager).get(list_url)
    if key == "revoked_key":
        assert response.status_code == 403
    else:
        assert response.status_code == (404 if resource.path_parameters else 200)
    assert not own & records_on(Page(response))
    assert "admin" not in {entry["key"] for entry in sandbox.journal()}


def test_an_integration_nobody_registered_is_not_found(admin_client, resource, sandbox):
    if "integrationID" not in resource.path_parameters:
        pytest.skip("lies in no integration")
    elsewhere = resource.url("list", {**PLACE, "integrationID": "int-nowhere"})
    visit(admin_client, elsewhere, status=404)
    assert sandbox.journal() == []


# --- Bulk ---


def test_account_managers_get_no_bulk_controls(admin_client, manager_client, resource, list_url):
    labels = {action.label for action in resource.bulk_actions}
    theirs = visit(manager_client, list_url)
    assert len(theirs.rows) == 50
    assert not theirs.all("input", type="checkbox")
    assert not labels & {button.text for button in theirs.all("button")}
    own = visit(admin_client, list_url)
    assert labels <= {button.text for button in own.all("button")}
    assert len(own.all("input", name="id")) == (50 if labels else 0)


def test_a_crafted_bulk_request_of_an_account_manager_is_forbidden(
    manager_client, resource, address, record_id, sandbox
):
    for action in resource.bulk_actions:
        data = {"action": action.name, "id": record_id, "confirmed": "yes"}
        visit(manager_client, address("bulk"), data=data, status=403)
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"action": ["explode"], "id": "1"}, 400, "There is no such action."),
        ({"action": [], "id": "1"}, 400, "There is no such action."),
        ({"id": []}, 200, "Nothing is selected."),
        ({"id": [str(n) for n in range(101)]}, 400, "101 are selected; at most 100"),
    ],
)
def test_a_bulk_request_that_cannot_start_says_so(
    admin_client, resource, address, sandbox, data, status, words
):
    if not resource.bulk_actions:
        pytest.skip("has no bulk actions")
    data = {"action": resource.bulk_actions[0].name, "confirmed": "yes", **data}
    page = visit(admin_client, address("bulk"), data=data, status=status)
    assert words in page.text
    assert sandbox.journal() == []


def test_a_reload_of_a_bulk_result_repeats_nothing(admin_client, address, sandbox):
    response = admin_client.get(address("bulk"))
    assert (response.status_code, response["Location"]) == (302, address("list"))
    assert sandbox.journal() == []


# --- Costs ---


def test_the_api_calls_of_each_page_are_as_written_down(admin_client, resource, address, calls):
    made = {}
    for page in ["list", "list", "list?page[number]=2", "detail", "create", "edit", "archive", "filter"]:
        name, _, query = page.partition("?")
        suffix = (
            f"?filter_field={resource.search_field}" if name == "filter" else f"?{query}" if query else ""
        )
        response = admin_client.get(address(name) + suffix)
        assert response.status_code == 200
        made[f"{page}, names known" if page in made else page] = calls()
    written = json.loads(CALLS_FILE.read_text()) if CALLS_FILE.exists() else {}
    if os.environ.get("REWRITE_API_CALLS"):
        CALLS_FILE.write_text(json.dumps({**written, resource.name: made}, indent=2) + "\n")
    else:
        assert made == written[resource.name]


# --- Small fragments ---


def test_every_field_has_a_control_that_suits_it(admin_client, resource, address):
    contract = builtin_contract()
    for name in FieldCatalogue(contract.record_fields(resource.tag), contract).names():
        page = visit(admin_client, f"{address('filter')}?filter_field={name}", fragment=True)
        assert set(contract.filter_operators) & {option["value"] for option in page.all("option")}, name
        assert page.all("label", for_="filter-value")


def test_a_field_that_cannot_be_filtered_by_has_no_control(admin_client, address):
    response = admin_client.get(f"{address('filter')}?filter_field=colour")
    assert response.status_code == 404


def suggested(client, url, text, status=200):
    """The ids with their names that a look-up offers, and its words."""
    page = visit(client, f"{url}?{urlencode({'q': text})}", fragment=True, status=status)
    return [(item["data-value"], item["data-label"]) for item in page.all("li")], page.text


def test_a_look_up_finds_records_by_id_first_and_then_by_name(
    admin_client, resource, address, operations, calls
):
    url = address("suggest")
    found, words = suggested(admin_client, url, "#1001")
    assert found[0][0] == "1001"
    assert operations["get"].id in calls()
    name = found[0][1].split()[0]
    found, words = suggested(admin_client, url, name.upper())
    assert 0 < len(found) <= 10
    assert all(key and title for key, title in found)
    assert set(calls()) == {operations["list"].id}
    found, words = suggested(admin_client, url, "nothing is called like this 1")
    assert not found
    assert f"No {resource.label.lower()} matches" in words


def test_a_look_up_that_cannot_be_read_says_so_in_words(admin_client, resource, address, operations, sandbox):
    sandbox.faults({"kind": "status", "status": 403, "operation": operations["list"].id, "times": None})
    found, words = suggested(admin_client, address("suggest"), "ab", status=403)
    assert (found, "could not be read" in words) == ([], True)
    found, words = suggested(admin_client, address("suggest"), "1001")
    assert [key for key, _ in found] == ["1001"]
    assert "Not everything could be read" in words


def test_a_reference_is_looked_up_and_the_present_one_shown_by_name(admin_client, resource, address, sandbox):
    for field, tag in resource.form_class.references.items():
        page = visit(admin_client, address("edit"))
        box = next(box for box in page.all("div", class_="lookup") if box.inner[0]["name"] == field)
        assert box["data-lookup"] == registry.suggest_url(tag, PLACE)
        assert box.inner[0]["value"]
        assert box.text
        # Without its name the id stays.
        cache.clear()
        reads = [builtin_contract().for_tag(tag)[role].id for role in ("list", "get")]
        sandbox.faults(*({"kind": "status", "status": 403, "operation": o, "times": None} for o in reads))
        page = visit(admin_client, address("edit"))
        again = next(box for box in page.all("div", class_="lookup") if box.inner[0]["name"] == field)
        assert again.inner[0]["value"] == box.inner[0]["value"]
        assert not again.text
