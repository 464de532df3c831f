"""A form's box for another record takes a name as well as an id, and sends an id or nothing."""

import pytest

from tests.resources.rules import visit

NEW = "/integrations/int-eu/offers/new/"


@pytest.fixture(autouse=True)
def names(sandbox):
    """Advertisers whose names contain each other."""
    store = sandbox.application.store
    made = {"9001": "Oakland Media", "9002": "Oakland Media West"}
    with store.lock:
        store.write(
            [
                (("org-main", "advertisers", ""), key, {"id": int(key), "name": name})
                for key, name in made.items()
            ]
        )
    return made


def send(client, typed, status=302):
    opened = visit(client, NEW)
    data = {"name": "An offer", "advertiser_id": typed, "nonce": opened.one("input", name="nonce")["value"]}
    if status == 302:
        response = client.post(NEW, data)
        assert response.status_code == 302, response.content.decode()[:3000]
        return response
    return visit(client, NEW, data=data, status=status)


@pytest.mark.parametrize("typed", ["oakland media", "\xa0Oakland Media\u200b", "#9001", "9001\u200b"])
def test_a_name_becomes_its_id(admin_client, sent, typed):
    send(admin_client, typed)
    [(operation, body)] = sent
    assert (operation, body["advertiser_id"]) == ("createOffer", 9001)


def test_several_are_to_choose_from_and_the_form_is_kept(admin_client, sent):
    page = send(admin_client, "Oakland", status=422)
    assert "2 advertisers have “Oakland” in the name. Choose the one you mean." in page.text
    buttons = page.all("button", name="advertiser_id")
    assert [button["value"] for button in buttons] == ["9001", "9002"]
    assert page.one("input", name="name")["value"] == "An offer"
    assert sent == []
    # The button of the one that is meant comes after what was typed.
    send(admin_client, ["Oakland", "9002"])
    assert sent[-1][1]["advertiser_id"] == 9002


def test_nobody_is_said_and_nothing_sent(admin_client, sent):
    page = send(admin_client, "Nobody Ltd", status=422)
    assert "No advertiser has the name or ID “Nobody Ltd”." in page.text
    assert sent == []


@pytest.mark.parametrize("blank", ["   ", "\xa0", "\u200b\u2060", "\t\u3000", "\u200d"])
def test_a_required_text_of_blanks_is_none(admin_client, sent, blank):
    opened = visit(admin_client, NEW)
    data = {"name": blank, "advertiser_id": "9001", "nonce": opened.one("input", name="nonce")["value"]}
    visit(admin_client, NEW, data=data, status=422)
    assert sent == []


@pytest.mark.parametrize("around", [" ", "\xa0", "\u200b", "\t", "\ufeff"])
def test_blanks_around_an_address_and_a_number_are_not_part_of_them(admin_client, sent, around):
    opened = visit(admin_client, NEW)
    data = {
        "name": f"{around}An offer",
        "advertiser_id": "9001",
        "fallback_url": f"{around}https://example.com/?a={{x}}&b=[Y]&c=%25Z%25{around}",
        "default_payout.payout": f"{around}4.50{around}",
        "nonce": opened.one("input", name="nonce")["value"],
    }
    assert admin_client.post(NEW, data).status_code == 302
    body = sent[-1][1]
    assert body["fallback_url"] == "https://example.com/?a={x}&b=[Y]&c=%25Z%25"
    assert body["default_payout"]["payout"] == 4.5
