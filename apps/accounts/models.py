"""People who sign in here. (The API's own users are a resource, not these.)"""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

#: Why nothing more is done for a person, in words for whoever looks.
ACCOUNT_CLOSED = "The account is closed."


class Role(models.TextChoices):
    """Who may do what here (`policy.py`), least first; the API may forbid more."""

    #: Reads the change log and who has access, and nothing else.
    AUDITOR = "auditor", "Auditor"
    VIEWER = "viewer", "Viewer"
    MANAGER = "manager", "Account manager"
    ADMIN = "admin", "Admin"


class UserManager(BaseUserManager["User"]):
    """Makes and finds people by email address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved person; without a password they set one by mail."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this email address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by email address and password."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    #: The role for all services; "" where it is given for some alone. `roles.set_role` changes it.
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MANAGER, blank=True)
    #: The roles for one service each, by its id: here, because every request and every worker reads the account.
    service_roles = models.JSONField(default=dict, blank=True, editable=False)
    #: Pairs of a service's id and an organisation whose log an auditor reads: who has a key proves an organisation
    #: themselves, an auditor has none (docs/decisions/0006-roles-for-services.md).
    audited_organisations = models.JSONField(default=list, blank=True, editable=False)
    is_active = models.BooleanField(default=True)
    #: IANA name of the zone in which times are shown to this person.
    time_zone = models.CharField(max_length=64, default="UTC")
    #: Whether letters alone do something on pages, as "j" and "x" do (WCAG 2.1.4).
    uses_single_keys = models.BooleanField(default=True)
    #: Colours and row height (preferences.py), on every device; "" while the person has chosen none.
    theme = models.CharField(max_length=10, blank=True, default="")
    density = models.CharField(max_length=10, blank=True, default="")
    date_joined = models.DateTimeField(auto_now_add=True)
    #: How many notifications they have not read: here, because every request reads the account (apps.notifications).
    unread_notifications = models.PositiveIntegerField(default=0, editable=False)
    #: Every session has to match it: a new number ends all of them (sessions/ending.py).
    session_generation = models.PositiveIntegerField(default=0, editable=False)
    #: When they used the site, noted every few minutes (sessions/life.py).
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: Whether there is a code app or a passkey: here for the same reason (apps.accounts.second_factor).
    has_second_factor = models.BooleanField(default=False, editable=False)
    #: Whether an admin requires one of them, besides what `SECOND_FACTOR_REQUIRED_FOR` says of their role.
    is_second_factor_required = models.BooleanField(default=False, db_default=False, editable=False)

    #: Whether this request's person must set up a second factor before anything else; the middleware says so.
    must_set_up_second_factor = False

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        """What Django compares with each session; with the number 0 it is Django's own."""
        return self._with_generation(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same by the former secret keys."""
        for one in super().get_session_auth_fallback_hash():
            yield self._with_generation(one)

    def _with_generation(self, own: str) -> str:
        return f"{own}.{self.session_generation}" if self.session_generation else own

    @property
    def role_words(self) -> str:
        """What the person may be called by their roles: "Viewer", "Viewer, and more for 2 services"."""
        count = len(self.service_roles)
        if not count:
            return self.get_role_display() or "No role yet"
        services = f"{count} service{'' if count == 1 else 's'}"
        return f"{self.get_role_display()}, and more for {services}" if self.role else f"Roles for {services}"

    @property
    def roles_key(self) -> str:
        """Names all of the person's roles together: what is kept of a page counts only while they are the same."""
        if not self.service_roles:
            return self.role
        given = " ".join(sorted(f"{service_id}={role}" for service_id, role in self.service_roles.items()))
        return f"{self.role}-{hashlib.sha256(given.encode()).hexdigest()[:16]}"

    @property
    def seen_at(self) -> datetime | None:
        """When they were here last, to within a few minutes; None for somebody who never was."""
        return max(filter(None, (self.last_login, self.last_seen_at)), default=None)

    @property
    def name_for_strangers(self) -> str:
        """Who this is to people without an account: the name, never the address."""
        if self.name and "@" not in self.name:
            return self.name
        return f"Somebody at {urlsplit(settings.SITE_URL).hostname}"


class SignInTry(models.Model):
    """A password that was tried and not found right, while it counts (sign_in_limits.py).

    Account and place are digests.
    """

    account = models.CharField(max_length=64)
    place = models.CharField(max_length=64)
    network = models.CharField(max_length=45, blank=True)
    #: Whether the account's owner has signed in from there before.
    is_known = models.BooleanField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "at"], name="sign_in_try_account"),
            models.Index(fields=["network", "at"], name="sign_in_try_network"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} from {self.network}"


class KnownNetwork(models.Model):
    """A network from which a person has signed in."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_networks")
    network = models.CharField(max_length=45)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "network"], name="known_network_once")
        ]

    def __str__(self) -> str:
        return self.network
