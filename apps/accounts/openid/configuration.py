"""The OpenID provider that people may sign in at, as the settings name it. Known before Django's models are."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

#: The roles that a group may be given.
ROLES = ("auditor", "viewer", "manager", "admin")

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class OpenIDProvider:
    """One provider. `roles` are pairs of what the claim holds and the role here; the first that fits counts."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    role_claim: str
    roles: Sequence[tuple[str, str]]
    scopes: Sequence[str] = ()
    ca_bundle: str = ""
    #: Whether a sign-in counts as a fresh proof only from the moment that the provider names.
    needs_auth_time: bool = True

    @property
    def key(self) -> str:
        """What accounts of this provider are stored under: people of another issuer are other people."""
        host = urlsplit(self.issuer).hostname or ""
        return f"{host}-{hashlib.sha256(self.issuer.encode()).hexdigest()[:12]}"

    def role_of(self, claims: Mapping[str, Any]) -> str | None:
        """The role that the claims name; None for none. The claim may lie deeper: "realm_access.roles"."""
        held = claims.get(self.role_claim, _below(claims, self.role_claim.split(".")))
        # Some providers send one name, some a list, some an object by name.
        many = held if isinstance(held, list | Mapping) else [held]
        names = {one for one in many if isinstance(one, str)}
        return next((role for name, role in self.roles if name in names), None)


def openid_provider(
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    name: str,
    role_claim: str,
    roles: Sequence[str],
    scopes: Sequence[str],
    ca_bundle: str,
    needs_auth_time: bool = True,
) -> OpenIDProvider | None:
    """The provider; None where no issuer is named. Raises `ImproperlyConfigured` naming the variable that is wrong."""
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ImproperlyConfigured("OPENID_ISSUER: only scheme, host, port and path")
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise ImproperlyConfigured("OPENID_ISSUER: http is for this machine alone; use https")
    for variable, value in (("OPENID_CLIENT_ID", client_id), ("OPENID_CLIENT_SECRET", client_secret)):
        if not value:
            raise ImproperlyConfigured(f"{variable}: must be set where OPENID_ISSUER is")
    return OpenIDProvider(
        issuer,
        client_id,
        client_secret,
        name,
        role_claim,
        _parsed_roles(roles),
        scopes,
        ca_bundle,
        needs_auth_time,
    )


def _parsed_roles(words: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs from `group=role`."""
    pairs = []
    for number, word in enumerate(words, start=1):
        name, _, role = word.rpartition("=")
        if not name.strip() or role.strip() not in ROLES:
            raise ImproperlyConfigured(
                f"OPENID_ROLES: entry {number} is not group=role with one of {', '.join(ROLES)}"
            )
        pairs.append((name.strip(), role.strip()))
    return pairs


def _below(claims: Any, names: Sequence[str]) -> Any:
    for name in names:
        claims = claims.get(name) if isinstance(claims, Mapping) else None
    return claims
