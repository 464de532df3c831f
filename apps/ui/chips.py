"""Chips: the conditions in force above a list, each with a link that takes it away."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    """One filter in words, and the address of the list without it."""

    text: str
    url: str
    #: Whether it is what the search box holds, which stands outside of what is swapped.
    is_search: bool = False
