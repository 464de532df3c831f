"""Whether an IP address belongs to the public internet; one that is not known to be public is not."""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

# IANA's registry of special-purpose addresses, whole, whether or not it calls a block globally reachable; multicast
# and what is reserved; and what the clouds answer at to their own machines alone though it looks public.
_SPECIAL_IPV4 = [
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers; 100.100.100.200 is a cloud's metadata
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "168.63.129.16/32",  # Azure's host: metadata, DNS
        "161.26.0.0/16",  # IBM Cloud's inner services
        "166.8.0.0/14",
    )
]
#: Global unicast as far as it is given out; outside of it nothing is public but what is unwrapped below.
_GLOBAL_IPV6 = IPv6Network("2000::/4")
_SPECIAL_IPV6 = [
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, AMT, AS112, ORCHID, DRIP
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "2d00::/8",  # reserved
        "2e00::/7",  # reserved
    )
]
#: Networks that reach IPv4 alone through a translator: the public internet where the address inside is (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
#: An interface named after an IPv4 address of a tunnel (ISATAP), whatever network it claims to be in.
_TUNNEL_INTERFACES = frozenset({0x00005EFE, 0x02005EFE})


def is_public(address: str) -> bool:
    """True for an address of the public internet. With a zone, or in no standard spelling, it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return _is_public_ipv4(found)
    if found.scope_id is not None:
        return False
    inner = found.ipv4_mapped or (IPv4Address(int(found) & 0xFFFFFFFF) if found in _TRANSLATED else None)
    return _is_public_ipv4(inner) if inner is not None else _is_public_ipv6(found)


def _is_public_ipv4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in block for block in _SPECIAL_IPV4)


def _is_public_ipv6(address: IPv6Address) -> bool:
    is_special = any(address in block for block in _SPECIAL_IPV6)
    is_tunnel = (int(address) >> 32) & 0xFFFFFFFF in _TUNNEL_INTERFACES
    return address in _GLOBAL_IPV6 and address.is_global and not is_special and not is_tunnel
