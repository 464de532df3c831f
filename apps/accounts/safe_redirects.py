"""Safe redirects: the `next` page of a request, only when it is a path of this site."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

#: Browsers drop some of these before they look at an address, and none of ours has any.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: A path that no browser reads as a host: with a second slash, or a backslash for one, the next part would be it.
_PATH = re.compile(r"/(?![/\\])[^\\]*")


def is_local_path(text: str) -> bool:
    """Whether the text is a path of this site, with or without a query.

    An absolute address is none, even when it names this site, so a forged host never matters.
    """
    path, _, _ = text.replace("#", "?").partition("?")
    is_plain = _PATH.fullmatch(path) is not None and not _CONTROL.search(text)
    return is_plain and url_has_allowed_host_and_scheme(text, allowed_hosts=None)


def next_path(request: HttpRequest, default: str) -> str:
    """The page the request asks to go on to (`next` in the form or the address), else the default."""
    page = request.POST.get("next") or request.GET.get("next") or ""
    return page if is_local_path(page) else default


def page_of(request: HttpRequest) -> str:
    """The page of this site that the request was sent from, as HTMX or the browser says; "/" for any other."""
    htmx = getattr(request, "htmx", None)
    for said in ((htmx and htmx.current_url) or "", request.headers.get("Referer", "")):
        try:
            parts = urlsplit(said)
        except ValueError:
            continue
        page = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc == request.get_host() and is_local_path(page):
            return page
    return "/"
