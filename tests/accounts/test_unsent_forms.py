"""A form that is sent after the session ended, or with an old token, comes back filled; nothing is done meanwhile."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.accounts.unsent_forms import MAXIMUM_LENGTH
from apps.bulk.states import State
from apps.resources import registry
from tests.resources.pages import Page
from tests.support.bulk_runs import Bulk, rows_told, start_url
from tests.support.people import PASSWORD

SITE = {"Sec-Fetch-Site": "same-origin"}
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/integrations/int-eu/offers/1002/"}
OFFERS = "/integrations/int-eu/offers/"
TYPED = {
    "name": "Typed before the session ended",
    "advertiser_id": "101",
    "nonce": "6f0c1ff6-58c8-4d7b-9b0a-1c2f2f1b8d11",
}


def end_session(client):
    """The session's time is over; the browser does not know."""
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def sign_in_with(client, page, email="admin@example.com", **data):
    """Fill in the sign-in page that was answered, as a browser does."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    return client.post(reverse("account_login"), {**hidden, "login": email, "password": PASSWORD, **data})


def write_calls(sandbox):
    return [entry for entry in sandbox.journal() if entry["method"] != "GET"]


def field_value(page, name):
    found = re.search(
        rf'name="{name}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="{name}"', page.content.decode()
    )
    return found and (found[1] or found[2])


def test_a_new_record_comes_back_filled_after_signing_in(admin_client, sandbox):
    end_session(admin_client)
    answer = admin_client.post(f"{OFFERS}new/", TYPED)
    assert answer.status_code == 401
    text = answer.content.decode()
    assert "Your session has ended, so nothing was sent." in text
    assert "What you typed is kept" in text
    went_on = sign_in_with(admin_client, answer)
    assert went_on["Location"] == f"{OFFERS}new/"
    page = admin_client.get(went_on["Location"])
    assert field_value(page, "name") == TYPED["name"]
    assert field_value(page, "nonce") == TYPED["nonce"]
    assert "What you typed is in the form again" in page.content.decode()
    assert not write_calls(sandbox)
    # Once: the next one is empty.
    assert field_value(admin_client.get(went_on["Location"]), "name") in (None, "")


def test_an_edited_record_comes_back_with_what_it_was_opened_on(admin_client, sandbox):
    address = f"{OFFERS}1002/edit/"
    opened = admin_client.get(address)
    original = field_value(opened, "_original")
    end_session(admin_client)
    answer = admin_client.post(address, {"name": "Typed", "_original": original})
    page = admin_client.get(sign_in_with(admin_client, answer)["Location"])
    assert field_value(page, "name") == "Typed"
    assert field_value(page, "_original") == original


def test_a_wrong_password_in_between_loses_nothing(admin_client):
    end_session(admin_client)
    answer = admin_client.post(f"{OFFERS}new/", TYPED)
    wrong = sign_in_with(admin_client, answer, password="wrong")
    page = admin_client.get(sign_in_with(admin_client, wrong)["Location"])
    assert field_value(page, "name") == TYPED["name"]


def test_a_form_in_place_becomes_the_sign_in_page_and_comes_back_on_its_own_page(admin_client):
    end_session(admin_client)
    answer = admin_client.post(f"{OFFERS}1002/events/new/", {"name": "Sale"}, headers=HTMX)
    assert answer.status_code == 200
    assert (answer["HX-Retarget"], answer["HX-Push-Url"].split("?")[0]) == ("body", reverse("account_login"))
    page = admin_client.get(sign_in_with(admin_client, answer)["Location"])
    assert field_value(page, "name") == "Sale"


def test_a_new_export_comes_back_filled(admin_client):
    end_session(admin_client)
    typed = {
        "report": "clicks",
        "integration": "int-eu",
        "start_time": "2026-10-01T00:00:00",
        "recipients": "x@example.com",
    }
    answer = admin_client.post(reverse("exports:create"), {**typed, "columns": ["date", "click_id"]})
    page = admin_client.get(sign_in_with(admin_client, answer)["Location"]).content.decode()
    assert "2026-10-01" in page
    assert "x@example.com" in page


def test_a_selection_comes_back_as_a_plan_and_nothing_is_carried_out(admin_client, sandbox):
    end_session(admin_client)
    start = start_url(registry.named("offers"), {"integrationID": "int-eu"})
    answer = admin_client.post(
        start, {"action": "archive", "id": ["1002", "1003"], "list": "?sort=name", "count": "2"}
    )
    page = Page(admin_client.get(sign_in_with(admin_client, answer)["Location"], follow=True))
    assert "2 offers will be archived" in page.text
    assert {"1002", "1003"} <= set(rows_told(page))
    assert page.way_back == f"{OFFERS}?sort=name"
    assert not write_calls(sandbox)


def test_a_confirmation_of_a_plan_is_not_repeated_after_signing_in(admin_client, sandbox):
    run = (
        Bulk(admin_client, registry.named("offers"), {"integrationID": "int-eu"})
        .plan("deactivate", ["1002"])
        .run
    )
    end_session(admin_client)
    origin = {"Referer": f"http://testserver{run.get_absolute_url()}"}
    answer = admin_client.post(f"{run.get_absolute_url()}run/", {"note": "Over"}, headers=origin)
    went_on = sign_in_with(admin_client, answer)
    assert went_on["Location"] == run.get_absolute_url()
    assert "Nothing was done" in admin_client.get(went_on["Location"]).content.decode()
    run.refresh_from_db()
    assert run.state == State.PLANNED
    assert not write_calls(sandbox)


def test_one_click_is_not_repeated_and_the_page_it_was_made_on_says_so(admin_client, sandbox):
    end_session(admin_client)
    origin = {"Referer": "http://testserver/integrations/int-eu/offers/1002/"}
    answer = admin_client.post(f"{OFFERS}1002/act/", {"action": "deactivate"}, headers=origin)
    went_on = sign_in_with(admin_client, answer)
    assert went_on["Location"] == f"{OFFERS}1002/"
    assert "Nothing was done" in admin_client.get(went_on["Location"]).content.decode()
    assert not write_calls(sandbox)


def test_keys_and_passwords_are_not_kept(admin_client, admin_connection):
    end_session(admin_client)
    answer = admin_client.post(
        f"{OFFERS}new/", {**TYPED, "password": "hunter2-hunter2", "access_token": "tok-123456"}
    )
    for page in (answer, sign_in_with(admin_client, answer)):
        assert "hunter2" not in page.content.decode()
    assert "hunter2" not in str(dict(admin_client.session))
    assert "enter them again" in admin_client.get(f"{OFFERS}new/").content.decode()


def test_another_person_does_not_get_what_was_typed(admin_client, manager_connection):
    end_session(admin_client)
    answer = admin_client.post(f"{OFFERS}new/", TYPED)
    went_on = sign_in_with(admin_client, answer, email="manager@example.com")
    assert went_on["Location"] == "/"
    assert TYPED["name"] not in admin_client.get(f"{OFFERS}new/").content.decode()


@pytest.mark.parametrize(
    "change", [lambda text: text[:-2] + "xx", lambda text: "", lambda text: "{}", lambda text: "a:b:c"]
)
def test_a_forged_form_is_dropped(admin_client, change):
    end_session(admin_client)
    answer = admin_client.post(f"{OFFERS}new/", TYPED)
    kept = field_value(answer, "unsent_form")
    went_on = sign_in_with(admin_client, answer, unsent_form=change(kept))
    assert went_on.status_code == 302
    assert "unsent_form" not in admin_client.session


def test_a_form_too_long_to_be_kept_says_how_not_to_lose_it(admin_client):
    end_session(admin_client)
    answer = admin_client.post(f"{OFFERS}new/", {"name": "x" * MAXIMUM_LENGTH})
    assert "too long to be kept" in answer.content.decode()
    assert len(answer.content) < 20_000


# --- A token that is old ---


@pytest.fixture
def browser(admin, admin_connection):
    """A browser whose forms need their token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    client.get("/account/preferences/")
    return client


def test_a_form_opened_before_signing_in_anew_comes_back_filled(browser, sandbox):
    answer = browser.post(f"{OFFERS}new/", {**TYPED, "csrfmiddlewaretoken": "a" * 64}, headers=SITE)
    assert answer["Location"] == f"{OFFERS}new/"
    page = browser.get(answer["Location"])
    assert field_value(page, "name") == TYPED["name"]
    assert "in another tab" in page.content.decode()
    assert not write_calls(sandbox)


def test_a_form_in_place_with_an_old_token_is_not_thrown_away(browser):
    answer = browser.post(f"{OFFERS}1002/events/new/", {"name": "Sale"}, headers={**HTMX, **SITE})
    assert "HX-Refresh" not in answer.headers
    assert field_value(browser.get(answer["HX-Redirect"]), "name") == "Sale"


def test_a_second_sign_in_tab_goes_on_without_an_error(browser):
    data = {"login": "admin@example.com", "password": PASSWORD, "next": "/connections/"}
    answer = browser.post(reverse("account_login"), data, headers=SITE)
    assert (answer.status_code, answer["Location"]) == (302, "/connections/")


def test_a_sign_in_page_with_an_old_token_asks_once_more_and_keeps_what_waits(db):
    User.objects.create_user("admin@example.com", PASSWORD, role=Role.ADMIN)
    client = Client(enforce_csrf_checks=True)
    data = {"login": "admin@example.com", "password": PASSWORD, "next": "/connections/"}
    answer = client.post(reverse("account_login"), data, headers=SITE)
    assert answer.status_code == 200
    assert "Enter your password once more" in answer.content.decode()
    assert field_value(answer, "next") == "/connections/"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}]
)
def test_a_form_of_another_site_is_refused_and_kept_nowhere(browser, headers):
    answer = browser.post(f"{OFFERS}new/", TYPED, headers=headers)
    assert answer.status_code == 403
    assert "unsent_form" not in browser.session
    assert "Reload" not in answer.content.decode()


@pytest.mark.parametrize("page", ["//evil.example/x", "/\\evil.example/x", "http:///evil.example"])
@pytest.mark.parametrize("name", ["HX-Current-URL", "Referer"])
def test_no_page_that_a_browser_reads_as_another_site_is_gone_on_to(admin, name, page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    said = {"HX-Request": "true", name: f"http://testserver{page}"}
    address = reverse("connections:remove", args=["6f0c1ff6-58c8-4d7b-9b0a-1c2f2f1b8d11"])
    answer = client.post(address, {"csrfmiddlewaretoken": "stale"}, headers={**SITE, **said})
    assert answer["HX-Redirect"] == "/"
    client.logout()
    answer = client.post(address, {"csrfmiddlewaretoken": "stale"}, headers={**SITE, **said})
    assert "evil.example" not in answer.content.decode() + answer["HX-Push-Url"]


def test_the_form_of_a_stranger_with_an_old_token_leads_to_its_page_and_never_to_signing_in(db):
    client = Client(enforce_csrf_checks=True)
    page = reverse("account_reset_password")
    link = reverse("shares:guest_file", args=["A" * 43])
    sent = {"email": "ada@example.com", "csrfmiddlewaretoken": "old"}
    blocking = client.post(page, sent, headers={**SITE, "Referer": f"http://testserver{page}"})
    assert blocking.status_code == 403
    assert "Allow cookies" in blocking.content.decode()
    client.get(page)
    for address in (page, link):
        answer = client.post(address, sent, headers={**SITE, "Referer": f"http://testserver{address}"})
        assert answer["Location"] == address
    assert client.post(link, sent, headers=SITE).status_code == 403
