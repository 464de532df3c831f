"""How often one network may do something in a while, for pages that need no account."""

from typing import NamedTuple

from django.core.cache import cache
from django.http import HttpRequest

from apps.accounts.client_address import client_network


class Rate(NamedTuple):
    """So many requests within so many seconds."""

    amount: int
    seconds: int


def count_request(request: HttpRequest, action: str, rate: Rate) -> bool:
    """Count this request; False, and nothing counted, where its network has used up the rate of this action.

    Each counted request takes one of `amount` cache entries, which is free again when its time is over. Redis adds an
    entry once, so no more than `amount` requests get through, whichever processes they reach at the same moment.
    """
    network = client_network(request)
    entries = [f"rate:{action}:{network}:{number}" for number in range(rate.amount)]
    taken = cache.get_many(entries)
    return any(cache.add(entry, True, rate.seconds) for entry in entries if entry not in taken)
