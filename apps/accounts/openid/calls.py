"""Calls to the OpenID provider: within seconds, without redirects, and to addresses as safe as the issuer's."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from apps.accounts.openid.configuration import OpenIDProvider
from apps.accounts.openid.refusals import Reason, Refused
from apps.api.http.protocol import Request
from apps.api.http.transport import Limits, Network, RawAnswer, Transport, TransportError

#: Somebody waits at the sign-in page; four calls in all.
_LIMITS = Limits(connect=3, between_bytes=4, total=6, maximum_bytes=500_000)
_WELL_KNOWN = "/.well-known/openid-configuration"
_FORM = "application/x-www-form-urlencoded"


class ProviderCalls:
    """The calls of one sign-in. Every method raises `Refused`."""

    def __init__(self, provider: OpenIDProvider) -> None:
        self._provider = provider

    def discovered(self) -> dict[str, Any]:
        """What the provider says of itself; it must name the issuer that the settings name."""
        found = self._json(
            Request("GET", f"{self._provider.issuer}{_WELL_KNOWN}", {"Accept": "application/json"})
        )
        if str(found.get("issuer", "")).rstrip("/") != self._provider.issuer:
            raise Refused(Reason.WRONG_ISSUER)
        return found

    def tokens(self, found: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a code."""
        headers = {"Accept": "application/json", "Content-Type": _FORM}
        fields = dict(form)
        if "client_secret_post" in found.get("token_endpoint_auth_methods_supported", []):
            fields |= {"client_id": self._provider.client_id, "client_secret": self._provider.client_secret}
        else:
            # What every provider takes that names no ways (RFC 6749, 2.3.1).
            pair = f"{quote_plus(self._provider.client_id)}:{quote_plus(self._provider.client_secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        body = urlencode(fields).encode()
        return self._json(
            Request("POST", self.endpoint(found, "token_endpoint"), headers, body), Reason.CODE_REFUSED
        )

    def keys(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The keys that the provider signs with."""
        return self._json(Request("GET", self.endpoint(found, "jwks_uri"), {"Accept": "application/json"}))

    def user_info(self, found: Mapping[str, Any], access_token: str) -> dict[str, Any]:
        """More claims of the person, where the provider has an address for them."""
        if not found.get("userinfo_endpoint"):
            return {}
        headers = {"Accept": "application/json", "Authorization": f"Bearer {access_token}"}
        return self._json(Request("GET", self.endpoint(found, "userinfo_endpoint"), headers))

    def endpoint(self, found: Mapping[str, Any], name: str) -> str:
        """An address that the provider names."""
        address = found.get(name)
        if not isinstance(address, str) or not self._is_as_safe(address):
            raise Refused(Reason.UNREADABLE)
        return address

    def _is_as_safe(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        own = urlsplit(self._provider.issuer)
        is_same_origin = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        return (
            bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or is_same_origin)
        )

    def _json(self, request: Request, reason: Reason = Reason.UNREACHABLE) -> dict[str, Any]:
        answer = self._sent(request)
        if answer.status >= 500:
            raise Refused(Reason.UNREACHABLE)
        if answer.status != 200:
            raise Refused(reason if reason is not Reason.UNREACHABLE else Reason.UNREADABLE)
        try:
            data = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise Refused(Reason.UNREADABLE) from None
        if not isinstance(data, dict):
            raise Refused(Reason.UNREADABLE)
        return data

    def _sent(self, request: Request) -> RawAnswer:
        try:
            return _transport(self._provider.ca_bundle).send(request, _LIMITS, fresh_connection=True)
        except TransportError:
            raise Refused(Reason.UNREACHABLE) from None


@lru_cache(maxsize=1)
def _transport(ca_bundle: str) -> Transport:
    return Transport(Network(ca_bundle))
