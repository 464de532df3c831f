"""The place of a network address in words: by a database of places in MaxMind's format, where one is set."""

import ipaddress
import logging
from functools import lru_cache
from typing import Any

from django.conf import settings

from apps.accounts.client_address import UNKNOWN_ADDRESS

logger = logging.getLogger(__name__)


def place_words(address: str) -> str:
    """Where the address is, as "Berlin, Germany"; "" where nothing is known of it."""
    path = settings.PLACES_DATABASE
    if not path or not ipaddress.ip_address(address).is_global:
        return ""
    try:
        record: Any = _database(path).get(address)
        names = [_name(record, "city"), _name(record, "country")]
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        # A page of sessions is of use without places.
        logger.warning("PLACES_DATABASE cannot be read: %s", type(error).__name__)
        return ""
    return ", ".join(filter(None, names))


def network_words(address: str, address_here: str) -> str:
    """From which network, compared with the one that the question comes from."""
    if address == UNKNOWN_ADDRESS:
        return "from an unknown network"
    if address == address_here:
        return f"the network you are on now ({address})"
    if not ipaddress.ip_address(address).is_global:
        return f"from a private network ({address})"
    return f"from network {address}"


def _name(record: Any, part: str) -> str:
    return str(record[part]["names"]["en"]) if record and part in record else ""


@lru_cache(maxsize=1)
def _database(path: str) -> Any:
    """Opened once a process: it is mapped, not read. Raises `OSError` or `RuntimeError` where it is none."""
    import maxminddb

    return maxminddb.open_database(path)
