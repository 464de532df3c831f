"""What is asked for before it is wanted costs one call, and is told to whoever wants it."""

import uuid

import pytest
from django.core.cache import cache

from apps.accounts.models import Role, User
from apps.api.client import PAGE
from apps.audit.descriptions import Origin
from apps.connections.page_activity import note_long_work
from apps.connections.rate_limit_pauses import CachedPauses
from apps.resources import registry
from apps.resources.scope import Scope
from apps.resources.writes.change import Change
from apps.resources.writes.writer import Writer
from tests.support.people import connect
from tests.ui.waiting.conftest import OFFERS

NEXT = f"{OFFERS}?page%5Bnumber%5D=2"
PART = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": f"http://testserver{OFFERS}"}
LINK = {"Referer": f"http://testserver{OFFERS}"}
AHEAD = {**LINK, "X-Ahead": "1"}


def calls(sandbox) -> int:
    return len(sandbox.journal("listOffers"))


def rows_of(answer) -> str:
    return answer.content.decode().split("<tbody", 1)[1].split("</tbody>", 1)[0]


def test_a_page_that_was_asked_for_ahead_is_shown_without_another_call(with_scripts, sandbox):
    ahead = with_scripts.get(NEXT, headers=AHEAD)
    assert (ahead.status_code, ahead.content, ahead.headers.get("X-Ahead")) == (204, b"", None)
    assert with_scripts.get(NEXT, headers=LINK).status_code == 200
    assert calls(sandbox) == 1
    with_scripts.get(NEXT, headers=LINK)
    assert calls(sandbox) == 2, "An answer is shown once."


def test_a_part_that_is_asked_for_ahead_is_given_at_once_and_kept_nowhere(with_scripts, sandbox):
    ahead = with_scripts.get(NEXT, headers={**PART, "X-Ahead": "1"})
    wanted = with_scripts.get(NEXT, headers=PART)
    assert [answer.status_code for answer in (ahead, wanted)] == [200, 200]
    assert ahead["HX-Push-Url"] == wanted["HX-Push-Url"]
    assert ahead["Cache-Control"] == "private, no-store"
    assert rows_of(ahead) == rows_of(wanted)
    assert calls(sandbox) == 2


def test_another_page_is_not_answered_by_it(with_scripts, sandbox):
    with_scripts.get(NEXT, headers=AHEAD)
    with_scripts.get(NEXT, headers={"Referer": f"http://testserver{NEXT}"})
    assert calls(sandbox) == 2


def test_nothing_asked_before_a_change_is_shown_after_it(with_scripts, sandbox):
    with_scripts.get(NEXT, headers=AHEAD)
    with_scripts.post("/preferences/", {"density": "regular"})
    with_scripts.get(NEXT, headers=LINK)
    assert calls(sandbox) == 2


def test_nothing_asked_before_a_change_by_a_job_is_shown_after_it(
    with_scripts, sandbox, admin, admin_connection
):
    with_scripts.get(NEXT, headers=AHEAD)
    offers = registry.named("offers")
    scope = Scope.for_person(admin, offers, {"integrationID": "int-eu"}, profile=PAGE, seconds=10)
    job = Writer(scope, admin, Origin.job("bulk", uuid.uuid4()))
    job.apply(job.plan([Change("offers", scope.list_path, "1001", {"name": "Renamed by a run"})]))
    sandbox.application.journal.clear()
    with_scripts.get(NEXT, headers=LINK)
    assert calls(sandbox) == 1


def test_what_was_asked_ahead_for_another_role_is_not_shown(with_scripts, sandbox, admin):
    with_scripts.get(OFFERS, headers={"X-Ahead": "1"})
    User.objects.filter(pk=admin.pk).update(role=Role.VIEWER)
    page = with_scripts.get(OFFERS).content.decode()
    assert calls(sandbox) == 2
    assert "New offer" not in page


def test_what_was_read_ahead_with_a_key_that_is_gone_is_not_shown(with_scripts, sandbox, admin_connection):
    with_scripts.get(NEXT, headers=AHEAD)
    connect(admin_connection.owner, admin_connection.service, sandbox.manager_key)
    with_scripts.get(NEXT, headers=LINK)
    assert calls(sandbox) == 2


def test_what_was_asked_ahead_is_nobodys_after_signing_out(
    with_scripts, sandbox, admin, manager, manager_connection
):
    with_scripts.get(NEXT, headers=AHEAD)
    with_scripts.logout()
    assert "/account/login/" in with_scripts.get(NEXT, headers=LINK)["Location"]
    for number, person in enumerate((manager, admin), start=2):
        with_scripts.force_login(person)
        with_scripts.cookies["scripts"] = "1"
        with_scripts.get(NEXT, headers=LINK)
        assert calls(sandbox) == number


@pytest.mark.parametrize("link", [LINK, PART], ids=["page", "part"])
@pytest.mark.parametrize("reason", ["paused", "long work", "saves data", "slow"])
def test_it_is_refused_while_it_would_cost_somebody_something(
    with_scripts, sandbox, admin, admin_connection, reason, link
):
    headers = {**link, "X-Ahead": "1"}
    if reason == "paused":
        CachedPauses().begin(admin_connection.key_name, 0.01)
    elif reason == "long work":
        note_long_work(admin_connection.key_name)
    elif reason == "saves data":
        headers["Save-Data"] = "on"
    else:
        cache.set(f"slow-pages:{admin.pk}", True, 60)
    answer = with_scripts.get(NEXT, headers=headers)
    assert (answer.status_code, answer["X-Ahead"]) == (204, "no")
    assert calls(sandbox) == 0


@pytest.mark.parametrize("link", [LINK, PART], ids=["page", "part"])
def test_a_failure_is_told_when_it_is_wanted(with_scripts, sandbox, link):
    sandbox.faults({"kind": "status", "operation": "listOffers", "status": 403})
    assert with_scripts.get(NEXT, headers={**link, "X-Ahead": "1"})["X-Ahead"] == "no"
    assert with_scripts.get(NEXT, headers=link).status_code == 200


@pytest.mark.parametrize(("milliseconds", "said"), [(50, "no"), (60_000, None)])
def test_after_a_page_that_was_slow_by_the_setting_nothing_is_asked_for_ahead(
    with_scripts, sandbox, settings, milliseconds, said
):
    settings.SLOW_PAGE_MILLISECONDS = milliseconds
    sandbox.latency(200)
    with_scripts.get(NEXT, headers=AHEAD)
    assert with_scripts.get(OFFERS, headers=AHEAD).headers.get("X-Ahead") == said
