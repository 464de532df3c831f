"""allauth's OpenID Connect, with calls and checks of our own: the state, PKCE and the sign-in itself stay allauth's."""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from apps.accounts.openid import proof
from apps.accounts.openid.calls import ProviderCalls
from apps.accounts.openid.configuration import OpenIDProvider
from apps.accounts.openid.current import current_provider
from apps.accounts.openid.refusals import Reason, Refused


class DeskAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What the settings name, asked with our limits. Its methods raise `Refused`."""

    #: Of the sign-in that is going on.
    _nonce = ""

    def __init__(self, request: HttpRequest) -> None:
        self.configuration = current_provider()
        self.calls = ProviderCalls(self.configuration)
        super().__init__(request, self.configuration.key)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, asked for once a request: one that is down is told of at once."""
        if not hasattr(self, "_found"):
            self._found = self.calls.discovered()
        return self._found

    @property
    def authorize_url(self) -> str:
        """Where the person is sent to."""
        return self.calls.endpoint(self.openid_config, "authorization_endpoint")

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where they are sent back to, whatever host the request names."""
        return f"{settings.SITE_URL}{reverse('openid_callback')}"

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """The tokens for the code."""
        self._nonce = _nonce_of(pkce_code_verifier or "")
        form = {
            "grant_type": "authorization_code",
            "code": request.GET["code"],
            "redirect_uri": self.get_callback_url(request, app),
            "code_verifier": pkce_code_verifier or "",
        }
        found = self.calls.tokens(self.openid_config, form)
        if not all(isinstance(found.get(name), str) for name in ("access_token", "id_token")):
            raise Refused(Reason.UNREADABLE)
        return {name: found[name] for name in ("access_token", "id_token")}

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **details: Any
    ) -> SocialLogin:
        """Who signs in, after everything of the answer was checked and before anything is stored."""
        # Only now: what reads tokens takes as much memory as the rest of what is about signing in.
        from apps.accounts.openid.tokens import verified_claims

        signed = verified_claims(
            details["response"]["id_token"],
            self.calls.keys(self.openid_config),
            issuer=str(self.openid_config["issuer"]),
            client_id=self.configuration.client_id,
            nonce=self._nonce,
        )
        told = self.calls.user_info(self.openid_config, token.token)
        if told and told.get("sub") != signed["sub"]:
            raise Refused(Reason.WRONG_PERSON)
        login = self.get_provider().sociallogin_from_response(request, self._checked({**told, **signed}))
        # Of the signed token alone; used for this answer, and not stored with the account.
        login.auth_time = signed.get("auth_time")
        return login

    def _checked(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The few claims that are used. It takes a verified address, and a role where roles are mapped."""
        email = claims.get("email")
        if not isinstance(email, str) or not email:
            raise Refused(Reason.NO_EMAIL)
        if claims.get("email_verified") not in (True, "true"):
            raise Refused(Reason.EMAIL_NOT_VERIFIED)
        role = self.configuration.role_of(claims)
        if self.configuration.roles and role is None:
            raise Refused(Reason.NO_ROLE)
        name = claims.get("name")
        return {
            "sub": str(claims["sub"]),
            "email": email,
            "email_verified": True,
            "name": name if isinstance(name, str) else "",
            "role": role,
        }


class DeskProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The one provider of the settings."""

    oauth2_adapter_class = DeskAdapter

    def get_oauth2_adapter(self, request: HttpRequest) -> DeskAdapter:
        """The adapter of this request."""
        return DeskAdapter(request)

    def begin(self, request: HttpRequest, next_page: str) -> HttpResponseBase:
        """A redirect to the provider, whose answer has to bring the state and the nonce back."""
        response: HttpResponseBase = self.redirect(request, process="login", next_url=next_page or None)
        return response

    def begin_proof(self, request: HttpRequest, next_page: str) -> HttpResponseBase:
        """A redirect to the provider, which is to ask for a sign-in whether or not there was one."""
        response: HttpResponseBase = self.redirect(
            request,
            process=proof.PROCESS,
            next_url=next_page or None,
            auth_params=dict(proof.PARAMETERS),
            **{proof.BEGUN_AT: int(time.time())},
        )
        return response

    def get_pkce_params(self) -> dict[str, Any]:
        """PKCE's, and the nonce: both belong to one secret that stays in the state of this browser's session."""
        found: dict[str, Any] = super().get_pkce_params()
        return {**found, "nonce": _nonce_of(found["code_verifier"])}


def _nonce_of(code_verifier: str) -> str:
    """The nonce of a sign-in; it tells nothing of the verifier, which has 768 random bits."""
    return hashlib.sha256(f"nonce {code_verifier}".encode()).hexdigest() if code_verifier else ""


def app_of(configuration: OpenIDProvider) -> SocialApp:
    """The provider as allauth keeps one; nothing of it is in the database."""
    return SocialApp(
        provider=DeskProvider.id,
        provider_id=configuration.key,
        name=configuration.name,
        client_id=configuration.client_id,
        settings={
            "server_url": configuration.issuer,
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile", "email", *configuration.scopes],
        },
    )
