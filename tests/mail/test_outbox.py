"""The outbox, against a real SMTP server: each message once, the same at each try, no strange header."""

import socketserver
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.db.models.functions import Now
from django.utils import timezone

from apps.exports import mails
from apps.exports.models import ExportRequest
from apps.jobs.models import LeaseLost
from apps.jobs.runner import take_turn
from apps.mail.models import Message
from apps.mail.outbox import queue_message, withdraw
from apps.mail.rendering import header_line
from tests.services.stand import free_port


class Server:
    """Answers to RCPT and DATA as the test says."""

    def __init__(self) -> None:
        self.messages: list = []
        self.recipients: list[str] = []
        self.to_recipient = "250 OK"
        self.to_data = "250 OK"
        self.to_quit = "221 Bye"
        self.to_sender = "250 OK"

    async def handle_MAIL(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if self.to_sender.startswith("250"):
            envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.to_data

    async def handle_QUIT(self, _server, _session, _envelope) -> str:  # noqa: N802
        return self.to_quit


@pytest.fixture
def server(settings):
    """A mail server the settings lead to."""
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield handler
    controller.stop()


@pytest.fixture
def message(admin):
    return Message.objects.create(
        key="event", recipient=admin, subject="Ready", text="Text\nhttp://x.example/", html="<p>HTML</p>"
    )


def send(message: Message) -> Message:
    """Do the message's step, whenever it is due; the row after it."""
    Message.objects.filter(pk=message.pk).update(due_at=Now())
    take_turn("mail.Message", str(message.pk), most_steps=1)
    message.refresh_from_db()
    return message


def test_a_message_is_sent_with_both_parts_under_a_fixed_id(server, message, admin):
    assert send(message).state == "sent"
    [received] = server.messages
    assert received["Message-ID"] == message.message_id == f"<{message.pk}@localhost>"
    assert received["To"] == admin.email
    assert received["Subject"] == "Ready"
    assert [part.get_content_type() for part in received.iter_parts()] == ["text/plain", "text/html"]
    assert message.sent_at is not None
    assert message.due_at is None


def test_a_message_that_was_sent_is_not_sent_again(server, message):
    send(message)
    send(message)
    assert len(server.messages) == 1


def test_a_repeat_after_a_crash_has_the_same_id(server, message):
    send(message)
    Message.objects.update(state="sending")
    send(message)
    assert len({received["Message-ID"] for received in server.messages}) == 1
    assert len(server.messages) == 2


def test_a_server_that_took_the_message_may_say_goodbye_as_it_likes(server, message):
    server.to_quit = "x" * 9000
    assert send(message).state == "sent"
    assert len(server.messages) == 1


@pytest.mark.parametrize("stage", ["to_recipient", "to_data"])
def test_a_permanent_refusal_is_kept_in_words(server, message, stage):
    setattr(server, stage, "550 No such mailbox")
    assert send(message).state == "failed"
    assert "No such mailbox" in message.error
    assert message.due_at is None


@pytest.mark.parametrize("stage", ["to_recipient", "to_data"])
def test_a_passing_refusal_is_tried_again_for_a_day(server, message, stage):
    setattr(server, stage, "451 Later")
    assert send(message).state == "queued"
    assert "Later" in message.error
    assert timedelta(seconds=20) < message.due_at - timezone.now() <= timedelta(seconds=30)
    Message.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send(message).state == "failed"


def test_a_server_that_is_away_is_tried_again(server, message, settings):
    settings.EMAIL_PORT = free_port()
    assert send(message).state == "queued"
    assert message.error


class Refusing(socketserver.StreamRequestHandler):
    """A mail server that answers the connection, or the greeting, with a "permanent" refusal."""

    greeting = b""

    def handle(self) -> None:
        self.wfile.write(self.greeting)
        for _line in self.rfile:
            self.wfile.write(b"554 5.7.1 Your address is blocked\r\n")


@pytest.mark.parametrize("greeting", [b"554 5.7.1 Your address is blocked\r\n", b"220 mail.example\r\n"])
def test_a_server_that_refuses_this_site_before_any_message_is_tried_again(message, settings, greeting):
    handler = type("Handler", (Refusing,), {"greeting": greeting})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as refusing:
        threading.Thread(target=refusing.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", refusing.server_address[1]
        sent = send(message)
        refusing.shutdown()
    assert (sent.state, sent.due_at is None) == ("queued", False)
    assert "Your address is blocked" in sent.error


def test_a_server_that_refuses_the_senders_address_is_tried_again(server, message):
    server.to_sender = "530 Sign in first"
    assert send(message).state == "queued"
    assert "Sign in first" in message.error
    server.to_sender = "250 OK"
    assert send(message).state == "sent"


def test_nothing_is_sent_to_a_closed_account(server, message, admin):
    admin.is_active = False
    admin.save()
    assert send(message).state == "canceled"
    assert server.messages == []


@pytest.mark.parametrize(
    "label",
    ["x\r\nBcc: evil@example.com", "x\nSubject: other", "x\u2028Bcc: e@x", "\x00\x07bell", "y" * 10_000],
)
def test_text_from_the_api_stays_text_in_the_subject(server, admin, admin_connection, label):
    export = ExportRequest(
        owner=admin,
        service=admin_connection.service,
        report="conversions",
        integration_label=label,
        start_time="2026-11-01 00:00:00",
        end_time="2026-11-02 00:00:00",
        time_zone="UTC",
    )
    context = {"export": export, "url": "http://127.0.0.1:8000/exports/1/"}
    message = queue_message("event", admin, "export_ready", context)
    assert send(message).state == "sent"
    assert server.recipients == [admin.email]
    [received] = server.messages
    assert received["Bcc"] is None
    assert len(message.subject) <= 120
    assert received["Subject"].strip().startswith("Your conversions export is ready")


def test_one_event_has_one_message(admin, admin_connection):
    export = ExportRequest(
        owner=admin,
        service=admin_connection.service,
        report="clicks",
        integration_label="<b>EU</b>",
        start_time="2026-11-01 00:00:00",
        end_time="2026-11-02 00:00:00",
        time_zone="UTC",
        rows=1234567,
    )
    first = mails.ready(export)
    assert first is not None
    assert (
        queue_message(first.key, admin, "export_stopped", {"export": export, "url": "u"})
        == first
        == mails.ready(export)
    )
    assert "&lt;b&gt;EU&lt;/b&gt;" in first.html
    assert "<b>EU</b>" in first.text
    assert "Rows: 1,234,567" in first.text


def test_a_message_that_is_withdrawn_is_not_sent_by_a_step_that_has_just_claimed_it(server, message):
    assert message.claim()
    assert withdraw([message], "The export was deleted.") == 1
    with pytest.raises(LeaseLost):
        message.step()
    assert server.messages == []
    message.refresh_from_db()
    assert (message.state, message.error, message.due_at) == ("canceled", "The export was deleted.", None)


def test_a_message_that_was_sent_is_not_withdrawn(server, message):
    send(message)
    assert withdraw([message], "The export was deleted.") == 0
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_long_subject_is_cut_at_120_characters():
    assert len(header_line("word " * 100)) == 120


def test_the_words_of_a_refusal_never_exceed_their_field(server, message):
    server.to_data = "550 " + "x" * 400
    assert len(send(message).error) <= 300
