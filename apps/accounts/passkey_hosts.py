"""The host that passkeys are for. Browsers make and show none for an IP address."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def passkey_host() -> str:
    """The host of `SITE_URL`, whatever host a request names; on this machine it is localhost."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    return "localhost" if _is_ip_address(host) else host


def can_use_passkeys(request: HttpRequest) -> bool:
    """Whether the page was opened under the host that passkeys are for."""
    return urlsplit(f"//{request.get_host()}").hostname == passkey_host()


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
