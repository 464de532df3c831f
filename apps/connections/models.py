"""Services an admin registered, and each person's own key for them."""

import hashlib
import json
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone


class Service(models.Model):
    """One remote API: where it is, of which kind, and which integrations it has."""

    class Kind(models.TextChoices):
        """Which of the two APIs the service speaks."""

        INTEGR8 = "integr8", "Integr8"
        TOKEN = "token", "Token API"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.INTEGR8)
    base_url = models.CharField(max_length=500)
    #: The vendor's own OpenAPI document when it was loaded for this service; None uses the built-in contract.
    contract = models.JSONField(null=True, blank=True)
    #: Changes with the document, so that a process knows when to read it again; empty without one.
    contract_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def authentications(self) -> "tuple[Connection.Authentication, ...]":
        """The ways its keys can be sent, the usual one first."""
        ways = Connection.Authentication
        return (ways.BEARER, ways.QUERY) if self.kind == self.Kind.TOKEN else (ways.API_KEY, ways.BEARER)

    def replace_contract(self, document: dict[str, object] | None) -> None:
        """Take another OpenAPI document, or None for the built-in contract; not saved yet."""
        self.contract = document
        text = json.dumps(document, sort_keys=True) if document else ""
        self.contract_digest = hashlib.sha256(text.encode()).hexdigest() if text else ""


class Integration(models.Model):
    """One integration of a service: its id in the API, and the label people know it by."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="integrations")
    integration_id = models.CharField(max_length=100, unique=True)
    label = models.CharField(max_length=100)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Raises `ValidationError` for an id that cannot be a part of a URL, where servers take `%2F` for a slash."""
        if "/" in self.integration_id or self.integration_id in (".", ".."):
            raise ValidationError(
                {"integration_id": "The ID must be one part of an address, without a slash."}
            )


class Connection(models.Model):
    """One person's own key for one service, encrypted. Shown as its last four characters only."""

    class Authentication(models.TextChoices):
        """How the key is sent."""

        API_KEY = "api-key", "API-KEY header"
        BEARER = "bearer", "Bearer token"
        QUERY = "query", "access_token in the query"

    class State(models.TextChoices):
        """What the API said to the key last, or why there is no key."""

        UNTESTED = "untested", "Not tested"
        WORKS = "works", "Works"
        KEY_REFUSED = "key_refused", "Key refused"
        NO_PERMISSION = "no_permission", "No permission"
        ADDRESS_REFUSED = "address_refused", "Address not whitelisted"
        UNREACHABLE = "unreachable", "Cannot reach the service"
        KEY_NEEDED = "key_needed", "Key needed"
        REMOVED = "removed", "Removed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="connections")
    authentication = models.CharField(
        max_length=20, choices=Authentication.choices, default=Authentication.API_KEY
    )
    #: Nonce and ciphertext of the key (apps.encryption.ring); empty when there is no key.
    encrypted_key = models.BinaryField(default=bytes)
    #: Id of the ring key that encrypted it; rotation looks for the others. Empty when there is no key.
    ring_key_id = models.CharField(max_length=64, blank=True, default="")
    #: Grows with each saved or dropped key and is part of every cache key: old answers are never shown.
    version = models.PositiveIntegerField(default=0)
    #: The API's id of the organisation the key is of, and of the key's user, as the API's own records showed them; ""
    #: while nothing proved them.
    organisation = models.CharField(max_length=200, blank=True, default="", editable=False)
    api_user = models.CharField(max_length=200, blank=True, default="", editable=False)
    last_four = models.CharField(max_length=4, blank=True, default="")
    state = models.CharField(max_length=20, choices=State.choices, default=State.UNTESTED)
    state_message = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    #: When the key was typed; None without a key.
    stored_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When a call was last made with it, to within some minutes.
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "service"], name="one_key_a_person_and_service")
        ]

    def __str__(self) -> str:
        return f"{self.service} key ending {self.last_four}"

    @property
    def key_name(self) -> str:
        """Names the stored key: another one in its place has another version."""
        return f"{self.pk}:{self.version}"

    @property
    def has_key(self) -> bool:
        """Whether a key is stored; a removed or dropped one leaves the row, because exports point to it."""
        return bool(self.encrypted_key)

    @property
    def age_days(self) -> int | None:
        """How many days ago the key was typed; None without a key."""
        return (timezone.now() - self.stored_at).days if self.stored_at else None

    @property
    def is_due_for_renewal(self) -> bool:
        """Whether the key is older than `KEY_RENEWAL_DAYS`."""
        return bool(settings.KEY_RENEWAL_DAYS) and (self.age_days or 0) >= settings.KEY_RENEWAL_DAYS


class SetAsideKey(models.Model):
    """A key typed for a host that its service left: sealed for that host alone, for the service's return to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="set_aside_keys")
    #: Scheme, host and port that the key was typed for.
    origin = models.CharField(max_length=500)
    authentication = models.CharField(max_length=20, choices=Connection.Authentication.choices)
    encrypted_key = models.BinaryField()
    ring_key_id = models.CharField(max_length=64)
    #: The connection's version when the key was in use: the ciphertext is bound to it.
    version = models.PositiveIntegerField()
    last_four = models.CharField(max_length=4, blank=True, default="")
    stored_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "origin"], name="one_set_aside_key_a_host")
        ]

    def __str__(self) -> str:
        return f"Key ending {self.last_four} for {self.origin}"
