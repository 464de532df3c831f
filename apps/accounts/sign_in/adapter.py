"""The allauth adapter: no sign-up, limits for wrong passwords, safe redirects."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.accounts import unsent_forms
from apps.accounts.client_address import UNKNOWN_ADDRESS, client_address
from apps.accounts.models import SignInTry, User
from apps.accounts.openid.proof import note_sign_in, provider_that_knows
from apps.accounts.passkey_hosts import can_use_passkeys
from apps.accounts.passwords.hashing import HashingBusy
from apps.accounts.policy import Person
from apps.accounts.product_events import EventKind, tell
from apps.accounts.safe_redirects import is_local_path
from apps.accounts.sign_in.limits import (
    Locked,
    account_with,
    clear_attempts,
    record_attempt,
    remember_browser_and_network,
)
from apps.accounts.step_up.proof import has_fresh_proof

PASSKEY = "mfa_reauthenticate:webauthn"
PASSWORD = "reauthenticate"  # noqa: S105
PROVIDER = "account_sign_in_again"
#: The ways to show that it is oneself, as links say them.
WAYS = {
    PASSWORD: "Use your password",
    "mfa_reauthenticate": "Use a code",
    PASSKEY: "Use a passkey",
}

PASSWORDS_ARE_OFF = "Nobody signs in with a password here."


class ClosedSignUpAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks, set for a tool whose accounts an operator makes."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is not active. Ask an admin.",
        "email_password_mismatch": "The email address or the password is not right.",
        "invalid_password_reset": "This link cannot be used any more. Ask for a new one.",
    }

    _tried: SignInTry | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an operator makes accounts with `manage.py create_account`."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether a person may be sent to this address after signing in: a page of this site, by path."""
        return is_local_path(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom allauth's limits count; the same for limits and logs everywhere."""
        return client_address(request) or UNKNOWN_ADDRESS

    def set_password(self, user: User, password: str) -> None:
        """Save a new password, and lift the lock of too many wrong ones."""
        super().set_password(user, password)
        clear_attempts(user)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count one try; raises `ValidationError` with the end of the lock when there were too many.

        Raises it for every password where they are switched off.
        """
        if not settings.PASSWORD_SIGN_IN:
            raise ValidationError(PASSWORDS_ARE_OFF, code="passwords_off")
        try:
            self._tried = record_attempt(request, str(credentials.get("email", "")))
        except Locked as lock:
            typed = str(credentials.get("email", ""))
            account = account_with(typed)
            tell(
                EventKind.SIGN_IN_LOCKED,
                None,
                request,
                subject=account,
                counted_by=typed.strip().casefold(),
            )
            raise ValidationError(lock.words, code="too_many_login_attempts") from lock

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person, or None. Raises `HashingBusy`, and counts no try then: nothing was checked."""
        try:
            person: AbstractBaseUser | None = super().authenticate(request, **credentials)
        except HashingBusy:
            self._forget_try()
            raise
        if person is not None:
            self._forget_try()
        return person

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether it is the person's password; counted as at sign-in."""
        person = self.authenticate(context.request, email=user.email, password=password)
        return person is not None and person.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Whether allauth's own pages ask for a proof first: as all others do."""
        return not has_fresh_proof(context.request)

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, Any]]:
        """The ways to show that it is oneself, first the one the person signed in by."""
        methods: list[dict[str, Any]] = [
            {**method, "description": WAYS[method["id"]]}
            for method in super().get_reauthentication_methods(user)
        ]
        if provider := provider_that_knows(user):
            words = f"Sign in with {provider.name}"
            methods.append({"id": PROVIDER, "description": words, "url": reverse(PROVIDER)})
        if not settings.PASSWORD_SIGN_IN:
            methods = [method for method in methods if method["id"] != PASSWORD]
        if context.request and not can_use_passkeys(context.request):
            methods = [method for method in methods if method["id"] != PASSKEY]
        records = get_authentication_records(context.request, user) if context.request else []
        came_by = {record.get("type") or record.get("method") for record in records}
        first = PASSKEY if "webauthn" in came_by else PROVIDER if "socialaccount" in came_by else None
        return sorted(methods, key=lambda method: (method["id"] != first, method["id"] == PASSKEY))

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Where to go after signing in; this browser and this network are known from now on."""
        if login := (details.get("signal_kwargs") or {}).get("sociallogin"):
            note_sign_in(request, login)
        response: HttpResponse = super().post_login(request, user, **details)
        if page := unsent_forms.release(request, unsent_forms.SESSION_ENDED):
            response = redirect(page)
        remember_browser_and_network(request, response, user)
        return response

    def _forget_try(self) -> None:
        if self._tried is not None and self._tried.pk is not None:
            self._tried.delete()
