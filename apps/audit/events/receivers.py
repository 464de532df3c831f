"""What Django's and allauth's signals tell, and what the accounts below this app tell, as events of the log."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from django.apps import apps
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.product_events import EventKind, ProductEvent, happened
from apps.accounts.sign_in.limits import account_with, is_new_browser
from apps.audit.events.recording import record, record_event


def connect() -> None:
    """Listen from now on."""
    name = "apps.audit.events"
    happened.connect(_happened, dispatch_uid=name)
    account_signals.user_logged_in.connect(_signed_in, dispatch_uid=name)
    account_signals.password_changed.connect(_password_changed, dispatch_uid=name)
    account_signals.password_set.connect(_password_changed, dispatch_uid=name)
    account_signals.password_reset.connect(_password_reset, dispatch_uid=name)
    account_signals.authentication_step_completed.connect(_step_completed, dispatch_uid=name)
    user_logged_out.connect(_signed_out, dispatch_uid=name)
    user_login_failed.connect(_sign_in_failed, dispatch_uid=name)
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa import signals as factor_signals

        factor_signals.authenticator_added.connect(_factor_added, dispatch_uid=name)
        factor_signals.authenticator_removed.connect(_factor_removed, dispatch_uid=name)
        factor_signals.authenticator_reset.connect(_factor_made_anew, dispatch_uid=name)
        factor_signals.authenticator_used.connect(_factor_used, dispatch_uid=name)
        factor_signals.authentication_failed.connect(_factor_failed, dispatch_uid=name)


def _happened(event: ProductEvent, **_others: Any) -> None:
    record_event(event)


def _signed_in(request: HttpRequest, user: User, **_others: Any) -> None:
    ways = []
    for step in get_authentication_records(request, user):
        parts = (step.get("method"), step.get("type") or step.get("provider"))
        ways.append(":".join(str(part) for part in parts if part))
    facts: dict[str, Any] = {"ways": ways}
    if is_new_browser(request, user):
        facts["new_browser"] = True
    record(EventKind.SIGNED_IN, user, request, facts=facts)


def _signed_out(request: HttpRequest, user: User | None, **_others: Any) -> None:
    if isinstance(user, User):
        record(EventKind.SIGNED_OUT, user, request)


def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_others: Any) -> None:
    """A password that is not right; of tries that were refused unseen the accounts tell themselves."""
    if request is None:
        return
    user = getattr(request, "user", None)
    if isinstance(user, User):
        record(EventKind.STEP_UP_FAILED, user, request)
    else:
        # What was typed is not written down: it may be a password in the wrong field.
        typed = str(credentials.get("email", ""))
        # Counted by what was typed, so that an address without an account takes as long as one with.
        record(
            EventKind.SIGN_IN_FAILED,
            None,
            request,
            subject=account_with(typed),
            counted_by=typed.strip().casefold(),
        )


def _password_changed(request: HttpRequest, user: User, **_others: Any) -> None:
    record(EventKind.PASSWORD_CHANGED, user, request)


def _password_reset(request: HttpRequest, user: User, **_others: Any) -> None:
    record(EventKind.PASSWORD_RESET, user, request)


def _step_completed(request: HttpRequest, user: User, method: str, **details: Any) -> None:
    """Who is signed in has shown anew who they are; signing in itself is told when it is done."""
    if details.get("reauthenticated"):
        kind = details.get("type") or details.get("provider")
        record(EventKind.STEP_UP, user, request, facts={"way": ":".join(filter(None, [method, kind]))})


def _factor_added(request: HttpRequest, user: User, authenticator: Any, **_others: Any) -> None:
    record(EventKind.FACTOR_ADDED, user, request, facts={"factor": str(authenticator.type)})


def _factor_removed(request: HttpRequest, user: User, authenticator: Any, **_others: Any) -> None:
    owner = authenticator.user
    subject = owner if owner.pk != user.pk else None
    record(
        EventKind.FACTOR_REMOVED, user, request, subject=subject, facts={"factor": str(authenticator.type)}
    )


def _factor_made_anew(request: HttpRequest, user: User, authenticator: Any, **_others: Any) -> None:
    facts = {"factor": str(authenticator.type), "made_anew": True}
    record(EventKind.FACTOR_ADDED, user, request, facts=facts)


def _factor_used(
    request: HttpRequest, user: User, authenticator: Any, reauthenticated: bool = False, **_others: Any
) -> None:
    """A factor by which somebody signs in; a fresh proof is told of as such."""
    if not reauthenticated:
        record(EventKind.FACTOR_USED, user, request, facts={"factor": str(authenticator.type)})


def _factor_failed(
    request: HttpRequest, user: User, authenticator: Any, reauthentication: bool = False, **_others: Any
) -> None:
    """The password was right by then, but nobody has shown yet that they are the person."""
    kind = EventKind.STEP_UP_FAILED if reauthentication else EventKind.FACTOR_FAILED
    facts = {"factor": str(authenticator.type)}
    if reauthentication:
        record(kind, user, request, facts=facts)
    else:
        record(kind, None, request, subject=user, facts=facts)
