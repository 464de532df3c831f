"""People who sign in here. (The API's own users are a resource, not these.)"""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

#: Why nothing more is done for a person, in words for whoever looks.
ACCOUNT_CLOSED = "The account is closed."


class Role(models.TextChoices):
    """What a person may do here; the API may forbid more."""

    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Account manager"


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
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_admin(self) -> bool:
        """Whether this person may act in bulk and manage services and people."""
        return self.role == Role.ADMIN
