"""Countries by ISO code, for fields whose values the contract leaves open."""

from functools import cache

from django_countries.data import COUNTRIES


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Code and English name of every country of ISO 3166-1, by name."""
    return tuple(sorted(((code, str(name)) for code, name in COUNTRIES.items()), key=lambda pair: pair[1]))


def is_country(code: str) -> bool:
    """Whether ISO 3166-1 has the code, in capitals or not."""
    return code.upper() in COUNTRIES


def country_name(code: str) -> str:
    """The country's English name; an unknown code stays as it is."""
    return _names().get(code.upper(), code)


@cache
def _names() -> dict[str, str]:
    return dict(countries())
