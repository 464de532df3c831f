"""Records below a record are added, changed and archived on its page, with the views and forms of their own pages."""

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from tests.resources.pages import Page
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
PLACE = {"integrationID": "int-eu", "offerID": "1002"}
CHILDREN = [resource for resource in registry.resources() if resource.parent]


@pytest.fixture(params=CHILDREN, ids=lambda resource: resource.name)
def child(request):
    return request.param


@pytest.fixture
def parent_url(child):
    parent = registry.parent_link(child, PLACE)
    assert parent is not None
    return parent.url


@pytest.fixture
def in_place(admin_client, child):
    """A request as HTMX sends it from the parent's page, its redirect followed as a browser does."""
    headers = {"HX-Request": "true", "HX-Target": child.panel_id}

    def send(address, data=None, status=200, client=admin_client):
        page = visit(client, address, data=data, status=status, fragment=True, **headers)
        while page.response.status_code == 302:
            page = visit(client, page.response["Location"].partition("#")[0], fragment=True, **headers)
        return page

    return send


@pytest.fixture
def records(child, sandbox):
    """The records below the offer, as the API has them."""
    store = sandbox.application.store
    kind = {"OfferEvents": "events", "OfferLandingPages": "landing-pages"}[child.tag]
    return lambda: store.records(("org-main", kind, "int-eu/1002"))


def required(child, role="create"):
    fields = builtin_contract().for_tag(child.tag)[role].body_fields
    return {name: f"https://x.example/{{transaction_id}}/{name}" for name, f in fields.items() if f.required}


def first_id(admin_client, child, parent_url):
    page = visit(admin_client, parent_url)
    links = [a["href"] for a in page.all("a") if a["aria-label"].startswith("Edit ")]
    list_url = child.url("list", PLACE)
    return next(link for link in links if link.startswith(list_url)).removeprefix(list_url).split("/")[0]


def test_the_links_lead_to_whole_pages_without_a_script(admin_client, child, parent_url):
    page = visit(admin_client, parent_url)
    section = page.one("section", id=child.name)
    opened = [a for a in section.inner if a.tag == "a" and a["hx-get"]]
    assert opened
    assert all(a["href"] == a["hx-get"] for a in opened)
    assert section["hx-target"] == f"#{child.panel_id}"
    visit(admin_client, child.url("create", PLACE))


def test_one_is_added_once_and_the_table_comes_back_with_it(in_place, child, parent_url, records, calls):
    form = in_place(child.url("create", PLACE))
    assert form.elements[0]["hx-post"] == child.url("create", PLACE)
    data = {**form.fields(), **required(child)}
    calls()
    before = len(records())
    page = in_place(child.url("create", PLACE), data, 302)
    assert page.elements[0]["id"] == child.name
    assert page.response["HX-Retarget"] == f"#{child.name}"
    assert page.response["HX-Reswap"] == "outerHTML"
    assert required(child)["name"] in page.rows
    assert "was created." in page.text
    assert calls().count(builtin_contract().for_tag(child.tag)["create"].id) == 1
    again = in_place(child.url("create", PLACE), data, 302)
    assert again.elements[0]["id"] == child.name
    assert len(records()) == before + 1


def test_what_is_missing_is_said_at_its_field_and_nothing_is_sent(in_place, child, records, calls):
    before = records()
    page = in_place(child.url("create", PLACE), {"nonce": "", "name": ""}, 422)
    assert page.elements[0].tag == "form"
    assert "Name: This field is required." in page.text
    # Ids of two forms open on one page differ.
    assert page.one("input", name="name")["id"] == f"id_{child.name}_name"
    # An event's form reads its offer's currency; nothing else is asked for.
    assert calls() == (["getOffer"] if child.name == "offer_events" else [])
    assert records() == before


def test_the_apis_own_refusal_stands_at_its_field(in_place, child, sandbox, provokes_violations):
    operation = builtin_contract().for_tag(child.tag)["create"].id
    body = {"message": "No.", "errors": {"name": ["is taken"]}}
    sandbox.faults({"kind": "status", "status": 422, "operation": operation, "body": body})
    page = in_place(child.url("create", PLACE), {"nonce": "", **required(child)}, 422)
    assert "Name: is taken" in page.text
    assert page.fields()["name"] == required(child)["name"]


def test_an_edit_asks_before_it_writes_over_what_somebody_else_changed(
    admin_client, in_place, child, parent_url, records, sandbox
):
    key = first_id(admin_client, child, parent_url)
    form = in_place(child.url("edit", PLACE, key)).fields()
    path = {**PLACE, child.id_parameter: key}
    api = {"name": "Theirs", **{n: v for n, v in required(child, "update").items() if n != "name"}}
    other = admin_client.post(
        child.url("edit", PLACE, key), {**form, **api}
    )  # somebody else, on the whole page
    assert other.status_code == 302, path
    page = in_place(child.url("edit", PLACE, key), {**form, "name": "Mine"}, 409)
    assert page.elements[0].tag == "form"
    assert "Somebody changed this" in page.text
    data = {**page.fields(), "_choice.name": "mine"}
    page = in_place(child.url("edit", PLACE, key), data, 302)
    assert page.elements[0]["id"] == child.name
    assert next(r for r in records() if str(r["id"]) == key)["name"] == "Mine"
    page = in_place(child.url("edit", PLACE, key), in_place(child.url("edit", PLACE, key)).fields(), 302)
    assert "Nothing was changed" in page.text


def test_a_switch_and_an_archive_bring_the_table_anew(admin_client, in_place, child, parent_url, records):
    key = first_id(admin_client, child, parent_url)
    before = next(r for r in records() if str(r["id"]) == key)["active"]
    action = "deactivate" if before else "activate"
    page = in_place(
        child.url("act", PLACE, key), {"action": action, "next": f"{parent_url}#{child.name}"}, 302
    )
    assert page.elements[0]["id"] == child.name
    assert f"was {action}d." in page.text
    assert next(r for r in records() if str(r["id"]) == key)["active"] is not before
    question = in_place(child.url("archive", PLACE, key))
    assert question.elements[0].tag == "section"
    assert key in {str(r["id"]) for r in records()}
    page = in_place(child.url("archive", PLACE, key), {}, 302)
    assert "was archived." in page.text
    assert f"{child.name}-edit-{key}" not in {a["id"] for a in page.all("a")}


def test_what_is_gone_or_fails_is_said_in_the_panel(in_place, child, sandbox):
    page = in_place(child.url("edit", PLACE, "999999"), status=404)
    assert "This no longer exists" in page.text
    operation = builtin_contract().for_tag(child.tag)["create"].id
    sandbox.faults({"kind": "status", "status": 403, "operation": operation, "times": None})
    page = in_place(child.url("create", PLACE), {"nonce": "", **required(child)}, 403)
    assert page.elements[0].tag == "form"
    assert "Your API key may not do this" in page.text


def test_a_table_that_cannot_be_read_again_does_not_hide_that_the_change_was_made(in_place, child, sandbox):
    read = builtin_contract().for_tag("Offers")["get"].id
    sandbox.faults({"kind": "status", "status": 403, "operation": read, "times": None})
    page = in_place(child.url("create", PLACE), {"nonce": "", **required(child)}, 302)
    assert "was created." in page.text
    assert "The table below is as it was before" in page.text
    assert "Nothing was changed" not in page.text


def test_the_set_up_is_checked_again(in_place, child, sandbox):
    page = in_place(child.url("create", PLACE), {"nonce": "", **required(child)}, 302)
    [setup] = [element for element in page.elements if element["hx-swap-oob"]]
    assert setup["id"] == "setup"
    assert setup.text


def test_other_targets_of_htmx_get_the_whole_page(admin_client, child):
    headers = {"HX-Request": "true", "HX-Target": "something"}
    page = Page(admin_client.get(child.url("create", PLACE), headers=headers))
    assert page.all("html")
