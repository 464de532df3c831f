"""Everybody at every address by every method: no 2xx that no rule explains, nothing of the other organisation.

What the admin's organisation has is marked, in each kind of thing that is stored, and its records are known by name.
"""

import logging
import re
import uuid
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.bulk.imports.models import ImportFile
from apps.bulk.models import BulkRow, BulkRun
from apps.connections.models import Connection
from apps.exports.models import ExportRequest
from apps.look_inside.models import PreparedTable, SavedAnalysis
from apps.notifications.models import Notification
from apps.resources import registry
from apps.saved_views.models import SavedView
from apps.shares.models import Share
from apps.shortcuts.models import Star
from apps.shortcuts.recents import note_recent
from apps.shortcuts.record_link import RecordLink
from tests.architecture.routes import METHODS, RULES, Route, is_of_resource, rule_of
from tests.resources.every.places import known_ids
from tests.support.people import signed_in
from tests.support.two_organisations import (
    EVERYTHING_TYPED,
    FRAGMENT,
    ROUTES,
    address_of,
    auditor,
    colleague,
    colleague_admin,
    foreign_auditor,
    may_ask,
    plain_address,
    stranger,
    stranger_manager,
    stranger_viewer,
    viewer,
)

pytestmark = pytest.mark.django_db

#: Both organisations in each role.
OF_THE_ORGANISATION = {
    "viewer": viewer,
    "colleague": colleague,
    "colleague admin": colleague_admin,
    "auditor": auditor,
}
OF_THE_OTHER = {
    "foreign viewer": stranger_viewer,
    "foreign manager": stranger_manager,
    "foreign admin": stranger,
    "foreign auditor": foreign_auditor,
}
MARK = "mark-of-the-main-organisation"
#: What an admin may see and end of colleagues.
OVERSEEN = (("share",), ("run",))
#: The log of what happened to the site itself, which whoever sees people may read.
ABOUT_THE_SITE = ("changes:product", "changes:product_file")
#: Parameters of addresses that are open to anybody, and of nothing there is.
OF_NOTHING = {"key": "some-key", "name": "some-mail", "uidb36": "1", "format_name": "csv"}


@pytest.fixture
def marked(things, waiting, entry, admin, admin_connection, service) -> dict[str, Any]:
    """The admin's things, with the mark in each, and further ones for the organisation."""
    ExportRequest.objects.update(integration_label=MARK, message=MARK)
    BulkRun.objects.update(message=MARK)
    BulkRow.objects.update(title=MARK, reason=MARK)
    ImportFile.objects.update(name=MARK)
    Notification.objects.update(title=MARK, text=MARK)
    Share.objects.update(note=MARK)
    PreparedTable.objects.update(message=MARK)
    SavedView.objects.create(
        owner=admin, service=service, list_name="offers", name=MARK, organisation="org-main"
    )
    SavedAnalysis.objects.create(owner=admin, report="conversions", name=MARK, query="")
    link = RecordLink.seen_through(admin_connection, kind="Offer", title=MARK, url="/integrations/int-eu/")
    Star.objects.create(owner=admin, **link.values())
    note_recent(admin, link)
    Connection.objects.filter(pk=admin_connection.pk).update(state_message=MARK)
    return {**things, "entry": entry}


class Secrets:
    """What is the main organisation's alone: the marks, its admin, and the names and secrets of its records.

    Who has an account is the site's: whoever's role opens such pages reads all names there.
    """

    def __init__(self, sandbox) -> None:
        store = sandbox.application.store
        texts: dict[bool, set[str]] = {True: set(), False: set()}
        for place in list(store._records):
            for record in store.records(place):
                named = (record.get(name) for name in ("name", "email", "title", "_file"))
                texts[place[0] == "org-main"] |= {text for text in named if isinstance(text, str)}
        known = sorted(text for text in texts[True] - texts[False] if len(text) > 5 and "@" not in text)
        assert len(known) > 100
        self._of_records = _pattern([MARK, *known])
        self._of_people = _pattern(["admin@example.com", "Ada Admin"])

    def told_by(self, route: Route, told: bytes) -> bytes:
        """The first of them that an answer of the address holds; b"" for none."""
        rule = rule_of(route.name)
        is_of_site = (rule and rule.kind == "site") or route.name in ABOUT_THE_SITE
        found = self._of_records.search(told) or (not is_of_site and self._of_people.search(told))
        return found[0] if found else b""


def _pattern(texts: list[str]) -> re.Pattern[bytes]:
    """Any of the texts, by their first letters: so each place of an answer is held against a few of them alone."""
    groups = groupby(sorted(texts), key=lambda text: text[0])
    choices = ((re.escape(first), "|".join(re.escape(text[1:]) for text in same)) for first, same in groups)
    return re.compile("|".join(f"{first}(?:{rest})" for first, rest in choices).encode())


def matrix_address(route: Route, marked, service, sandbox) -> str:
    """The address of what the admin's organisation has."""
    rule = rule_of(route.name)
    assert rule
    if is_of_resource(route.name):
        name = route.name.partition(":")[0]
        resource = registry.by_name(name) or registry.named("offers")
        above = known_ids(1)
        arguments = {**above, "record_id": "1001", "field": "advertiser_id", "child": "offer_events"}
        place = {one: above[one] for one in resource.path_parameters}
        kind = sandbox.application.contract.kind_of(resource.tag)
        records = sandbox.application.store.records(("org-main", kind, "/".join(place.values())))
        arguments["record_id"] = str(records[0]["id"])
        return reverse(route.name, kwargs={one: arguments[one] for one in route.parameters})
    if rule.kind == "person":
        return plain_address(route, service)
    if rule.kind == "site":
        return reverse(route.name, args=[uuid.UUID(int=1)] * len(route.parameters))
    if rule.kind == "organisation":
        return reverse(route.name, args=[marked["entry"].pk])
    if rule.kind == "anybody":
        known = {one: OF_NOTHING.get(one, uuid.UUID(int=1)) for one in route.parameters}
        return reverse(route.name, kwargs=known)
    return address_of(route, marked, service, sandbox)


def answers(client: Client, address: str) -> Iterator[tuple[str, str, Any]]:
    """Method, how it was asked, and the answer."""
    for method in METHODS:
        if method == "POST":
            yield method, "typed", client.post(address, EVERYTHING_TYPED)
        else:
            yield method, "", client.generic(method, address)
    yield "GET", "fragment", client.get(address, headers=FRAGMENT)


def is_explained(person: User | None, who: str, route: Route, method: str) -> bool:
    """Whether such a person may be answered with 2xx there."""
    rule = rule_of(route.name)
    assert rule
    if rule.kind == "anybody":
        return True
    if person is None or not may_ask(person, route, method):
        return False
    if rule.kind == "own":
        return who == "colleague admin" and RULES[route.name].names in OVERSEEN
    return rule.kind != "organisation" or who in OF_THE_ORGANISATION


def client_of(person: User | None) -> Client:
    """Requests of the person; of nobody without one."""
    return signed_in(person) if person else Client()


@pytest.fixture
def _quiet():
    """Each refusal is logged with where it was raised: thousands of them cost more than the answers."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize("who", ["nobody", *OF_THE_ORGANISATION, *OF_THE_OTHER])
def test_nobody_gets_an_answer_that_is_not_theirs(marked, service, sandbox, who):
    person = None if who == "nobody" else {**OF_THE_ORGANISATION, **OF_THE_OTHER}[who](service, sandbox)
    secrets = None if who in OF_THE_ORGANISATION else Secrets(sandbox)
    client, counted = client_of(person), 0
    for route in ROUTES.values():
        address = matrix_address(route, marked, service, sandbox)
        session = client.cookies.output(header="", sep="")
        for method, way, answer in answers(client, address):
            where = (route.name, method, way, answer.status_code)
            counted += 1
            assert answer.status_code < 500 or answer.status_code in (502, 503, 504), where
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            # Which methods an address knows is no secret, nor is the way to the sign-in page.
            is_answered = 200 <= answer.status_code < 300 and content and "HX-Redirect" not in answer
            assert not is_answered or is_explained(person, who, route, method), where
            if secrets:
                told = content + str(dict(answer.headers)).encode()
                assert secrets.told_by(route, told) == b"", where
        if client.cookies.output(header="", sep="") != session:
            # Something ended the session: nobody else's answers are looked at from here on.
            client = client_of(person)
    assert counted == len(ROUTES) * (len(METHODS) + 1)
