"""Words over the page, about a change that was made within a list while the list stays."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse

from apps.resources.views.base import ResourceView


def toast_context(view: ResourceView) -> dict[str, Any]:
    """What `_toast.html` draws: the messages that wait, and the list that an *Undo* comes back to."""
    htmx = getattr(view.request, "htmx", None)
    return {
        "said": list(messages.get_messages(view.request)),
        "next": (htmx and htmx.current_url_abs_path) or view.list_path,
    }


def toast_alone(view: ResourceView, words: str, status: int) -> HttpResponse:
    """The waiting messages and these words, for an answer to HTMX that leaves the list as it is."""
    messages.warning(view.request, words)
    response = view.render("_toast.html", toast_context(view), status=status)
    response["HX-Reswap"] = "none"
    return response
