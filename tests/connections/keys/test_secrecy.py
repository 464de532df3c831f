"""A key is seen once, when it is typed: nothing that is shown, logged, mailed or stored holds it."""

import base64
import io
import sys
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import connection as database
from django.urls import reverse
from django.views.debug import ExceptionReporter

from apps.connections.keys import check
from apps.connections.models import Connection, Service
from apps.connections.views import keys
from apps.encryption import ring
from tests.support.people import signed_in

CANARY = "canary-7f3a91/+c0ffee=d15ea5e"
FORMS = [
    CANARY,
    CANARY[:12],
    quote(CANARY, safe=""),
    base64.b64encode(CANARY.encode()).decode().rstrip("="),
    CANARY.encode().hex(),
    repr(CANARY.encode()),
]

pytestmark = pytest.mark.django_db


def assert_clean(text: str, where: str) -> None:
    assert text, where
    for form in FORMS:
        assert form not in text, where


def database_dump() -> str:
    """Every value of every table; binary ones as hexadecimal and as text."""
    values = []
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    values += [content.hex(), content.decode("latin-1")]
    return "\n".join(values)


@pytest.mark.parametrize("authentication", Service(kind=Service.Kind.INTEGR8).authentications)
@pytest.mark.parametrize(
    "fault",
    [
        None,
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 401, "body": {"message": f"The key {CANARY} is not valid."}},
        {"kind": "status", "status": 422, "body": {"errors": {"key": [f"{CANARY} is unknown"]}}},
        {"kind": "bad_json"},
        {"kind": "reset"},
    ],
)
def test_a_key_is_in_no_page_no_log_and_no_table(manager, service, sandbox, log, authentication, fault):
    sandbox.faults(*([{**fault, "times": None}] if fault else []))
    client = signed_in(manager)
    sent = {"service": str(service.pk), "authentication": authentication, "key": CANARY}
    pages = [client.post(reverse("connections:create"), sent, follow=True)]
    connection = Connection.objects.get()
    pages += [client.get(reverse(f"connections:{name}")) for name in ("list", "create")]
    pages += [client.get(reverse(f"connections:{name}", args=[connection.pk])) for name in ("edit", "remove")]
    pages += [client.post(reverse("connections:test", args=[connection.pk]), follow=True)]
    for page in pages:
        assert page.status_code == 200
        steps = getattr(page, "redirect_chain", [])
        assert_clean(f"{page.content.decode()} {page.headers} {steps}", page.request["PATH_INFO"])
    assert_clean(log.getvalue(), "log")
    assert_clean(database_dump(), "tables")
    assert_clean(connection.state_message or "none", "message")


@pytest.mark.parametrize(
    "place", [(keys, "replace_key"), (check, "client_with_key"), (ring, "encrypting_key_id")]
)
def test_a_key_is_in_no_traceback_and_no_mail_to_the_operators(
    manager, service, sandbox, log, settings, monkeypatch, place
):
    settings.ADMINS = [("Operator", "operator@example.com")]
    reports = []

    def report(sender, request, **details):
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    def fail(*arguments, **options):
        raise RuntimeError("planted")

    monkeypatch.setattr(*place, fail)
    client = signed_in(manager)
    client.raise_request_exception = False
    got_request_exception.connect(report)
    try:
        sent = {"service": str(service.pk), "authentication": "api-key", "key": CANARY}
        answer = client.post(reverse("connections:create"), sent)
    finally:
        got_request_exception.disconnect(report)
    assert answer.status_code == 500
    assert_clean(answer.content.decode(), "page")
    assert "planted" in reports[0]
    assert "planted" in mail.outbox[0].body
    for text in [*reports, log.getvalue(), *(message.body for message in mail.outbox)]:
        assert_clean(text, "report")


def test_a_key_given_to_a_command_is_not_printed(manager, service, sandbox, monkeypatch, log):
    output = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(CANARY))
    call_command("connect", manager.email, service.name, stdout=output)
    assert "Key refused" in output.getvalue()
    assert_clean(output.getvalue(), "output")
    assert_clean(log.getvalue(), "log")
