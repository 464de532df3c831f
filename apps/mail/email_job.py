"""The base of all mails: a job that sends one email, and handles every answer of the mail server."""

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

from apps.jobs.failpoints import fp
from apps.jobs.models import Job, LeaseLost
from apps.mail.rendering import EmailContent

logger = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)
#: Refusals of this site, not of a message: whoever runs it can mend them, so even a "permanent" one is tried again.
_REFUSED_BEFORE_THE_MESSAGE = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)


class State(models.TextChoices):
    """Where a mail is."""

    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    CANCELED = "canceled", "Not sent"


class EmailJob(Job):
    """A mail to one address, sent by a job. A subclass says what it is, and what is noted of its end.

    Between the mail server's acceptance and our note of it lies the one moment in which a killed worker
    leads to a second copy; it has the same Message-ID.
    """

    #: One that no server took is tried again for so long.
    retried_for: ClassVar = timedelta(hours=24)

    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    #: What the mail server said last, in words for the person.
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def message_id(self) -> str:
        """The same at each try, so that mail programs know a repeat."""
        return f"<{self.pk}@{urlsplit(settings.SITE_URL).hostname}>"

    def as_email(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        """The email. A subclass gives it; raises NotImplementedError here."""
        raise NotImplementedError

    def build_email(
        self, words: EmailContent, address: str, connection: BaseEmailBackend
    ) -> EmailMultiAlternatives:
        """An email to `address` with this content as text and HTML."""
        email = EmailMultiAlternatives(
            words.subject,
            words.text,
            to=[address],
            connection=connection,
            headers={"Message-ID": self.message_id, "Auto-Submitted": "auto-generated"},
        )
        email.attach_alternative(words.html, "text/html")
        return email

    def mark_sent(self) -> None:
        """Write down that it left, whatever became of the lease: the lock is held, and nobody sends it again."""
        type(self)._default_manager.filter(pk=self.pk).update(state=State.SENT, sent_at=Now(), error="")

    def end(self, state: State, error: str = "") -> None:
        """Nothing more is done for it."""
        changes = {} if state == State.SENT else {"error": error}
        self.advance(state, after=None, **changes)

    def gave_up(self, reason: str) -> None:
        """Count it as not delivered."""
        self.end(State.FAILED, reason)

    def is_too_old(self) -> bool:
        """Whether it is not tried any more, by the database's clock."""
        old = Now() - self.retried_for
        return type(self)._default_manager.filter(pk=self.pk, created_at__lt=old).exists()

    def send(self) -> None:
        """Try to send once, and advance the job. Raises `LeaseLost` when another worker has the job."""
        self.write(state=State.SENDING, tries=self.tries + 1)
        fp("mail.claimed")
        if self.turn:
            self.turn.check()
        if not self.is_still_mine():
            raise LeaseLost(str(self.pk))
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
            self.as_email(connection).send()
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
            self.mark_sent()
            fp("mail.noted")
            self.end(State.SENT)

    def _refused(self, error: smtplib.SMTPException) -> None:
        self.end(State.FAILED, _words(error))

    def _try_again(self, error: Exception) -> None:
        """Make it due again; after a while it counts as not delivered."""
        logger.warning("Message %s could not be sent: %s", self.pk, _words(error))
        delay = min(FIRST_RETRY * 2 ** min(self.tries - 1, 10), LONGEST_RETRY)
        if self.is_too_old():
            self.end(State.FAILED, _words(error))
        else:
            self.advance(State.QUEUED, after=delay, error=_words(error))


def _words(error: Exception) -> str:
    """What the mail server or the network said, on one line."""
    said: Any = getattr(error, "smtp_error", None) or error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()), (0, b""))[1]
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:300] or type(error).__name__
