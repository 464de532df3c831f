"""Before the user whose key is used here is switched off or demoted, the page says so and asks once more."""

import pytest

from apps.resources import registry
from tests.resources.pages import Page
from tests.resources.rules import carried_out, visit
from tests.support.bulk_runs import Bulk

pytestmark = pytest.mark.django_db
SELF, OTHER = "/users/usr-main-001/", "/users/usr-main-003/"
YOURS = "Your key stops working"
DEMOTED = "Your key may then do only what an account manager"


@pytest.fixture
def user(sandbox):
    """A function that gives a user as the API has it."""
    return lambda key="usr-main-001": sandbox.application.store.get(("org-main", "users", ""), key)


def send(client, address, **changes):
    """The answer to the form of a user, sent with these changes."""
    return client.post(f"{address}edit/", {**visit(client, f"{address}edit/").fields(), **changes})


def asked(client, address, **changes):
    """The page that asks whether a change is really meant."""
    answer = send(client, address, **changes)
    assert answer.status_code == 409
    return Page(answer)


def warnings(page):
    """What the page warns about, in a form or before it."""
    return [box.text for name in ("notice warn", "error-summary") for box in page.all("div", class_=name)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"status": "Deactivated"}, YOURS), ({"role": "accountManager"}, DEMOTED)],
    ids=["deactivated", "demoted"],
)
def test_a_save_that_stops_or_demotes_ones_own_key_is_confirmed_first(admin_client, user, changes, words):
    page = asked(admin_client, SELF, **changes)
    assert "This seems to be you" in " ".join(warnings(page))
    assert words in " ".join(warnings(page))
    assert "Save anyway" in [button.text for button in page.all("button")]
    [(name, value)] = changes.items()
    assert user()[name] != value
    answer = admin_client.post(f"{SELF}edit/", page.fields())
    assert answer.status_code == 302
    assert user()[name] == value


def test_what_was_confirmed_is_no_consent_to_another_change(admin_client, user):
    page = asked(admin_client, SELF, role="accountManager")
    again = visit(admin_client, f"{SELF}edit/", data={**page.fields(), "status": "Deactivated"}, status=409)
    assert YOURS in again.text
    assert user()["status"] == "Active"


def test_api_access_taken_away_is_confirmed_too(admin_client, user):
    data = visit(admin_client, f"{SELF}edit/").fields()
    del data["api_access_enabled"]
    assert YOURS in visit(admin_client, f"{SELF}edit/", data=data, status=409).text
    assert user()["api_access_enabled"] is True


def test_other_changes_and_other_users_need_no_confirmation(admin_client, user):
    assert send(admin_client, SELF, city="Lisbon").status_code == 302
    assert send(admin_client, OTHER, status="Deactivated").status_code == 302
    assert (user()["city"], user("usr-main-003")["status"]) == ("Lisbon", "Deactivated")


def test_a_user_deactivated_already_is_not_warned_about(admin_client, user, sandbox):
    store = sandbox.application.store
    with store.lock:
        store.write([(("org-main", "users", ""), "usr-main-001", {**user(), "status": "Deactivated"})])
    assert send(admin_client, SELF, city="Lisbon").status_code == 302


def test_the_button_on_the_page_asks_first_and_does_it_when_confirmed(admin_client, user):
    page = carried_out(admin_client, f"{SELF}act/", {"action": "deactivate"})
    assert YOURS in " ".join(warnings(page))
    # The question has an address: a reload asks again, and nothing is sent.
    assert visit(admin_client, f"{SELF}act/?action=deactivate").one("h1").text == page.one("h1").text
    assert user()["status"] == "Active"
    answer = admin_client.post(f"{SELF}act/", page.fields())
    assert answer.status_code == 302
    assert user()["status"] == "Deactivated"


def test_the_button_of_another_user_acts_at_once(admin_client, user):
    assert admin_client.post(f"{OTHER}act/", {"action": "deactivate"}).status_code == 302
    assert user("usr-main-003")["status"] == "Deactivated"


@pytest.mark.parametrize("action", ["deactivate", "archive"])
def test_a_selection_with_ones_own_user_says_so_in_its_plan(admin_client, action):
    bulk = Bulk(admin_client, registry.named("users"), {})
    planned = bulk.plan(action, ["usr-main-001", "usr-main-003"])
    assert YOURS in " ".join(warnings(planned.page))
    assert YOURS in planned.rows["usr-main-001"][1]
    assert warnings(bulk.plan(action, ["usr-main-003"]).page) == []


def test_what_became_of_ones_own_user_is_told_in_place_of_the_warning(admin_client, sandbox):
    bulk = Bulk(admin_client, registry.named("users"), {})
    sandbox.faults(
        {"kind": "status", "status": 422, "operation": "updateUser", "body": {"message": "It is locked."}}
    )
    carried = bulk.carry_out("deactivate", ["usr-main-001"])
    state, why = carried.rows["usr-main-001"]
    assert state == "Failed"
    assert "It is locked." in why


def test_archiving_ones_own_user_says_so(admin_client):
    assert YOURS in warnings(visit(admin_client, f"{SELF}archive/"))[0]
    assert warnings(visit(admin_client, f"{OTHER}archive/")) == []


def test_a_colleague_whose_key_is_stored_is_named(manager_client, admin_client, sandbox, user):
    store = sandbox.application.store
    with store.lock:
        store.write(
            [
                (
                    ("org-main", "users", ""),
                    "usr-main-003",
                    {**user("usr-main-003"), "email": "Manager@example.com"},
                )
            ]
        )
    page = asked(admin_client, OTHER, status="Deactivated")
    assert "Max Manager signs in here with this user's email address" in page.text
    assert "Their key stops working" in page.text


def test_a_person_without_a_stored_key_has_none_to_lose(admin_client, manager, sandbox, user):
    store = sandbox.application.store
    with store.lock:
        store.write(
            [(("org-main", "users", ""), "usr-main-003", {**user("usr-main-003"), "email": manager.email})]
        )
    assert send(admin_client, OTHER, status="Deactivated").status_code == 302
