"""Where to send a person next: only to pages of this site."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_local_path(text: str) -> bool:
    """Whether the text is a path of this site.

    An absolute address is none, even when it names this site, so a forged host never matters.
    """
    return text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)


def next_path(request: HttpRequest, default: str) -> str:
    """The page the request asks to go on to (`next` in the form or the address), else the default."""
    page = request.POST.get("next") or request.GET.get("next") or ""
    return page if is_local_path(page) else default
