"""The outbox: one row per message, written in one transaction with its cause, sent once by a job."""

from typing import ClassVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models

from apps.accounts.models import ACCOUNT_CLOSED
from apps.mail.email_job import EmailJob
from apps.mail.email_job import State as MailState
from apps.mail.password_resets import PasswordReset
from apps.mail.rendering import EmailContent

__all__ = ["Message", "PasswordReset"]


class Message(EmailJob):
    """One email to one person. The words are fixed when it is written, so every try sends the same."""

    State = MailState

    #: One person's mails leave one after the other.
    lane_fields: ClassVar = ("recipient_id",)

    #: Names the event the message speaks of: one event, one message.
    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    #: Where it goes when that is not the recipient's own address: the recipient asked for it to be sent there.
    address = models.EmailField(blank=True)
    subject = models.CharField(max_length=120)
    text = models.TextField()
    html = models.TextField()

    def __str__(self) -> str:
        return self.key

    def step(self) -> None:
        """Send the message, unless it was sent or its recipient may no longer sign in."""
        if self.state == MailState.SENT:
            # The last turn sent it and was cut off.
            self.end(MailState.SENT)
        elif not self.recipient.is_active:
            self.end(MailState.CANCELED, ACCOUNT_CLOSED)
        else:
            self.send()

    def as_email(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        """The message with both its parts."""
        words = EmailContent(self.subject, self.text, self.html)
        return self.build_email(words, self.address or self.recipient.email, connection)
