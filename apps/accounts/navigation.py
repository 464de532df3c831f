"""Where to send a person next: only to pages of this site."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def local_path(text: str, default: str) -> str:
    """The text when it is a path of this site, else the default.

    An absolute address is refused even when it names this site, so a forged host never matters.
    """
    return (
        text
        if text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
        else default
    )


def next_path(request: HttpRequest, default: str) -> str:
    """The page the request asks to go on to (`next` in the form or the address), else the default."""
    return local_path(request.POST.get("next") or request.GET.get("next") or "", default)
