"""Signs what a form showed into a hidden field, and reads it back: only this site can have written it."""

from collections.abc import Mapping
from typing import Any

from django.core import signing

from apps.api.http.protocol import decode, encode

#: How long a form may stay open before what it showed is no longer believed.
LONGEST_OPEN_SECONDS = 24 * 3600


def sign(values: Mapping[str, Any], salt: str) -> str:
    """The values as a signed text for a hidden field."""
    return signing.dumps(encode(values).decode(), salt=salt, compress=True)


def read(text: str, salt: str) -> dict[str, Any] | None:
    """The values in a signed text; None when it is missing, forged, of another salt or older than a day."""
    try:
        values = decode(signing.loads(text, salt=salt, max_age=LONGEST_OPEN_SECONDS).encode())
    except (signing.BadSignature, ValueError):
        return None
    return values if isinstance(values, dict) else None
