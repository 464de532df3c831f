"""Where a request comes from, as far as our own proxies say it."""

import ipaddress

from allauth.core.internal.httpkit import clean_client_ip
from django.conf import settings
from django.http import HttpRequest

#: Whoever has an IPv6 address has at least so many bits of them.
_IPV6_NETWORK = 64


def client_address(request: HttpRequest) -> str | None:
    """The client's network address; None where the server tells none.

    With `TRUSTED_PROXY_COUNT` proxies of ours, each of which adds whom it heard, it is that many from the right. A
    request that came past the proxies, or of which they said nonsense, counts as from its peer.
    """
    count = settings.TRUSTED_PROXY_COUNT
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if count else []
    forwarded = clean_client_ip(said[-count]) if len(said) >= count > 0 else None
    address = forwarded or clean_client_ip(request.META.get("REMOTE_ADDR") or "")
    return _plain(address) if address else None


def client_network(request: HttpRequest) -> str:
    """What limits count as one client: an IPv4 address, the /64 of an IPv6 one."""
    address = client_address(request) or ""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/{_IPV6_NETWORK}", strict=False).network_address)


def _plain(address: str) -> str:
    """An IPv4 address that is written as an IPv6 one as itself: else all of them would be one network."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)
