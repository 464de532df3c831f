"""A draft that a browser kept comes back in its form; nothing of it is sent by itself."""

import pytest

EDIT = "/integrations/int-eu/offers/1001/edit/"
RESTORE = "/drafts/restore/"


def test_a_draft_comes_back_in_its_form(admin_client, sandbox):
    answer = admin_client.post(RESTORE, {"address": EDIT, "values": "name=Typed+yesterday"})
    assert answer["Location"] == EDIT
    page = admin_client.get(EDIT).content.decode()
    assert "Typed yesterday" in page and "This is your draft. Nothing was saved." in page
    assert not [entry for entry in sandbox.journal() if entry["operation"] == "updateOffer"]
    assert "Typed yesterday" not in admin_client.get(EDIT).content.decode()


def test_secrets_are_dropped(admin_client):
    admin_client.post(RESTORE, {"address": EDIT, "values": "name=A&api_key=abc&csrfmiddlewaretoken=x"})
    kept = admin_client.session["unsent_form"]
    assert kept["values"] == "name=A"


@pytest.mark.parametrize(
    "address", ["https://other.example/", "//other.example/", "/exports/", "nowhere", ""]
)
def test_no_other_address_takes_one(admin_client, address):
    answer = admin_client.post(RESTORE, {"address": address, "values": "name=A"})
    assert answer["Location"] == "/"
    assert "unsent_form" not in admin_client.session


def test_the_sign_in_page_says_that_the_session_ended(admin_client, client):
    admin_client.session.flush()
    led = admin_client.get(EDIT)
    assert led.cookies["session"].value == ""
    page = admin_client.get(led["Location"]).content.decode()
    assert "Your session has ended." in page and "drafts-kept" in page
    assert "Your session has ended." not in client.get(EDIT, follow=True).content.decode()
