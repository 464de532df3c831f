"""No page that somebody can open leads to, or sends to, what their role does not let them do: every link is read."""

import re
import uuid
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from apps.accounts.models import Role, User
from apps.accounts.policy import Capability, may
from apps.accounts.routes import access_of
from apps.connections.models import Connection, Service
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.exports.states import State
from apps.resources import registry
from apps.sandbox.token import api
from tests.architecture.templates.test_template_attributes import TEMPLATES
from tests.conversions.conftest import connect as connect_token
from tests.exports.conftest import spec_of
from tests.resources.every.places import PLACE
from tests.resources.pages import Page
from tests.schedules.conftest import new_schedule
from tests.shares.conftest import make_link
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db

DONE, FAILED = "exp-000008", "exp-000003"
#: So many pages of one address pattern are opened: they differ by record and state.
MOST_OF_A_KIND = 2
#: These give a file, or end the session.
NOT_OPENED = {
    "exports:download",
    "exports:remote_download",
    "look_inside:file",
    "look_inside:figures",
    "conversions:file",
    "changes:file",
    "changes:workbook",
    "account_logout",
}
#: Sentences that tell somebody to change something, or to ask for a file.
INSTRUCTIONS = re.compile(r"ask (for it )?again|shorter range\b|halves|by editing|to somebody else", re.I)
#: Attributes that hold an address which is asked for by GET.
ASKED = ("href", "hx-get", "data-lookup", "data-close")


@dataclass(frozen=True)
class Way:
    """Where a page leads or sends to."""

    method: str
    address: str

    def is_open_to(self, person: User) -> bool:
        """Whether the person may go there."""
        capability = access_of(resolve(urlsplit(self.address).path).func).capability_for(self.method)
        return capability is not None and may(person, capability)


def ways_on(page: Page) -> Iterator[Way]:
    """Every link, form and request of HTMX of a page, within the site."""
    here = page.response.request["PATH_INFO"]
    found = []
    of_a_row = {id(element) for menu in page.all("template", id="row-menu") for element in menu.inner}
    records = [a["href"] for head in page.all("th", scope="row") for a in head.inner if a["href"]][:1]
    methods = {form["id"]: form["method"] for form in page.all("form") if form["id"]}
    for form in page.all("form"):
        found.append((form["method"], form["action"] or here))
        inside = [element for element in form.inner if element["formaction"]]
        found += [(form["method"], element["formaction"]) for element in inside]
    for element in page.elements:
        asked = [("get", element[name]) for name in ASKED if element[name]]
        asked += [("post", element["hx-post"])] if element["hx-post"] else []
        if element["form"] and element["formaction"]:
            asked.append((methods.get(element["form"]) or "post", element["formaction"]))
        if id(element) in of_a_row:
            # The menu that a script gives each row: its addresses are relative to the row's record.
            asked = [(method, urljoin(record, address)) for method, address in asked for record in records]
        found += asked
    for method, address in found:
        whole = urlsplit(urljoin(f"http://testserver{here}", address))
        if whole.netloc == "testserver" and not whole.path.startswith("/static/"):
            yield Way(method.upper() or "GET", whole._replace(scheme="", netloc="", fragment="").geturl())


def closed_ways(page: Page, person: User) -> list[Way]:
    """Where the page leads, or sends to, although the person may not."""
    return [way for way in ways_on(page) if not way.is_open_to(person)]


def crawl(client: Client, person: User, seeds: list[str]) -> Counter[str]:
    """Open some pages of each kind that can be come to; how many of each. No page may lead to what is closed."""
    waiting, seen, opened = deque(seeds), set(seeds), Counter[str]()
    while waiting:
        address = waiting.popleft()
        name = resolve(urlsplit(address).path).view_name
        if opened[name] >= MOST_OF_A_KIND or name in NOT_OPENED:
            continue
        response = client.get(address, follow=True, headers={"Host": "testserver"})
        if response.get("Content-Disposition"):
            continue
        opened[name] += 1
        assert response.status_code not in (403, 405, 500), (address, response.status_code)
        page = Page(response)
        assert closed_ways(page, person) == [], address
        if not may(person, Capability.EDIT):
            assert INSTRUCTIONS.findall(response.content.decode()) == [], address
        for way in ways_on(page):
            if way.method == "GET" and way.address not in seen:
                seen.add(way.address)
                waiting.append(way.address)
    return opened


@pytest.fixture
def token_service(db, sandbox) -> Service:
    """The sandbox's token API as a registered service."""
    return Service.objects.create(
        name="Token API", kind=Service.Kind.TOKEN, base_url=sandbox.origin + api.BASE_PATH
    )


@pytest.fixture
def seeds(service, sandbox) -> list[str]:
    """Pages that nothing but a certain state leads to."""
    at_api = [service.pk, DONE]
    return [
        reverse("home"),
        reverse("exports:remote", args=at_api),
        reverse("exports:remote", args=[service.pk, FAILED]),
        reverse("look_inside:open", args=at_api),
        reverse("reports:table", args=["conversions"]) + "?range=custom&start_time=2026-01-01 00:00:00",
        reverse("search") + "?q=1001",
        reverse("trace"),
        reverse("conversions:list"),
        reverse("exports:list") + "?filter[status]=nothing",
        *(resource.url("list", PLACE) for resource in registry.resources()),
        *(f"{resource.url('list', PLACE)}?filter[id]=nothing" for resource in registry.resources()),
    ]


def person_with_things(role: Role, service: Service, token_service: Service, sandbox) -> User:
    """Somebody who had everything an account manager may have, and has another role since."""
    person = User.objects.create_user("crawler@example.com", PASSWORD, role=Role.MANAGER)
    own = connect(person, service, f"{sandbox.admin_key}.5")
    connect_token(person, token_service)
    make_link(signed_in(person), reverse("shares:manage", args=[service.pk, DONE]))
    new_schedule(person, service)
    for number, state in enumerate((State.QUEUED, State.READY, State.NEEDS_ATTENTION, State.FAILED)):
        export_in(state, person, own, number)
    User.objects.filter(pk=person.pk).update(role=role)
    person.refresh_from_db()
    return person


def export_in(state: State, person: User, own: Connection, number: int) -> None:
    """An export of the person in that state."""
    start = f"2026-11-0{number + 1} 00:00:00"
    export = request_export(person, own, spec_of(start_time=start), uuid.uuid4())[0]
    candidates = [{"id": DONE, "range": "a day"}] if state == State.NEEDS_ATTENTION else []
    ExportRequest.objects.filter(pk=export.pk).update(
        state=state, remote_id=DONE if state == State.READY else "", candidates=candidates
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_no_page_leads_to_what_the_role_does_not_allow(
    role,
    service,
    token_service,
    sandbox,
    seeds,
):
    person = person_with_things(role, service, token_service, sandbox)
    seeds += [export.get_absolute_url() for export in ExportRequest.objects.filter(owner=person)]
    opened = crawl(signed_in(person), person, seeds)
    read = {"home", "search", "trace", "reports:table", "exports:list", "exports:detail", "exports:remote"}
    read |= {
        "look_inside:open",
        "conversions:list",
        "connections:list",
        "accounts:preferences",
        "changes:list",
    }
    read |= {f"{resource.name}:{page}" for resource in registry.resources() for page in ("list", "detail")}
    assert read - set(opened) == set()
    written = {"offers:create", "offers:edit", "offers:archive", "offers:duplicate"}
    written |= {"exports:create", "shares:manage", "shares:list", "schedules:create", "schedules:detail"}
    assert written & set(opened) == (written if may(person, Capability.EDIT) else set())
    assert "connections:services" not in opened


@pytest.mark.parametrize(
    ("address", "role", "closed"),
    [
        ("/integrations/int-eu/offers/", Role.MANAGER, {"POST start"}),
        ("/integrations/int-eu/offers/", Role.VIEWER, {"POST start", "GET create"}),
        (
            "/integrations/int-eu/offers/1001/",
            Role.VIEWER,
            {"GET edit", "GET archive", "POST act", "GET duplicate"},
        ),
    ],
)
def test_the_search_for_closed_ways_finds_those_of_an_admins_page(admin_client, address, role, closed):
    page = Page(admin_client.get(address))
    found = closed_ways(page, User(role=role))
    names = {f"{way.method} {resolve(urlsplit(way.address).path).url_name}" for way in found}
    assert closed <= names
    assert not any(way.method == "GET" and way.address == address for way in found)


def test_templates_ask_for_capabilities_that_there_are():
    """A name that is none is false for everybody: what it stands before would be absent without a word."""
    asked = {name for text in TEMPLATES.values() for name in re.findall(r"\bmay\.(\w+)", text)}
    assert asked
    assert asked <= {one.value for one in Capability}
