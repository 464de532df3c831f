"""Password resets: the page only queues a row; the worker looks for the account and mails the link."""

import logging
from datetime import timedelta
from typing import ClassVar

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.mail.email_job import EmailJob, State
from apps.mail.rendering import absolute_url, render_email

logger = logging.getLogger(__name__)

#: As many mails one person gets within these times, however the address is written and whoever asks.
MOST = ((timedelta(minutes=1), 2), (timedelta(days=1), 6))


class PasswordReset(EmailJob):
    """One ask for a reset mail, for an address that may be anybody's.

    A page that looked for the account would answer known addresses later than others. The link is made when the mail
    leaves, at each try anew, so no row ever holds one. Of an address without an account nothing is kept, of a
    mail that left only to whom and when, for a day.
    """

    #: Nobody waits longer for it.
    retried_for: ClassVar = timedelta(hours=1)

    #: The address that was typed; empty once the mail left.
    email = models.EmailField(max_length=320, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self) -> str:
        return f"Password reset {self.pk}"

    def step(self) -> None:
        """Send the link when the address is that of somebody who may sign in and was not sent too many."""
        _forget_old_ones()
        if self.state == State.SENT:
            self.end(State.SENT)
            return
        self.person = _person_with(self.email)
        if self.person is None or self.is_too_old():
            self.end(State.CANCELED)
        elif _has_enough(self.person):
            logger.warning("Password resets of %s are requested too often", self.person.pk)
            self.end(State.CANCELED)
        else:
            self.send()

    def as_email(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        """The mail, with a new link. Raises ValueError when nobody has the address."""
        if self.person is None:
            raise ValueError("nobody has this address")
        token = default_token_generator.make_token(self.person)
        url = absolute_url("account_reset_password_from_key", user_pk_to_url_str(self.person), token)
        words = render_email("password_reset", {"recipient": self.person, "url": url})
        return self.build_email(words, self.person.email, connection)

    def mark_sent(self) -> None:
        """Keep to whom and when, and no address."""
        PasswordReset.objects.filter(pk=self.pk).update(
            state=State.SENT, sent_at=Now(), person=self.person, email="", error=""
        )

    def end(self, state: State, error: str = "") -> None:
        """A mail that left is counted for a day; of any other nothing stays."""
        if state == State.SENT:
            self.advance(state, after=None)
            return
        if error:
            logger.error("Password reset %s was not delivered: %s", self.pk, error)
        PasswordReset.objects.filter(pk=self.pk, fence=self.fence).delete()


def ask_for_reset(email: str) -> None:
    """Let the worker send a reset link to this address, if it has an account; the same work for every address."""
    with transaction.atomic():
        PasswordReset.objects.create(email=email).enqueue()


def _person_with(email: str) -> User | None:
    """The person who signs in with this address. Compared in lower case alone: look-alikes of a letter are another."""
    people = User.objects.filter(email__iexact=email, is_active=True)
    return next((person for person in people if person.email.lower() == email.lower()), None)


def _has_enough(person: User) -> bool:
    sent = PasswordReset.objects.filter(person=person, state=State.SENT)
    return any(sent.filter(sent_at__gt=Now() - within).count() >= most for within, most in MOST)


def _forget_old_ones() -> None:
    longest = max(within for within, _ in MOST)
    PasswordReset.objects.filter(state=State.SENT, sent_at__lt=Now() - longest).delete()
