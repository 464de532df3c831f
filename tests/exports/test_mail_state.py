"""What became of the mails about an export stands at the export, whatever they had to tell."""

import uuid

from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection
from apps.exports.request.creation import request_export
from apps.jobs.runner import take_turn
from apps.mail.models import Message
from tests.exports.conftest import advance, advance_until, spec_of
from tests.exports.test_pages import progress_of, text_of

MINE = "/exports/?tab=mine"


def test_the_mail_about_a_failure_is_followed_on_the_page_and_in_the_row(
    admin_client, admin, admin_connection
):
    export, _ = request_export(
        admin, admin_connection, spec_of(columns=("conversion_time", "sandbox_fail")), uuid.uuid4()
    )
    advance_until(export, "failed")
    assert "Waiting to be sent" in text_of(admin_client.get(export.get_absolute_url()))
    assert 'hx-trigger="every 3s"' in progress_of(admin_client, export, "Failed")
    assert "mail on its way" in text_of(admin_client.get(MINE))

    take_turn("mail.Message", str(Message.objects.get().pk))
    page = progress_of(admin_client, export, "Failed")
    assert f"<dt>Email to {admin.email}</dt><dd>Sent <time" in page
    assert 'hx-trigger="every 3s"' not in page
    assert "mailed" in text_of(admin_client.get(MINE))


def test_a_failure_that_could_not_be_mailed_says_so(admin_client, export, sandbox):
    advance_until(export, "waiting")
    Message.objects.all().delete()
    export.gave_up("It was tried too often.")
    Message.objects.update(state=Message.State.FAILED, due_at=None, error="No such mailbox.")
    page = text_of(admin_client.get(export.get_absolute_url()))
    assert "Not delivered: No such mailbox." in page
    assert "mail not delivered" in text_of(admin_client.get(MINE))


def test_the_one_notice_about_a_key_stands_at_each_export_that_waits_for_another(
    admin_client, admin, admin_connection, service, sandbox
):
    dates = ("2026-11-02 23:59:59", "2026-11-03 23:59:59")
    exports = [
        request_export(admin, admin_connection, spec_of(end_time=end), uuid.uuid4())[0] for end in dates
    ]
    save_key(admin, service, Connection.Authentication.API_KEY, Secret(sandbox.revoked_key))
    for export in exports:
        assert advance(export).state == "blocked_auth"
        assert "Waiting to be sent" in text_of(admin_client.get(export.get_absolute_url()))
    assert Message.objects.exclude(key__startswith="security:").count() == 1

    save_key(admin, service, Connection.Authentication.API_KEY, Secret(sandbox.admin_key))
    advance_until(exports[0], "waiting")
    assert "Email to" not in text_of(admin_client.get(exports[0].get_absolute_url()))


def test_both_forms_of_a_mail_tell_the_same_facts_and_only_a_ready_one_speaks_of_the_file(
    admin, admin_connection, export
):
    failing = spec_of(columns=("conversion_time", "sandbox_fail"))
    advance_until(export, "ready")
    advance_until(request_export(admin, admin_connection, failing, uuid.uuid4())[0], "failed")
    for message in Message.objects.all():
        facts = ["Integration", "EU network", "1 Nov 2026, 00:00:00", "2 Nov 2026, 23:59:59", "Europe/Berlin"]
        is_ready = "ready" in message.key
        facts += ["Kept until", f"{export.rows:,}"] if is_ready else ["sandbox_fail"]
        for text in (message.text, message.html):
            assert all(fact in text for fact in facts)
        assert ("is not attached" in message.html) is is_ready
