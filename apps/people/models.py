"""An invitation: whom somebody asked in, in which role, and the mail with the link."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.accounts.policy import Capability, may
from apps.accounts.second_factor.requirement import must_have_second_factor
from apps.connections.models import Service
from apps.mail.email_job import EmailJob
from apps.mail.email_job import State as MailState
from apps.mail.rendering import absolute_url, render_email
from apps.people.links import key_of

#: So long the link in the mail works.
LASTS = timedelta(days=3)


class Invitation(EmailJob):
    """Somebody who may make an account for themselves, and the mail that tells them.

    The link is made when the mail leaves, at each try anew: no row ever holds one, and so no backup. It names the row
    and which of its mails it came with; whether it opens anything is asked of the row.
    """

    #: One that no server took is tried again for so long.
    retried_for: ClassVar = timedelta(hours=24)

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    #: The role is for this service alone; None: for all.
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    #: Whether a second factor is required of the account, whatever its role.
    is_second_factor_required = models.BooleanField(default=False, db_default=False)
    #: Service and organisation, as pairs, whose log an auditor reads (apps.accounts.roles.set_role).
    organisations = models.JSONField(default=list, blank=True)
    #: None: whoever runs the site, by a command.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    #: When it was mailed last, or is to be.
    invited_at = models.DateTimeField(default=timezone.now)
    #: Which of its mails has the link that works: an earlier one's does not.
    mail_number = models.PositiveIntegerField(default=1)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-invited_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    @property
    def expires_at(self) -> datetime:
        """When the link stops working."""
        return self.invited_at + LASTS

    @property
    def is_expired(self) -> bool:
        """Whether its three days are over."""
        return self.expires_at <= timezone.now()

    @property
    def is_withdrawn(self) -> bool:
        """Whether somebody took it back, or who invited may invite nobody any more."""
        if self.withdrawn_at is not None:
            return True
        return self.invited_by is not None and not may(self.invited_by, Capability.MANAGE_PEOPLE)

    @property
    def is_open(self) -> bool:
        """Whether its link works."""
        return self.accepted_at is None and not self.is_withdrawn and not self.is_expired

    @property
    def takes_second_factor(self) -> bool:
        """Whether whoever takes it up must set up a second factor: it says so, or the role takes one."""
        return must_have_second_factor(
            User(
                role="" if self.service_id else self.role,
                service_roles={str(self.service_id): self.role} if self.service_id else {},
                is_second_factor_required=self.is_second_factor_required,
            )
        )

    @property
    def mail_words(self) -> str:
        """What became of the mail."""
        if self.state == MailState.FAILED:
            return f"The mail was not delivered: {self.error}"
        return {MailState.SENT: "Mailed", MailState.CANCELED: "Not mailed"}.get(
            MailState(self.state), "The mail is on its way"
        )

    @property
    def is_undelivered(self) -> bool:
        """Whether the mail did not reach its server."""
        return self.state == MailState.FAILED

    @property
    def message_id(self) -> str:
        """One for each mail, the same at each try to send it."""
        return super().message_id.replace("@", f".{self.mail_number}@", 1)

    def step(self) -> None:
        """Send the link, unless it would open nothing."""
        if self.state == MailState.SENT:
            # The last turn sent it and was cut off.
            self.end(MailState.SENT)
        elif not self.is_open:
            self.end(MailState.CANCELED)
        else:
            self.send()

    def as_email(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        """The mail, with a new link."""
        context = {"invitation": self, "url": absolute_url("people:join", key_of(self.pk, self.mail_number))}
        return self.build_email(render_email("invitation", context), self.email, connection)

    def mark_sent(self) -> None:
        """Write down that it left, unless another mail is asked for by now."""
        this_mail = Invitation.objects.filter(pk=self.pk, mail_number=self.mail_number)
        this_mail.update(state=MailState.SENT, sent_at=Now(), error="")

    def is_too_old(self) -> bool:
        """Whether it is not tried any more, by the database's clock."""
        return Invitation.objects.filter(pk=self.pk, invited_at__lt=Now() - self.retried_for).exists()
