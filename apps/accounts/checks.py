"""System check of the addresses: one that does not say what it takes stops the start."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.routes import access_of

NO_CAPABILITY = "accounts.E001"
HINT = (
    "Declare it with apps.accounts.routes.route(…, requires=Capability.…), or with get= or post=; "
    "the view of a resource's own page says it in its attribute `access`."
)


def register_checks() -> None:
    """Have Django run the check with its own."""
    register(check_routes)


def check_routes(**options: Any) -> list[CheckMessage]:
    """An error for every address without a capability."""
    return [
        Error(
            f"the address {address!r} names no capability",
            hint=HINT,
            id=NO_CAPABILITY,
        )
        for address, pattern in _patterns(get_resolver(), "/")
        if not access_of(pattern.callback).methods
    ]


def _patterns(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        address = f"{prefix}{item.pattern}"
        if isinstance(item, URLResolver):
            yield from _patterns(item, address)
        else:
            yield address, item
