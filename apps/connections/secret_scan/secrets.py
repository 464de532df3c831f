"""The secrets of this installation, each under a name that may be printed."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from apps.audit.keys import ChainKeyUnreadable, unwrapped
from apps.audit.models import ChainKey
from apps.connections.exceptions import KeyUnreadable
from apps.connections.keys.storage import read_key
from apps.connections.models import Connection


@sensitive_variables()
def all_secrets(canaries: Path | None = None) -> dict[str, bytes]:
    """People's API keys, the ring, the log's keys, the passwords of other services; and a file's lines."""
    found = dict(_of_settings()) | dict(_of_database())
    if canaries:
        for number, line in enumerate(canaries.read_bytes().splitlines(), start=1):
            if line.strip():
                found[f"canary {number}"] = line.strip()
    return found


def _of_settings() -> Iterator[tuple[str, bytes]]:
    for number, secret in enumerate((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        yield f"SECRET_KEY{f' fallback {number}' if number else ''}", secret.encode()
    for number, key in enumerate(settings.API_KEY_RING.values(), start=1):
        yield f"ring key {number}", key
        yield f"ring key {number} as it is set", base64.b64encode(key)
    passwords = {
        "the database's password": str(settings.DATABASES["default"].get("PASSWORD") or ""),
        "the mail server's password": settings.EMAIL_HOST_PASSWORD,
        "the proxy's password": unquote(urlsplit(settings.API_PROXY).password or ""),
        "Redis's password": unquote(urlsplit(str(settings.CACHES["default"]["LOCATION"])).password or ""),
    }
    for name, password in passwords.items():
        yield name, password.encode()


def _of_database() -> Iterator[tuple[str, bytes]]:
    for connection in Connection.objects.exclude(ring_key_id="").select_related("service").iterator():
        try:
            yield f"the API key of connection {connection.pk}", read_key(connection).reveal().encode()
        except KeyUnreadable:
            continue
    for key in ChainKey.objects.all():
        try:
            yield f"key {key.pk} of the change log", unwrapped(key.ring_key_id, key.wrapped)
        except ChainKeyUnreadable:
            continue
