"""Moves a column one place up or down, for forms that work without JavaScript."""

from collections.abc import Sequence

_STEPS = {"up": -1, "down": 1}


def moved(columns: Sequence[str], how: str) -> tuple[str, ...]:
    """The columns with one of them a place further up or down: `up:payout`. Any other words move nothing."""
    direction, _, name = how.partition(":")
    if name not in columns or direction not in _STEPS:
        return tuple(columns)
    place = columns.index(name)
    order = [*columns[:place], *columns[place + 1 :]]
    order.insert(max(place + _STEPS[direction], 0), name)
    return tuple(order)
