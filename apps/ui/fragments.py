"""Parts of a page that HTMX asks for and swaps in, and the address that the browser shows then."""

from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse

#: The id of the element with a list's rows: what sorting, filtering and paging swap.
RESULTS_ID = "results"


def is_fragment_wanted(request: HttpRequest, target: str) -> bool:
    """Whether HTMX asks for the part of the page with that id, and not for the page (Back asks for the page)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.history_restore_request and not htmx.boosted and htmx.target == target)


def is_part_wanted(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part of a page, at an address that has nothing but that part for it."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.history_restore_request and not htmx.boosted)


def push_address(request: HttpRequest, response: HttpResponse, url: str) -> None:
    """Give the browser the address of what HTMX swaps in; asking for the same once more adds nothing to its history."""
    htmx = getattr(request, "htmx", None)
    shown = (htmx.current_url_abs_path if htmx else None) or ""
    is_shown = unquote(shown) == unquote(url)
    response["HX-Push-Url"] = "false" if is_shown else url
