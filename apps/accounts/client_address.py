"""The client's IP address of a request, behind as many trusted proxies as the settings say."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

#: Under which name a request's environ holds the id of who is signed in, for the web server that made it.
SIGNED_IN_PERSON = "integr8admin.person"
#: Whoever has an IPv6 address has at least so many bits of them.
_IPV6_NETWORK = 64
#: Stands where the server told no address.
UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104  # nosec B104


def client_address(request: HttpRequest) -> str | None:
    """The client's network address; None where the server tells none.

    With `TRUSTED_PROXY_COUNT` proxies of ours, each of which adds whom it heard, it is that many from the right. A
    request that came past the proxies, or of which they said nonsense, counts as from its peer.
    """
    count = settings.TRUSTED_PROXY_COUNT
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if count else []
    forwarded = _parsed(said[-count]) if len(said) >= count > 0 else None
    return forwarded or _parsed(request.META.get("REMOTE_ADDR") or "")


def client_network(request: HttpRequest) -> str:
    """What limits count as one client: an IPv4 address, the /64 of an IPv6 one."""
    address = client_address(request) or ""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/{_IPV6_NETWORK}", strict=False).network_address)


def _parsed(text: str) -> str | None:
    """An IP address, without the port that some proxies name and without a zone; None for anything else.

    An IPv4 address that is written as an IPv6 one is given as itself: else all of them would be one network.
    """
    host, port = split_domain_port(text.strip())
    try:
        parsed = ipaddress.ip_address(host.strip("[]") if port else text.strip())
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed).partition("%")[0]
