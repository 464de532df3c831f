"""People who sign in here. (The API's own users are a resource, not these.)"""

import uuid
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
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MANAGER)
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

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

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
