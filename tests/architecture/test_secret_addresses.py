"""No address of the site that opens something by a secret in it stands in a log."""

import secrets

import pytest
from django.urls import reverse

from apps.api.redaction import redact
from tests.architecture.routes import Route, routes, rule_of

#: What opens without signing in and has a parameter opens by that parameter alone.
OPENED_BY_ADDRESS = [
    route
    for route in routes()
    if route.parameters and (rule := rule_of(route.name)) and rule.kind == "anybody"
]


def test_guests_and_resets_are_among_them():
    names = {route.name for route in OPENED_BY_ADDRESS}
    assert {"shares:guest", "shares:guest_file", "account_reset_password_from_key"} <= names


@pytest.mark.parametrize(
    "route", [r for r in OPENED_BY_ADDRESS if not r.name.startswith("mail:")], ids=lambda r: r.name
)
def test_what_opens_without_signing_in_is_cut_out_of_the_log(route: Route):
    secret = secrets.token_urlsafe(32)
    arguments = {name: "2k4h" if name == "uidb36" else secret for name in route.parameters}
    path = reverse(route.name, kwargs=arguments)
    for line in (
        f"Not Found: {path}",
        f"GET {path}?x=1 HTTP/1.1",
        f"https://desk.example.com{path}",
        f"next={path}",
    ):
        assert secret not in redact(line)
