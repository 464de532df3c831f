"""Checks the ID token of a provider (OpenID Connect Core 1.0, 3.1.3.7).

allauth checks issuer, audience and expiry, but no nonce, and no signature of a token that it fetched itself; it takes
the algorithm that the token names. Here all of it is checked, always.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import jwt

from apps.accounts.openid.refusals import Reason, Refused

#: Signatures by a key that only the provider has. Never "none", and no HMAC, whose key the client shares.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_CLOCKS_DIFFER_SECONDS = 60


def verified_claims(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """What the token says. Raises `Refused` for one that is not signed, not from there, not for us or not for now."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key_of(token, keys),
            algorithms=_ALGORITHMS,
            audience=client_id,
            issuer=issuer,
            leeway=_CLOCKS_DIFFER_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.ExpiredSignatureError:
        raise Refused(Reason.EXPIRED) from None
    except jwt.ImmatureSignatureError:
        raise Refused(Reason.EXPIRED) from None
    except jwt.InvalidIssuerError:
        raise Refused(Reason.WRONG_ISSUER) from None
    except jwt.InvalidAudienceError:
        raise Refused(Reason.WRONG_AUDIENCE) from None
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError, jwt.InvalidKeyError):
        raise Refused(Reason.WRONG_SIGNATURE) from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise Refused(Reason.UNREADABLE) from None
    if claims.get("azp", client_id) != client_id or (
        isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    ):
        # Nobody else may have been given the same token.
        raise Refused(Reason.WRONG_AUDIENCE)
    said = claims.get("nonce")
    if not nonce or not isinstance(said, str) or not secrets.compare_digest(said.encode(), nonce.encode()):
        raise Refused(Reason.WRONG_NONCE)
    return claims


def _key_of(token: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    """The key that the token names; the only one where it names none. Raises `Refused` or an error of PyJWT."""
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in _ALGORITHMS:
        raise Refused(Reason.WRONG_SIGNATURE)
    found = [key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if key.public_key_use in (None, "sig")]
    named = [key for key in found if key.key_id == header["kid"]] if "kid" in header else found
    if len(named) != 1:
        raise Refused(Reason.WRONG_SIGNATURE)
    return named[0]
