"""allauth's hooks for signing in at a provider."""

import logging
from collections.abc import Mapping
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.accounts.models import Role, User
from apps.accounts.openid.configuration import OpenIDProvider
from apps.accounts.openid.current import current_provider
from apps.accounts.openid.joining import follow_role, join
from apps.accounts.openid.proof import is_proof, take_proof
from apps.accounts.openid.provider import DeskProvider, app_of
from apps.accounts.openid.refusals import Reason, Refused
from apps.accounts.product_events import EventKind, tell
from apps.accounts.step_up.proof import page_after_proof

logger = logging.getLogger(__name__)


class OpenIDAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, from the settings; who may come in is decided here, by what it says and nothing else."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The provider of the settings, without a look into the database."""
        configuration: OpenIDProvider | None = settings.OPENID_PROVIDER
        return [app_of(configuration)] if configuration else []

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> DeskProvider:
        """The provider, or 404 where none is set."""
        return DeskProvider(request, app=app_of(current_provider()))

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Not allauth's way, which takes away the password of the account that is joined (`joining.py`)."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Join the account, and give it the role that the provider names; of a proof take note, and no more."""
        try:
            if is_proof(sociallogin):
                take_proof(request, sociallogin)
                page = sociallogin.get_redirect_url(request) or settings.LOGIN_REDIRECT_URL
                raise ImmediateHttpResponse(redirect(page_after_proof(request, page) or page))
            join(request, sociallogin)
        except Refused as refused:
            raise ImmediateHttpResponse(refused_page(request, refused.reason)) from refused
        if not follow_role(request, sociallogin.user, sociallogin.account.extra_data.get("role")):
            role = Role.ADMIN.label.lower()
            messages.warning(
                request,
                f"{current_provider().name} gives you another role, but you are the only {role} for all "
                f"services, so you stay {role}. Make somebody else one first.",
            )

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: DeskProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """A page of ours that says why nobody is signed in."""
        raise ImmediateHttpResponse(
            refused_page(request, _reason(request, error, exception, extra_context or {}))
        )

    def get_requests_session(self) -> Any:
        """None: every call to the provider is made by `calls.py`. Raises `NotImplementedError`."""
        raise NotImplementedError


def refused_page(request: HttpRequest, reason: Reason) -> HttpResponse:
    """The page that says why nobody is signed in, or nothing is proved, and what to do."""
    name = current_provider().name
    logger.warning("sign-in at the OpenID provider refused: %s", reason.name)
    person = request.user if isinstance(request.user, User) else None
    kind = EventKind.STEP_UP_FAILED if person else EventKind.SIGN_IN_FAILED
    tell(kind, person, request, facts={"way": "OpenID provider", "reason": reason.name})
    context = {"words": reason.value.format(name=name), "request_id": getattr(request, "request_id", "-")}
    status = 503 if reason is Reason.UNREACHABLE else 401
    return render(request, "account/openid_refused.html", context, status=status)


def _reason(
    request: HttpRequest, error: str | None, exception: Exception | None, known: Mapping[str, Any]
) -> Reason:
    if isinstance(exception, Refused):
        return exception.reason
    # Some providers leave the state out of this one; it opens nothing with it either.
    if error == AuthError.CANCELLED or request.GET.get("error") == "access_denied":
        return Reason.CANCELLED
    if exception is not None:
        return Reason.UNREADABLE
    # Without its state the answer says nothing that counts.
    return Reason.REFUSED_THERE if "state" in known else Reason.NOT_BEGUN_HERE
