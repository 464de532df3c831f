"""A page whose API lets wait: its frame first, then the rest, by one call."""

import pytest
from django.core.cache import cache

from apps.accounts.models import Role, User
from tests.support.people import connect, signed_in
from tests.ui.waiting.conftest import OFFERS, impatient


def text(response) -> str:
    return response.content.decode()


def calls(sandbox) -> int:
    sandbox.wait_until_idle()
    return len(sandbox.journal("listOffers"))


def frame_of(client, sandbox, address: str):
    with impatient(), sandbox.silent():
        return client.get(address)


def test_a_slow_page_begins_with_its_frame_and_is_read_once(with_scripts, sandbox, rest_of):
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    assert "<title>Offers" in page and 'class="skeleton' in page and 'id="navigation"' in page
    rest = rest_of(OFFERS, page)
    assert rest.status_code == 200
    assert text(rest).startswith("<title>Offers")
    assert '<main id="main" class="main one-table"' in text(rest)
    assert 'id="results"' in text(rest) and "<nav" not in text(rest)[:200]
    assert calls(sandbox) == 1


@pytest.mark.parametrize(
    "address",
    [
        f"{OFFERS}1001/links/",
        f"{OFFERS}1001/duplicate/",
        f"{OFFERS}1001/act/?action=deactivate",
        f"{OFFERS}1001/field/?name=visibility",
        f"{OFFERS}compare/?id=1001&id=1002",
    ],
)
def test_every_page_that_asks_the_api_begins_with_its_frame(with_scripts, sandbox, rest_of, address):
    page = text(frame_of(with_scripts, sandbox, address))
    assert 'class="skeleton' in page
    assert rest_of(address, page).status_code in (200, 204)


def test_a_quick_page_is_whole(with_scripts, sandbox):
    page = text(with_scripts.get(OFFERS))
    assert 'id="results"' in page and "X-Answer" not in page


def test_without_scripts_the_whole_page_is_waited_for(with_scripts, sandbox):
    sandbox.latency(300)
    del with_scripts.cookies["scripts"]
    assert 'id="results"' in text(with_scripts.get(OFFERS))


def test_the_way_out_of_a_frame_without_scripts_takes_the_cookie_back(with_scripts, sandbox):
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    assert f"/whole-page/?next={OFFERS.replace('/', '%2F')}" in page
    answer = with_scripts.get("/whole-page/", {"next": OFFERS})
    assert answer["Location"] == OFFERS
    assert answer.cookies["scripts"].value == ""


def test_what_is_known_is_shown_until_the_rest_comes(with_scripts, sandbox):
    with_scripts.get(OFFERS)
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    assert "data-known" in page and "main one-table" in page and "inert" in page and "As of " in page
    assert "data-select-row" in page


def test_what_was_known_after_a_slow_page_comes_from_the_cache_encrypted(with_scripts, sandbox, rest_of):
    rest_of(OFFERS, text(frame_of(with_scripts, sandbox, OFFERS)))
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    assert "data-known" in page and "main one-table" in page and "data-select-row" in page


def test_another_persons_page_is_not_known(with_scripts, sandbox, manager, manager_connection):
    with_scripts.get(OFFERS)
    other = signed_in(manager)
    other.cookies["scripts"] = "1"
    page = text(frame_of_other(other, sandbox))
    assert "data-known" not in page and "data-select-row" not in page


def frame_of_other(client, sandbox):
    with impatient(), sandbox.silent():
        return client.get(OFFERS, headers={"Accept": "text/html"})


def test_what_another_key_read_is_not_known(with_scripts, sandbox, admin_connection):
    with_scripts.get(OFFERS)
    connect(admin_connection.owner, admin_connection.service, sandbox.manager_key)
    assert "data-known" not in text(frame_of(with_scripts, sandbox, OFFERS))


@pytest.mark.parametrize("address", [OFFERS, f"{OFFERS}1001/"])
def test_what_was_known_before_an_own_change_is_not_shown_after_it(with_scripts, sandbox, address):
    with_scripts.get(OFFERS)
    with_scripts.get(f"{OFFERS}1002/")
    with_scripts.post(f"{OFFERS}1001/act/", {"action": "deactivate"})
    page = text(frame_of(with_scripts, sandbox, address))
    assert "data-known" not in page and "known-facts" not in page


def test_the_rest_is_read_anew_for_another_role_or_key(
    with_scripts, sandbox, admin, admin_connection, rest_of
):
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    connect(admin, admin_connection.service, sandbox.admin_key)
    rest_of(OFFERS, page)
    assert calls(sandbox) == 2
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    User.objects.filter(pk=admin.pk).update(role=Role.VIEWER)
    assert "New offer" not in text(rest_of(OFFERS, page))
    assert calls(sandbox) == 4


def test_another_person_does_not_get_the_rest(with_scripts, sandbox, manager, rest_of):
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    with_scripts.force_login(manager)
    with_scripts.cookies["scripts"] = "1"
    rest = rest_of(OFFERS, page)
    assert "data-select-row" not in text(rest)


def test_the_rest_is_read_anew_where_it_is_gone(with_scripts, sandbox, rest_of):
    page = text(frame_of(with_scripts, sandbox, OFFERS))
    sandbox.wait_until_idle()
    cache.clear()
    assert 'id="results"' in text(rest_of(OFFERS, page))


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_failure_comes_as_the_rest_with_its_status(with_scripts, sandbox, rest_of, status):
    sandbox.faults({"kind": "status", "operation": "getOffer", "status": status, "times": None})
    address = f"{OFFERS}1001/"
    page = text(frame_of(with_scripts, sandbox, address))
    rest = rest_of(address, page)
    assert rest.status_code == (status if status != 503 else 502)
    assert '<main id="main"' in text(rest)


def test_a_record_begins_with_the_facts_of_its_row(with_scripts, sandbox):
    with_scripts.get(OFFERS)
    page = text(frame_of(with_scripts, sandbox, f"{OFFERS}1001/"))
    assert "known-facts" in page and "<dt>Payout</dt>" in page and "skeleton" in page
