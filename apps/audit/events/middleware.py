"""What the log knows of each web request: which it is, so that events deep below name it, and what it hands out."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.models import User
from apps.accounts.product_events import EventKind, current_request
from apps.audit.events.recording import record

_DETAILS = "download_details"


class EventMiddleware:
    """Holds the request while it is answered, and writes down each file that a person gets: no view can forget to.

    A file that a guest gets by a link is an opening of that link.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request. Raises what the database raises where a download cannot be written down."""
        token = current_request.set(request)
        try:
            response = self.get_response(request)
            if _is_download(request, response):
                _record_download(request, response)
            return response
        finally:
            current_request.reset(token)


def describe_download(
    response: HttpResponseBase, kind: EventKind = EventKind.LIST_DOWNLOADED, **details: Any
) -> HttpResponseBase:
    """The same answer, which tells the log what its file is; `details` are parts of a `ProductEvent`."""
    setattr(response, _DETAILS, {"kind": kind, **details})
    return response


def _is_download(request: HttpRequest, response: HttpResponseBase) -> bool:
    if request.method == "HEAD" or response.status_code != 200:
        return False
    is_file = response.get("Content-Disposition", "").startswith("attachment")
    return is_file and isinstance(getattr(request, "user", None), User)


def _record_download(request: HttpRequest, response: HttpResponseBase) -> None:
    details: Mapping[str, Any] = getattr(response, _DETAILS, {})
    told = {"about": "file", "title": _file_name(response), **details}
    kind = told.pop("kind", EventKind.LIST_DOWNLOADED)
    # The address without its query: that may hold what somebody searched for.
    told["facts"] = {"page": request.path, **told.get("facts", {})}
    if isinstance(request.user, User):
        record(kind, request.user, request, **told)


def _file_name(response: HttpResponseBase) -> str:
    return str(response["Content-Disposition"]).partition("filename=")[2].strip('"')
