"""The menu of a row in the list, and payout and revenue changed in their cells."""

from urllib.parse import quote, urljoin

import pytest

from apps.accounts.models import Role, User
from apps.audit.models import Entry
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db

LIST = "/integrations/int-eu/offers/"
PAYOUT = f"{LIST}1001/field/?name=default_payout.payout"
#: As HTMX asks from within a row: no element with an id is its target.
FROM_ROW = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?sort=name"}
STORED = ("org-main", "offers", "int-eu")


def stored(sandbox, key="1001"):
    return sandbox.application.store.get(STORED, key)


def change(sandbox, key="1001", **values):
    """As somebody else would."""
    store = sandbox.application.store
    with store.lock:
        store.write([(STORED, key, {**store.get(STORED, key), **values})])


def pay(sandbox, amount, key="1001"):
    change(sandbox, key, default_payout={**stored(sandbox, key)["default_payout"], "payout": amount})


def fragment(response):
    """The answer to HTMX, taken apart; it is no whole page."""
    assert b"<html" not in response.content
    return Page(response)


def menu_of(page):
    """The items that the menu of each row is made from."""
    return [item for item in page.one("template", id="row-menu").inner if item.tag in ("a", "button")]


def row_buttons(page):
    return [one for one in page.all("button") if "data-row-actions" in one.attributes]


def open_payout(client):
    """The form of the payout in its cell."""
    response = client.get(PAYOUT, headers=FROM_ROW)
    assert response.status_code == 200
    return fragment(response)


def save_payout(client, page, amount, **more):
    return client.post(
        PAYOUT, {**page.fields(), "default_payout.payout": amount, **more}, headers=FROM_ROW, follow=True
    )


def test_each_row_has_a_menu_with_what_can_be_done_to_it(admin_client, sandbox):
    change(sandbox, active=True)
    page = visit(admin_client, LIST)
    assert [item.text for item in menu_of(page) if "data-in-cell" not in item.attributes] == [
        "Payout…",
        "Revenue…",
        "Visibility…",
        "Name…",
        "Open",
        "Edit",
        "Duplicate",
        "Create links",
        "Copy page address",
        "Reports",
        "Activate",
        "Deactivate",
        "Archive…",
    ]
    buttons = row_buttons(page)
    assert len(buttons) == 50
    assert buttons[0]["aria-label"].startswith("Actions for ")
    # Without JavaScript the button leads to the record.
    assert page.one("form", id=buttons[0]["form"])["method"] == "get"
    assert admin_client.get(buttons[0]["formaction"]).status_code == 200
    [button] = row_buttons(visit(admin_client, f"{LIST}1001/row/", fragment=True))
    assert button["data-row-actions"] == "activate"
    change(sandbox, active=False)
    [button] = row_buttons(visit(admin_client, f"{LIST}1001/row/", fragment=True))
    assert button["data-row-actions"] == "deactivate"


def test_a_row_adds_two_elements_to_the_list_for_its_menu(admin_client):
    [row] = visit(admin_client, f"{LIST}1001/row/", fragment=True).all("tr")
    last = [one for one in row.inner if one.tag == "td"][-1]
    assert [one.tag for one in last.inner] == ["button"]


def test_who_may_change_nothing_is_offered_to_look_alone(admin_client, service, sandbox):
    viewer = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(viewer, service, sandbox.admin_key)
    client = signed_in(viewer)
    page = visit(client, LIST)
    assert [item.text for item in menu_of(page)] == ["Open", "Create links", "Copy page address", "Reports"]
    assert not page.all("form", id="row-act")
    assert client.get(PAYOUT).status_code == 403
    assert client.post(PAYOUT, {"default_payout.payout": "1"}).status_code == 403


def test_a_payout_is_changed_in_its_cell_and_the_row_comes_back_with_it(admin_client, sandbox, sent):
    pay(sandbox, 4)
    page = open_payout(admin_client)
    assert page.fields()["default_payout.payout"] == "4"
    assert stored(sandbox)["currency"] in page.text
    response = save_payout(admin_client, page, "11,50")
    assert response.redirect_chain == [(f"{LIST}1001/row/", 302)]
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("closest tr", "outerHTML")
    row = fragment(response)
    assert "11.50" in row.one("tr").text
    assert "4 → 11.50. Undo" in row.one("div", id="toast").text
    assert str(stored(sandbox)["default_payout"]["payout"]) == "11.5"
    [(operation, body)] = sent
    assert operation == "updateOffer"
    assert body["default_payout"]["revenue"] == stored(sandbox)["default_payout"]["revenue"]
    assert Entry.objects.get().record_id == "1001"


def test_what_somebody_else_changed_meanwhile_is_asked_about(admin_client, sandbox):
    pay(sandbox, 4)
    page = open_payout(admin_client)
    pay(sandbox, 5)
    response = save_payout(admin_client, page, "6")
    assert response.status_code == 409
    asked = fragment(response)
    assert "it was 4, and is 5 now" in asked.text
    assert stored(sandbox)["default_payout"]["payout"] == 5
    theirs, mine = (
        next(one for one in asked.all("button") if one["value"] == value) for value in ("theirs", "mine")
    )
    kept = save_payout(admin_client, asked, "6", **{theirs["name"]: "theirs"})
    assert "5.00" in fragment(kept).one("tr").text
    saved = save_payout(admin_client, asked, "6", **{mine["name"]: "mine"})
    assert "6.00" in fragment(saved).one("tr").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [("much", "Enter a number"), ("1,500", "may be 1500 or 1.500"), ("", "no way to empty this field")],
)
def test_what_is_no_amount_is_refused_in_the_cell_and_stays_typed(admin_client, sandbox, typed, words):
    response = save_payout(admin_client, open_payout(admin_client), typed)
    assert response.status_code == 422
    page = fragment(response)
    assert words in page.text
    assert page.fields()["default_payout.payout"] == typed


def test_without_javascript_the_field_has_a_page_and_leads_back_to_the_list(admin_client, sandbox):
    page = visit(admin_client, PAYOUT, Referer=f"http://testserver{LIST}?sort=name")
    assert page.one("h1").text == "Payout of offer 1001"
    response = admin_client.post(PAYOUT, {**page.fields(), "default_payout.payout": "7"})
    assert response["Location"] == f"{LIST}?sort=name"
    assert stored(sandbox)["default_payout"]["payout"] == 7


def test_no_other_field_is_changed_in_the_list(admin_client):
    for name in ("description", "id", "", "default_payout"):
        assert admin_client.get(f"{LIST}1001/field/?name={name}").status_code == 404


def test_an_action_of_the_menu_answers_with_the_row(admin_client, sandbox):
    change(sandbox, active=True)
    page = visit(admin_client, LIST + "?filter[id]=1001")
    [button] = [one for one in menu_of(page) if one.text == "Deactivate"]
    address = urljoin(f"{LIST}1001/", button["hx-post"])
    data = {"action": button["value"], "next": f"{LIST}1001/row/"}
    response = admin_client.post(address, data, headers=FROM_ROW, follow=True)
    row = fragment(response)
    assert "Inactive" in row.one("tr").text
    assert "was deactivated" in row.one("div", id="toast").text
    assert stored(sandbox)["active"] is False
    # What is sent by the browser comes back to the list.
    form = page.one("form", id=button["form"])
    data = {"action": "activate", "next": next(one["value"] for one in form.inner if one["name"] == "next")}
    assert (
        admin_client.post(urljoin(f"{LIST}1001/", button["formaction"]), data)["Location"]
        == f"{LIST}?filter[id]=1001"
    )


def test_a_row_that_cannot_be_read_again_stays_and_the_toast_says_so(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "getOffer", "times": None, "status": 503})
    response = admin_client.get(f"{LIST}1001/row/", headers=FROM_ROW)
    assert (response.status_code, response["HX-Reswap"]) == (502, "none")
    assert "Reload the page" in fragment(response).one("div", id="toast").text
    response = admin_client.get(PAYOUT, headers=FROM_ROW)
    assert (response.status_code, response["HX-Reswap"]) == (502, "none")


def test_a_browser_that_opens_the_row_gets_the_record(admin_client):
    assert admin_client.get(f"{LIST}1001/row/")["Location"] == f"{LIST}1001/"


@pytest.mark.parametrize("key", ["a,b", "a b", "ä%s", "100%"])
def test_an_id_of_any_signs_has_its_field_changed_in_the_list(admin_client, sandbox, key):
    store = sandbox.application.store
    with store.lock:
        store.write([(STORED, key, {**store.get(STORED, "1001"), "id": key})])
    address = f"{LIST}{quote(key, safe='')}/field/?name=default_payout.payout"
    page = fragment(admin_client.get(address, headers=FROM_ROW))
    sent = {**page.fields(), "default_payout.payout": "7.5"}
    assert admin_client.post(address, sent, headers=FROM_ROW).status_code == 302
    assert stored(sandbox, key)["default_payout"]["payout"] == 7.5
