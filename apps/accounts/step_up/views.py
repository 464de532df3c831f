"""allauth's pages that ask for a proof: the password, a code, a passkey. Afterwards a form that waited is shown."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.generic import TemplateView

from apps.accounts.safe_redirects import next_path
from apps.accounts.step_up.proof import page_after_proof, waiting_form


class SignInAgainView(TemplateView):
    """For who has neither password nor second factor here: a new sign-in, at the provider, is their proof."""

    template_name = "account/sign_in_again.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `next`, where signing out leads: to the sign-in page, and from there to the page that asked."""
        # Not `next` first: that is how a request is told that was sent away to sign in.
        page = urlencode({"again": "1", "next": next_path(self.request, "/")})
        return super().get_context_data(next=f"{resolve_url(settings.LOGIN_URL)}?{page}", **kwargs)


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
