"""A link for somebody without an account, to a whole export or to rows of one; and each time it was opened."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.accounts.policy import Capability, may
from apps.connections.models import Service
from apps.exports.truncation import Truncation, truncation_of
from apps.jobs.models import Job
from apps.reports.report_types import REPORT_TYPES
from apps.schedules.models import Schedule


class Share(models.Model):
    """One link: which file, until when, and what of the file its page tells. Never the link itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The API's id of the organisation whose file it is (apps.connections.organisations); "" while not known.
    organisation = models.CharField(max_length=200, blank=True, default="")
    remote_id = models.CharField(max_length=200)
    artifact_name = models.CharField(max_length=500)
    #: Names the form it came from, so that a form sent twice makes one link.
    nonce = models.UUIDField()
    #: Digest of the key in the address, and the API's guest token sealed under that key (apps.shares.links).
    link_digest = models.CharField(max_length=64, unique=True)
    sealed_token = models.BinaryField()
    #: What the guest reads above the facts.
    note = models.CharField(max_length=200, blank=True)
    #: The file's facts as they were when it was shared; its page makes no call for them.
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["service", "remote_id"])]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "nonce"], name="one_share_a_form")]

    def __str__(self) -> str:
        return f"{self.label} shared until {self.expires_at:%Y-%m-%d}"

    @property
    def label(self) -> str:
        """What is shared, in a word."""
        return str(self.facts.get("label") or "Export")

    @property
    def is_slice(self) -> bool:
        """Whether it is of chosen rows and columns; they are a file of ours, and the API has no token for them."""
        return "filters" in self.facts

    @property
    def is_open(self) -> bool:
        """Whether the link works now; that of a person who may share nothing any more does not."""
        is_over = self.revoked_at is not None or self.expires_at <= timezone.now()
        return not is_over and may(self.owner, Capability.SHARE, self.service_id)

    @property
    def state_words(self) -> str:
        """The state for the person who shared it."""
        if self.revoked_at is not None:
            return "Revoked"
        if self.expires_at <= timezone.now():
            return "Expired"
        if not self.owner.is_active:
            return "Account closed"
        return "Works" if self.is_open else "Role changed"

    @property
    def rows(self) -> int | None:
        """How many rows the file has, where it is known."""
        value = self.facts.get("rows")
        return value if isinstance(value, int) else None

    @property
    def truncation(self) -> Truncation | None:
        """That the file is probably not whole; None of any other."""
        if self.is_slice:
            return None
        return truncation_of(REPORT_TYPES.get(str(self.facts.get("report"))), self.rows)

    @property
    def kept_until(self) -> datetime | None:
        """When the vendor removes the file."""
        return parse_datetime(str(self.facts.get("kept_until") or ""))


class Slice(Job):
    """The file of a share that holds chosen rows and columns: made here, and kept as long as the link works."""

    class State(models.TextChoices):
        """Where the file stands."""

        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"
        REMOVED = "removed", "Removed"

    share = models.OneToOneField(Share, on_delete=models.CASCADE, related_name="slice")
    #: Which rows, as the address of the page says it, and the names of the columns.
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    #: Each of whose runs has the file made anew.
    schedule = models.ForeignKey(Schedule, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: Who is told of each new file.
    partner_email = models.EmailField(blank=True)
    #: The API's id of the export that the file is made of: the newest one of a schedule.
    remote_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAKING)
    #: Why there is no new file: words for the person.
    message = models.TextField(blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    #: The file there is, while another may be in the making; "" for none.
    file_name = models.CharField(max_length=40, blank=True)
    #: The API's id of the export that this file was made of.
    made_of = models.CharField(max_length=200, blank=True)
    rows = models.BigIntegerField(null=True, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.share_id} {self.state}"

    @property
    def is_making(self) -> bool:
        """Whether a new file is on its way."""
        return self.state == self.State.MAKING

    @property
    def has_failed(self) -> bool:
        """Whether the newest file could not be made."""
        return self.state == self.State.FAILED


class Opening(models.Model):
    """One time somebody opened the page of a share, or requested its file."""

    class Kind(models.TextChoices):
        """What was opened."""

        PAGE = "page", "Opened the page"
        FILE = "file", "Downloaded the file"
        FAILED = "failed", "Asked for the file, and did not get it"

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="openings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(auto_now_add=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"
