"""What browsers report of the policy is counted by kind; nothing of a report gets anywhere."""

import json
import logging
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts.sessions.life import USED_AT
from integr8admin.browser_security import csp_reports
from integr8admin.browser_security.headers import REPORTS_PATH
from integr8admin.serving.limits import most_body_bytes

pytestmark = pytest.mark.django_db
CANARY = "canary-4711"


def old_form(**changed: object) -> dict[str, object]:
    """A report as browsers without `report-to` send it."""
    body = {
        "document-uri": f"https://testserver/account/login/?next=/{CANARY}",
        "effective-directive": "script-src-elem",
        "blocked-uri": f"https://evil.example/{CANARY}.js",
        "script-sample": CANARY,
    }
    return {"csp-report": body | changed}


def new_form(**changed: object) -> list[dict[str, object]]:
    """The reports of the Reporting API."""
    body = {
        "documentURL": f"https://testserver/account/login/?next=/{CANARY}",
        "effectiveDirective": "script-src-elem",
        "blockedURL": f"https://evil.example/{CANARY}.js",
        "sample": CANARY,
    }
    return [{"type": "csp-violation", "url": CANARY, "user_agent": CANARY, "body": body | changed}]


def sent(said: object, content_type: str = csp_reports.OLD_FORM, client: Client | None = None, **more: Any):
    """The answer to a report."""
    text = said if isinstance(said, str) else json.dumps(said)
    return (client or Client(enforce_csrf_checks=True)).post(REPORTS_PATH, text, content_type, **more)


def lines(caplog) -> list[str]:
    """What was logged of reports."""
    return [record.getMessage() for record in caplog.records if record.name == csp_reports.__name__]


@pytest.mark.parametrize(
    ("said", "form"), [(old_form(), csp_reports.OLD_FORM), (new_form(), csp_reports.NEW_FORM)]
)
def test_both_forms_are_taken_from_anybody_and_logged_in_our_own_words(caplog, said, form):
    answer = sent(said, form)
    assert (answer.status_code, answer.content) == (204, b"")
    assert lines(caplog) == [
        "Browsers report that the policy refused script-src-elem from another site on account_login:"
        " 1 within a day so far"
    ]
    assert CANARY not in caplog.text


def test_a_kind_is_logged_once_and_then_by_powers_of_ten(caplog):
    for number in range(120):
        cache.delete("csp-reports:127.0.0.1")
        assert sent(old_form()).status_code == 204, number
    assert [line.split(":")[1].split()[0] for line in lines(caplog)] == ["1", "10", "100"]


@pytest.mark.parametrize("value", ["x\r\n2026-11-30 ERROR forged", CANARY * 500, ["a"], {"a": 1}, None, 7])
@pytest.mark.parametrize("name", ["document-uri", "effective-directive", "blocked-uri"])
def test_no_word_of_a_report_reaches_the_log(caplog, name, value):
    assert sent(old_form(**{name: value})).status_code == 204
    (line,) = lines(caplog)
    assert CANARY not in line
    assert "\n" not in line
    assert "forged" not in line


@pytest.mark.parametrize(
    ("blocked", "word"),
    [
        ("inline", "inline"),
        ("eval", "eval"),
        ("data", "data"),
        ("https://testserver/static/a.js", "this site"),
        ("https://evil.example:8443/a.js", "another site"),
        ("chrome-extension://abc/a.js", "a browser's extension"),
        ("http://[", "no address"),
        ("", "no address"),
    ],
)
def test_what_was_refused_is_one_of_few_words(caplog, blocked, word):
    sent(old_form(**{"blocked-uri": blocked}))
    assert f" from {word} on " in lines(caplog)[0]


def test_the_page_is_named_by_its_route_so_that_no_link_gets_into_the_log(caplog):
    sent(old_form(**{"document-uri": f"https://testserver/shared/{CANARY}/"}))
    sent(old_form(**{"document-uri": "https://testserver/nothing/of/ours/"}))
    assert [line.split(" on ")[1].partition(": ")[0] for line in lines(caplog)] == [
        "shares:guest",
        "no page of this site",
    ]


@pytest.mark.parametrize("body", [" ", "{", "[" * 60_000, "\x00", "NaN", '"text"', "[1, null]", "{}"])
@pytest.mark.parametrize("form", [csp_reports.OLD_FORM, csp_reports.NEW_FORM])
def test_what_is_no_report_logs_nothing(caplog, body, form):
    assert sent(body, form).status_code in (204, 400)
    assert lines(caplog) == []


@pytest.mark.parametrize("form", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_other_types_are_refused(form):
    assert sent(old_form(), form).status_code == 415


def test_it_answers_no_other_method():
    assert Client().get(REPORTS_PATH).status_code == 405


def test_a_network_sends_few_a_minute_and_takes_nobody_else_s_place():
    statuses = [
        sent(old_form(), REMOTE_ADDR="192.0.2.1").status_code
        for _ in range(csp_reports.MOST_OF_A_NETWORK + 2)
    ]
    assert statuses == [204] * csp_reports.MOST_OF_A_NETWORK + [429, 429]
    assert sent(old_form(), REMOTE_ADDR="192.0.2.1")["Retry-After"] == "60"
    assert sent(old_form(), REMOTE_ADDR="192.0.2.2").status_code == 204


def test_all_networks_together_are_limited():
    cache.set("csp-reports", csp_reports.MOST_OF_ALL, 60)
    assert sent(old_form()).status_code == 429


def test_of_one_request_few_reports_are_looked_at(caplog):
    many = [
        one
        for number in range(100)
        for one in new_form(effectiveDirective="img-src", blockedURL=f"s{number}:")
    ]
    sent(many, csp_reports.NEW_FORM)
    assert cache.get("csp-report:img-src|no_address|account_login") == csp_reports.MOST_IN_ONE


def test_a_body_is_small():
    assert most_body_bytes(REPORTS_PATH, 2_000_000) == 65_536
    large = old_form(**{"script-sample": "x" * 70_000})
    assert sent(large).status_code == 413


@pytest.mark.parametrize("form", [csp_reports.OLD_FORM, csp_reports.NEW_FORM])
def test_a_page_left_alone_does_not_keep_its_session_by_reports(
    admin_client, django_assert_max_num_queries, form
):
    session = admin_client.session
    session[USED_AT] = used_at = int(time.time()) - 600
    session.save()
    # Who is signed in is read as for every request; nothing is written.
    with django_assert_max_num_queries(2):
        answer = sent([], form, client=admin_client)
    assert answer.cookies == {}
    assert admin_client.session[USED_AT] == used_at


def test_pages_say_where_reports_go():
    answer = Client().get("/account/login/")
    assert answer["Reporting-Endpoints"] == f'csp="{REPORTS_PATH}"'
    assert f"report-uri {REPORTS_PATH}" in answer["Content-Security-Policy"]
    assert "report-to csp" in answer["Content-Security-Policy"]


def test_reports_are_logged_as_warnings(caplog):
    sent(old_form())
    assert {record.levelno for record in caplog.records if record.name == csp_reports.__name__} == {
        logging.WARNING
    }
