"""The failure that all parts of a page have in common: shown once, with its HTTP status."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.api.errors import ApiError
from apps.ui.error_pages import ErrorDescription


class Part(Protocol):
    """A part of a page that may have failed."""

    @property
    def error(self) -> ErrorDescription | None:
        """Why, in words."""

    @property
    def api_error(self) -> ApiError | None:
        """Why, as the API said it."""


P = TypeVar("P", bound=Part)


def common_failure(parts: Sequence[P]) -> P | None:
    """The first part when all of them failed in the same way, so that it is said once."""
    # By the kind: of calls side by side, the later ones may know for how long the API asks to wait.
    kinds = {type(part.api_error) for part in parts}
    return parts[0] if len(kinds) == 1 and parts[0].error else None


def render_with(
    request: HttpRequest, template: str, context: dict[str, object], failed: Part | None
) -> HttpResponse:
    """The page, with the status of that failure and the wait the API asks for."""
    error = failed.error if failed else None
    response = render(request, template, context, status=error.status if error else 200)
    if error and error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response
