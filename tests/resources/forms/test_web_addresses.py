"""Which texts are web addresses and email addresses, and that every form and field of the contract keeps to it."""

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.resources.forms.web_addresses import (
    is_for_address,
    is_for_email,
    problem_with_address,
    problem_with_email,
)

NO_ADDRESSES = (
    "javascript:alert(1)",
    "JaVa\tScript:alert(1)",
    "data:text/html,<b>x</b>",
    "vbscript:x",
    "file:///etc/passwd",
    "//example.com/x",
    "http:evil",
    "https:///evil",
    "https://",
    "https:\\\\example.com",
    "https://example.com\\@evil.example",
    "https://user:word@example.com/",
    "https://example.com@evil.example/",
    "http://[broken",
    "https://example.com:port/",
    "https://exam ple.com/",
    "https://example.com/a b",
    "https://exam\u200bple.com/",
    "example.com",
    "mailto:a@example.com",
    "https://<b>/",
)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_no_browser_may_be_sent_to_is_no_web_address(text):
    assert problem_with_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com",
        "HTTP://EXAMPLE.com:8080/a?b=c#d",
        "https://example.com/?c={transaction_id}&s=[sub]&x=##X##&p=%X%&q=$x$",
        "https://{domain}/x",
        "https://münchen.example/ä",
        "https://example.com/@name?mail=a@example.com",
        "http://[::1]/",
    ],
)
def test_addresses_with_macros_and_letters_of_all_kinds_are_web_addresses(text):
    assert problem_with_address(text) == ""


def test_an_email_address_is_one():
    assert (
        problem_with_email("nope")
        and problem_with_email("a@b")
        and problem_with_email("a@example.com, b@x.yz")
    )
    assert problem_with_email("a.b+c@example.co.uk") == ""


FIELDS = [
    (resource, role, name)
    for resource in registry.resources()
    for role in ("create", "update")
    for name, field in builtin_contract().for_tag(resource.tag)[role].body_fields.items()
    if is_for_address(field) or is_for_email(field)
]


def test_the_contracts_fields_for_addresses_are_found():
    names = {name for _, _, name in FIELDS}
    assert names == {
        *(
            "fallback_url",
            "impression_forwarding_url",
            "parallel_tracking_url",
            "redirect_url",
            "preview_url",
        ),
        *("website", "email"),
    }


@pytest.mark.parametrize(("resource", "role", "name"), FIELDS)
def test_no_form_takes_what_is_no_address_and_each_keeps_what_was_there(resource, role, name):
    operation = builtin_contract().for_tag(resource.tag)[role]
    for text in ("nope", "javascript:alert(1)", "a b"):
        form = resource.form_class({name: text}, operation=operation)
        assert name in form.errors, text
    kept = resource.form_class({name: "nope"}, operation=operation, original={name: "nope"})
    assert name not in kept.errors
