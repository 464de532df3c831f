"""Every page around signing in is one of ours."""

import re

import pytest
from django.urls import NoReverseMatch, reverse

from apps.accounts.models import User
from apps.accounts.sign_in import urls
from tests.resources.pages import Page

pytestmark = pytest.mark.django_db
ARGUMENTS = {"account_reset_password_from_key": {"uidb36": "abc", "key": "set-password"}}
HELP_TEXT = re.compile(r'<p class="field-help".*?</p>', re.DOTALL)
NAMES = [pattern.name for pattern in urls.urlpatterns]


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_each_page_is_in_the_sites_own_frame(client, name, signed_in):
    person = User.objects.create_user("mia@example.com", "a long enough password")
    if name == "account_set_password":
        person.set_unusable_password()
        person.save()
    if signed_in:
        client.force_login(person)
    page = client.get(reverse(name, kwargs=ARGUMENTS.get(name)), follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert "css/base.css" in text
    assert text.count("<h1>") == 1
    assert not [help_text for help_text in HELP_TEXT.findall(text) if "<ul" in help_text]


@pytest.mark.parametrize(
    "name",
    [
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    ],
)
def test_what_a_signed_in_person_fills_in_stands_on_a_card(client, name):
    client.force_login(User.objects.create_user("mia@example.com", "a long enough password"))
    page = Page(client.get(reverse(name), follow=True))
    assert [one for one in page.elements if {"card", "form"} <= set(one["class"].split())]


@pytest.mark.parametrize("name", ["account_email", "account_request_login_code"])
def test_pages_that_are_not_meant_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_cursor_is_in_the_first_box_and_what_it_is_for_is_said_once(client, name, signed_in):
    person = User.objects.create_user("mia@example.com", "a long enough password")
    if name == "account_set_password":
        person.set_unusable_password()
        person.save()
    if signed_in:
        client.force_login(person)
    page = Page(client.get(reverse(name, kwargs=ARGUMENTS.get(name)), follow=True))
    [main] = page.all("main")
    boxes = [
        one
        for one in main.inner
        if one.tag == "input" and one["type"] in ("text", "email", "password", "tel") and not one["readonly"]
    ]
    assert [box["name"] for box in boxes if "autofocus" in box.attributes] == [
        box["name"] for box in boxes[:1]
    ]
    assert [box["name"] for box in boxes if box["placeholder"]] == []
    labels = [label.text for label in main.inner if label.tag == "label"]
    assert [label for label in labels if label[1:] != label[1:].lower()] == []
