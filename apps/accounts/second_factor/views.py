"""allauth's pages for second factors: the overview, the code at sign-in, apps, passkeys, recovery codes."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from apps.accounts import unsent_forms
from apps.accounts.access import signed_in_person
from apps.accounts.passkey_hosts import can_use_passkeys, passkey_host
from apps.accounts.second_factor.codes import LAST_STEP, recovery_codes_left
from apps.accounts.second_factor.middleware import PAGE_AFTER_SETUP
from apps.accounts.second_factor.requirement import must_have_second_factor
from apps.accounts.unsent_forms import SESSION_ENDED

OVERVIEW = reverse_lazy("mfa_index")


class SecurityView(base_views.IndexView):  # type: ignore[misc]
    """What one signs in with; where somebody ends up who must set up a second factor first."""

    request: HttpRequest
    template_name = "mfa/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `app`, `passkeys`, `codes_left` (None without codes), and whether browsers take part here."""
        rows = list(Authenticator.objects.filter(user=self.request.user).order_by("created_at"))
        by_type = {row.type: row for row in rows}
        codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
        return {
            "app": by_type.get(Authenticator.Type.TOTP),
            "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
            "codes": codes,
            "codes_left": recovery_codes_left(codes) if codes else None,
            "is_required": must_have_second_factor(signed_in_person(self.request)),
            "can_use_passkeys": can_use_passkeys(self.request),
            "passkey_host": passkey_host(),
            **kwargs,
        }


class InvalidMixin:
    """A form with a mistake is answered with the page and 422."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response


class SignInCodeView(InvalidMixin, base_views.AuthenticateView):  # type: ignore[misc]
    """The second step of signing in: a code or a passkey."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds whether browsers take part here, and which ways the account has."""
        person = self.stage.login.user
        types = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
        return {
            **super().get_context_data(**kwargs),
            "has_codes": bool(types - {Authenticator.Type.WEBAUTHN}),
            "has_passkeys": Authenticator.Type.WEBAUTHN in types and can_use_passkeys(self.request),
            "passkey_host": passkey_host(),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, and go on where a form that waited since before the password is shown again."""
        response: HttpResponse = super().form_valid(form)
        page = unsent_forms.release(self.request, SESSION_ENDED)
        return redirect(page) if page else response


class PasskeySignInView(webauthn_views.LoginWebAuthnView):  # type: ignore[misc]
    """Signing in by a passkey alone."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, and go on where a form that waits is shown again."""
        response: HttpResponse = super().form_valid(form)
        unsent = unsent_forms.from_signed_text(self.request.POST.get(unsent_forms.FIELD, ""))
        if unsent and self.request.user.is_authenticated:
            return redirect(unsent_forms.store_in_session(self.request, unsent, SESSION_ENDED))
        return response


class AddAppView(InvalidMixin, totp_views.ActivateTOTPView):  # type: ignore[misc]
    """A code app: its picture, and the first code."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it; the code that showed it is used."""
        response: HttpResponse = super().form_valid(form)
        row = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        row.data[LAST_STEP] = form.step
        row.save(update_fields=["data"])
        return response


class RemoveAppView(InvalidMixin, totp_views.DeactivateTOTPView):  # type: ignore[misc]
    """Remove the code app."""


class AddPasskeyView(InvalidMixin, webauthn_views.AddWebAuthnView):  # type: ignore[misc]
    """A new passkey."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Asks the browser for a passkey that is enough alone."""
        context = super().get_context_data(**kwargs)
        options = webauthn_views.auth.begin_registration(self.request.user, passwordless=True)
        return {
            **context,
            **kwargs,
            "js_data": {"creation_options": options},
            "can_use_passkeys": can_use_passkeys(self.request),
        }


class RenamePasskeyView(InvalidMixin, webauthn_views.EditWebAuthnView):  # type: ignore[misc]
    """Another name for a passkey."""

    success_url = OVERVIEW
    pk_url_kwarg = "number"


class RemovePasskeyView(webauthn_views.RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey, unless the person may not be without it."""

    request: HttpRequest
    success_url = OVERVIEW
    pk_url_kwarg = "number"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds whether it can be removed."""
        return {**super().get_context_data(**kwargs), "can_remove": self._can_remove()}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it; the page again, with why not, where it is the last one of somebody who must have one."""
        if not self._can_remove():
            refused: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
            return refused
        response: HttpResponse = super().form_valid(form)
        return response

    def _can_remove(self) -> bool:
        return bool(get_adapter().can_delete_authenticator(self.object))


class RecoveryCodesView(recovery_views.ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, once; and the way on for somebody who was led to the set-up."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `next`, the page that was asked for before the set-up."""
        page = self.request.session.pop(PAGE_AFTER_SETUP, "")
        return {**super().get_context_data(**kwargs), "next": page}


class NewRecoveryCodesView(InvalidMixin, recovery_views.GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes in place of the old ones."""
