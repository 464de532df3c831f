"""How allauth behaves here: no sign-up, and a lock that says when it ends."""

import math
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from apps.accounts.addresses import client_address
from apps.accounts.models import User
from apps.accounts.navigation import is_local_path


class ClosedSignUpAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks, set for a tool whose accounts an operator makes."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is not active. Ask an admin.",
        "email_password_mismatch": "The email address or the password is not right.",
        "invalid_password_reset": "This link cannot be used any more. Ask for a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an operator makes accounts with `manage.py create_account`."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether a person may be sent to this address after signing in: a page of this site, by path."""
        return is_local_path(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom allauth's limits count; the same for limits and logs everywhere."""
        return client_address(request) or ""

    def set_password(self, user: User, password: str) -> None:
        """Save a new password, and lift the lock of too many wrong ones."""
        super().set_password(user, password)
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count one try; raises `ValidationError` with the end of the lock when there were too many."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            minutes = math.ceil(self._seconds_locked(request, **credentials) / 60)
            unit = "minute" if minutes == 1 else "minutes"
            raise ValidationError(
                f"Too many failed sign-ins. Try again in {minutes} {unit}.", code="too_many_login_attempts"
            ) from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's key begins with the request's host, so another allowed host would have a count of its own.
        return str(credentials.get("email", "")).lower()

    def _seconds_locked(self, request: HttpRequest, **credentials: Any) -> float:
        key = self._get_login_attempts_cache_key(request, **credentials)
        names = {"app": "allauth.account", "action": "login_failed"}
        ends = [time.time() + 1]
        for rate in ratelimit.get_rates(**names):
            tries = cache.get(ratelimit.get_cache_key(request, rate=rate, key=key, **names), [])
            if len(tries) >= rate.amount:
                ends.append(tries[rate.amount - 1] + rate.duration)
        return max(ends) - time.time()
