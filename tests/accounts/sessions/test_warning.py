"""Some minutes before a session ends the open page says so, and using it puts the end off (WCAG 2.2.1)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.sessions.warning import SHOWN
from tests.accounts.sessions.conftest import is_signed_in, sign_in, turn_back

HOUR = 3600


@pytest.fixture
def browser(person):
    return sign_in(person)


def bell(client, is_shown=False, **headers):
    """What the bell of an open page is told, which nobody used since it asked last."""
    asked = {"HX-Request": "true", "X-Background": "1", **headers}
    return client.get(reverse("notifications:unread"), {SHOWN: "1"} if is_shown else {}, headers=asked)


@pytest.mark.parametrize(
    ("minutes", "unused", "is_told"),
    [(60, 49, False), (60, 51, True), (8, 5.5, False), (8, 6.5, True), (1, 0.1, True), (0, 600, False)],
)
def test_it_is_told_some_minutes_before(browser, settings, minutes, unused, is_told):
    settings.SESSION_IDLE_MINUTES = minutes
    turn_back(browser, used_at=int(unused * 60))
    answer = bell(browser)
    assert answer.status_code == (200 if is_told else 204)
    if is_told:
        words = answer.content.decode()
        assert re.search(r"You will be signed out at \d\d:\d\d, as this site was not used", words)
        assert 'hx-swap-oob="innerHTML:#alert"' in words
        assert f'hx-get="{reverse("accounts:stay_signed_in")}"' in words


def test_being_told_puts_nothing_off_and_is_told_once(browser):
    turn_back(browser, used_at=3200)
    used_at = browser.session["used_at"]
    assert bell(browser).status_code == 200
    assert bell(browser, is_shown=True).status_code == 204
    assert browser.session["used_at"] == used_at
    turn_back(browser, used_at=3601)
    assert bell(browser, is_shown=True).status_code == 204
    assert not is_signed_in(browser)


def test_staying_signed_in_puts_the_end_off_and_takes_the_words_back(browser):
    turn_back(browser, used_at=3500)
    assert browser.get(reverse("accounts:stay_signed_in"), headers={"HX-Request": "true"}).status_code == 204
    assert bell(browser, is_shown=True).content.decode().strip() == (
        '<div id="session-end" hx-swap-oob="delete"></div>'
    )
    assert bell(browser).status_code == 204


def test_typing_at_the_page_does_so_too(browser):
    turn_back(browser, used_at=3500)
    answer = browser.get(reverse("notifications:unread"), {SHOWN: "1"}, headers={"HX-Request": "true"})
    assert "delete" in answer.content.decode()


def test_whoever_wants_to_stay_too_late_is_led_to_signing_in(browser):
    turn_back(browser, used_at=3601)
    answer = browser.get(
        reverse("accounts:stay_signed_in"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/offers/"},
    )
    assert answer["HX-Redirect"].startswith(reverse("account_login"))
    assert "ended=1" in answer["HX-Redirect"]


def test_the_end_of_the_day_is_told_and_cannot_be_put_off(browser, person):
    person.time_zone = "Asia/Tokyo"
    person.save()
    turn_back(browser, signed_in_at=12 * HOUR - 300)
    words = bell(browser).content.decode()
    assert "12 hours after you signed in. Send what you typed before." in words
    assert "Stay signed in" not in words


def test_nobody_who_is_signed_out_is_told_anything(db):
    assert bell(Client()).status_code == 204
    assert bell(Client(), is_shown=True).status_code == 204
