"""Describes errors of a token API for the page."""

from dataclasses import replace

from apps.api.errors import ApiError, KeyRejected, NotPermitted, RecordNotFound, RequestRefused
from apps.connections.models import Service
from apps.ui.error_pages import ErrorDescription, describe, whitelisting_step


def describe_for(service: Service, error: ApiError) -> ErrorDescription:
    """The words for an error of a token API."""
    words = describe(error)
    match error:
        case KeyRejected():
            return replace(
                words,
                title="Your token was refused",
                next_step="Store a token that works, then come back to this page.",
            )
        case NotPermitted(address_refused=True):
            return replace(words, title="Your token may not be used from this address")
        case NotPermitted():
            return replace(
                words,
                title="Your token may not read conversions",
                next_step="Use a token that may read them. A token can also be bound to IP addresses: "
                + whitelisting_step(),
            )
        case RecordNotFound():
            return replace(
                words,
                title="There are no conversions at this address",
                next_step=f"An admin should check the base URL of the service {service}.",
            )
        case RequestRefused(is_conflict=True):
            return replace(
                words,
                title="The service is busy with the same data",
                next_step="Wait a moment, then try again.",
            )
        case RequestRefused():
            return replace(
                words,
                next_step="This page sends nothing but your token. Change what it names at the service, or tell "
                "whoever runs the service, then try again.",
            )
    return words
