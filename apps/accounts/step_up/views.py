"""allauth's pages that ask for a proof: the password, a code, a passkey. Afterwards a form that waited is shown."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.generic import TemplateView

from apps.accounts.openid.proof import provider_that_knows
from apps.accounts.safe_redirects import next_path
from apps.accounts.step_up.proof import page_after_proof, waiting_form


class SignInAgainView(TemplateView):
    """A new sign-in as the proof: at the provider, or, for who has nothing to show at all, from the beginning."""

    template_name = "account/sign_in_again.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `next`, the page that asked, and `sign_in_page`, where signing out leads: from there to the page too.

        And `openid_name`, of the provider, "" for none; `reauthentication_alternatives`, and `unsent`, what waits.
        """
        page = next_path(self.request, "/")
        methods = get_adapter().get_reauthentication_methods(self.request.user)
        provider = provider_that_knows(self.request.user)
        query = urlencode({"next": page})
        others = [
            {**method, "url": f"{method['url']}?{query}"}
            for method in methods
            if method["url"] != self.request.path
        ]
        return super().get_context_data(
            next=page,
            # Not `next` first: that is how a request is told that was sent away to sign in.
            sign_in_page=f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'again': '1', 'next': page})}",
            openid_name=provider.name if provider else "",
            reauthentication_alternatives=others,
            unsent=waiting_form(self.request),
            minutes=settings.FRESH_PROOF_MINUTES,
            **kwargs,
        )


class ProofMixin:
    """Adds the form that waits, and shows it again once the proof is given."""

    request: HttpRequest
    template_name = "account/reauthenticate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `unsent`, the form that waits, and `action_url`."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        # Of a passkey's form allauth makes a new one, which would ask once more.
        return {
            **context,
            **kwargs,
            "unsent": waiting_form(self.request),
            "action_url": self.request.path,
            "minutes": settings.FRESH_PROOF_MINUTES,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to the page that asked."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        page = page_after_proof(self.request)
        return redirect(page) if page else response

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with what was wrong."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)  # type: ignore[attr-defined]
        return response


class PasswordProofView(ProofMixin, ReauthenticateView):  # type: ignore[misc]
    """Asks for the password."""


class CodeProofView(ProofMixin, CodeView):  # type: ignore[misc]
    """Asks for a code of the app, or a recovery code."""


class PasskeyProofView(ProofMixin, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Asks for a passkey."""
