"""The outbox: one row a message, written with what it speaks of, sent later by a job, once."""

import logging
import smtplib
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.db.models.functions import Now

from apps.accounts.models import ACCOUNT_CLOSED
from apps.jobs.failpoints import fp
from apps.jobs.models import Job, LeaseLost

logger = logging.getLogger(__name__)

#: A message that no server took is tried again for so long.
RETRIED_FOR = timedelta(hours=24)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)
#: Refusals of this site, not of a message: whoever runs it can mend them, so even a "permanent" one is tried again.
_REFUSED_BEFORE_THE_MESSAGE = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)


class Message(Job):
    """One email to one person. The words are fixed when it is written, so every try sends the same.

    Between the mail server's acceptance and our note of it lies the one moment in which a killed worker
    leads to a second copy; it has the same Message-ID.
    """

    class State(models.TextChoices):
        """Where the message is."""

        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        CANCELED = "canceled", "Not sent"

    #: One person's mails leave one after the other.
    lane_fields: ClassVar = ("recipient_id",)

    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    #: Names the event the message speaks of: one event, one message.
    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    #: Where it goes when that is not the recipient's own address: the recipient asked for it to be sent there.
    address = models.EmailField(blank=True)
    subject = models.CharField(max_length=120)
    text = models.TextField()
    html = models.TextField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    #: What the mail server said last, in words for the person.
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.key

    @property
    def message_id(self) -> str:
        """The same at each try, so that mail programs know a repeat."""
        return f"<{self.pk}@{urlsplit(settings.SITE_URL).hostname}>"

    def step(self) -> None:
        """Send the message, unless it was sent or its recipient may no longer sign in."""
        if self.state == self.State.SENT:
            # The last turn sent it and was cut off.
            self.advance(self.State.SENT, after=None)
        elif not self.recipient.is_active:
            self.advance(self.State.CANCELED, after=None, error=ACCOUNT_CLOSED)
        else:
            self.write(state=self.State.SENDING, tries=self.tries + 1)
            fp("mail.claimed")
            if self.turn:
                self.turn.check()
            if not self.is_still_mine():
                raise LeaseLost(str(self.pk))
            self._send()

    def gave_up(self, reason: str) -> None:
        """Count the message as not delivered."""
        self.advance(self.State.FAILED, after=None, error=reason)

    def _send(self) -> None:
        connection = get_connection()
        try:
            self._send_through(connection)
        finally:
            # After the note that it left: a server that is slow to say goodbye must not lead to a second copy.
            with suppress(smtplib.SMTPException, OSError):
                connection.close()

    def _send_through(self, connection: BaseEmailBackend) -> None:
        try:
            # Opened here, so that it is closed here.
            connection.open()
            self._as_email(connection).send()
        except _REFUSED_BEFORE_THE_MESSAGE as error:
            logger.error("The mail server refuses us: %s", type(error).__name__)
            self._try_again(error)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            self._refused(error) if min(codes, default=0) >= 500 else self._try_again(error)
        except smtplib.SMTPResponseException as error:
            self._refused(error) if error.smtp_code >= 500 else self._try_again(error)
        except (smtplib.SMTPException, OSError) as error:
            self._try_again(error)
        else:
            fp("mail.sent")
            # A fact whatever became of the lease, written while the lock is held: nobody sends it again.
            Message.objects.filter(pk=self.pk).update(state=self.State.SENT, sent_at=Now(), error="")
            fp("mail.noted")
            self.advance(self.State.SENT, after=None)

    def _as_email(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        email = EmailMultiAlternatives(
            self.subject,
            self.text,
            to=[self.address or self.recipient.email],
            connection=connection,
            headers={"Message-ID": self.message_id, "Auto-Submitted": "auto-generated"},
        )
        email.attach_alternative(self.html, "text/html")
        return email

    def _refused(self, error: smtplib.SMTPException) -> None:
        self.advance(self.State.FAILED, after=None, error=_words(error))

    def _try_again(self, error: Exception) -> None:
        """Make the message due again; after a day it counts as not delivered."""
        logger.warning("Message %s could not be sent: %s", self.pk, _words(error))
        delay = min(FIRST_RETRY * 2 ** min(self.tries - 1, 10), LONGEST_RETRY)
        is_too_old = Message.objects.filter(pk=self.pk, created_at__lt=Now() - RETRIED_FOR).exists()
        if is_too_old:
            self.advance(self.State.FAILED, after=None, error=_words(error))
        else:
            self.advance(self.State.QUEUED, after=delay, error=_words(error))


def _words(error: Exception) -> str:
    """What the mail server or the network said, on one line."""
    said: Any = getattr(error, "smtp_error", None) or error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()), (0, b""))[1]
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:300] or type(error).__name__
