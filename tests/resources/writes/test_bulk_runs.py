"""Records without a bulk operation are changed one by one; whatever happens on the way, each is told as it is."""

import pytest

from apps.resources import registry
from tests.resources.rules import carried_out

pytestmark = pytest.mark.django_db

STORED = ("org-main", "landing-pages", "int-eu/1001")
PATH = {"integrationID": "int-eu", "offerID": "1001"}
IDS = [str(90001 + number) for number in range(60)]
UPDATE, DELETE = "updateOfferLandingPage", "deleteOfferLandingPage"
DONE = {"deactivate": "Deactivated", "archive": "Archived"}


@pytest.fixture
def pages(sandbox, admin_client):
    """Sixty active landing pages of one offer, as the API holds them: a function that says whether one is changed."""
    store = sandbox.application.store
    with store.lock:
        for key in IDS:
            page = {
                "id": int(key),
                "name": f"Page {key}",
                "redirect_url": "https://x.example/",
                "active": True,
            }
            store.write([(STORED, key, page)])

    def is_changed(key):
        page = store.get(STORED, key)
        return page is None or not page["active"]

    return is_changed


@pytest.fixture
def confirm(admin_client, pages):
    """A function that carries an action out: id → (result, reason), and the page."""
    url = registry.named("landing_pages").url("bulk", PATH)

    def confirmed(action, ids, **data):
        page = carried_out(admin_client, url, {"action": action, "id": ids, "confirmed": "yes", **data})
        rows = {row.cells[1]: (row.cells[2], row.cells[3]) for row in page.all("tr") if len(row.cells) == 4}
        rows.pop("ID")
        return rows, page

    return confirmed


def offered_again(page):
    """The ids that the page's one button sends."""
    return [element["value"] for element in page.all("input", name="id")]


def results(rows):
    return {result for result, _ in rows.values()}


@pytest.mark.parametrize(("action", "operation"), [("deactivate", UPDATE), ("archive", DELETE)])
def test_an_api_too_slow_for_all_leaves_the_rest_unsent_and_nothing_unread(
    confirm, pages, sandbox, settings, action, operation
):
    settings.PAGE_DEADLINE_SECONDS = 1
    # Twice a second for parts of twenty at 0.3 s a call: answers are lost on the way, and the last part is not begun.
    sandbox.faults({"kind": "stall", "operation": operation, "seconds": 0.3, "times": None})
    rows, page = confirm(action, IDS, list="?sort=name")
    assert list(rows) and set(rows) == set(IDS)
    assert results(rows) == {DONE[action], "Not sent"}
    assert {key for key in IDS if pages(key)} == {key for key in IDS if rows[key][0] == DONE[action]}
    unsent = [key for key in IDS if rows[key][0] == "Not sent"]
    assert set(IDS[40:]) <= set(unsent)
    assert offered_again(page) == unsent
    assert page.one("input", name="list")["value"] == "?sort=name"
    sandbox.faults()
    settings.PAGE_DEADLINE_SECONDS = 10
    rows, page = confirm(**form_of(page))
    assert list(rows) == unsent
    assert results(rows) == {DONE[action]}
    assert all(pages(key) for key in IDS)
    assert offered_again(page) == []


def form_of(page):
    fields = page.fields()
    assert fields.pop("confirmed") == "yes"
    return {"action": fields.pop("action"), "ids": offered_again(page), "list": fields["list"]}


@pytest.mark.parametrize(("action", "operation"), [("deactivate", UPDATE), ("archive", DELETE)])
@pytest.mark.parametrize("kind", ["reset_after_effect", "reset"])
def test_each_lost_answer_is_read_back(confirm, pages, sandbox, action, operation, kind):
    sandbox.faults({"kind": kind, "operation": operation, "times": 10, "skip": 15})
    rows, page = confirm(action, IDS[:30])
    assert set(rows.values()) == {(DONE[action], "Read back and confirmed.")}
    assert all(pages(key) for key in IDS[:30])
    assert offered_again(page) == []


def test_after_a_429_no_more_are_tried_and_all_may_be_sent_again(confirm, pages, sandbox):
    sandbox.faults(
        {
            "kind": "status",
            "status": 429,
            "headers": {"Retry-After": "60"},
            "operation": UPDATE,
            "times": None,
        }
    )
    rows, page = confirm("deactivate", IDS)
    assert len(sandbox.journal(UPDATE)) <= 4
    assert results(rows) == {"Failed", "Not sent"}
    assert set(rows[IDS[-1]][1:]) == {
        "It was not tried, after the one before it: The API asks us to wait 60 seconds."
    }
    assert offered_again(page) == IDS
    assert not any(pages(key) for key in IDS)
    assert "Deactivate the 60 not done" in page.text


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_tried_for_the_rest(confirm, pages, sandbox, status):
    sandbox.faults({"kind": "status", "status": status, "operation": UPDATE, "times": None})
    rows, _ = confirm("deactivate", IDS)
    assert len(sandbox.journal(UPDATE)) == {401: 20, 403: 60}[status]
    assert results(rows) <= {"Failed", "Not sent"}
    assert not any(pages(key) for key in IDS)


def test_nothing_is_sent_for_what_could_not_be_read_first(confirm, pages, sandbox):
    unread = {"kind": "close", "times": None}
    sandbox.faults(
        {**unread, "operation": "listOfferLandingPages"}, {**unread, "operation": "getOfferLandingPage"}
    )
    rows, page = confirm("deactivate", IDS)
    assert set(rows.values()) == {("Not sent", "It could not be read first: The API has a fault.")}
    assert sandbox.journal(UPDATE) == []
    assert sandbox.journal("getOfferLandingPage") == []
    assert offered_again(page) == IDS


def test_what_is_refused_for_itself_is_not_offered_again(confirm, pages, sandbox):
    sandbox.faults(
        {"kind": "status", "status": 422, "operation": UPDATE, "body": {"message": "It is locked."}}
    )
    rows, page = confirm("deactivate", IDS[:5])
    assert sorted(result for result, _ in rows.values()) == ["Deactivated"] * 4 + ["Failed"]
    assert offered_again(page) == []


def test_a_record_changed_while_others_were_sent_keeps_its_change(confirm, pages, sandbox, monkeypatch):
    store, answer = sandbox.application.store, sandbox.application.answer
    last = IDS[-1]

    def renaming(request):
        if request.method == "PATCH" and request.path.endswith(IDS[0]):
            with store.lock:
                store.write([(STORED, last, {**store.get(STORED, last), "name": "Renamed meanwhile"})])
        return answer(request)

    monkeypatch.setattr(sandbox.application, "answer", renaming)
    rows, _ = confirm("deactivate", IDS)
    assert results(rows) == {"Deactivated"}
    assert store.get(STORED, last)["name"] == "Renamed meanwhile"
