"""The mailbox pages: the mails of the embedded form, for requests from this machine only."""

import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.proxy_headers import THROUGH_PROXY, is_proxy_header
from apps.mail import mailbox


def in_embedded_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 where mail is really sent, and to whoever does not sit at this machine.

    No sign-in: a reset mail is read by who cannot sign in.
    """

    @require_safe
    @wraps(view)
    def checked(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        """The view's answer. Raises `Http404` for requests that may not see the mailbox."""
        if settings.MAILBOX_DIRECTORY is None or not comes_from_this_machine(request):
            raise Http404
        return view(request, *args, **kwargs)

    return checked


@in_embedded_form
def mail_list(request: HttpRequest) -> HttpResponse:
    """All messages, newest first."""
    return render(request, "mail/mailbox.html", {"mails": mailbox.mails()})


@in_embedded_form
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, with links. Raises `Http404` when there is none of that name."""
    mail = mailbox.mail(name)
    if mail is None:
        raise Http404
    return render(request, "mail/mail.html", {"mail": mail})


def comes_from_this_machine(request: HttpRequest) -> bool:
    """Whether the connection itself comes from this machine, whatever the request says of hosts and addresses.

    Behind a proxy the peer is the proxy, on whose word nobody is let in here.

    A peer without an address (a socket in the file system) is a proxy's.
    """
    try:
        peer = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    inner = peer.ipv4_mapped if isinstance(peer, ipaddress.IPv6Address) else None
    is_through_proxy = THROUGH_PROXY in request.META or any(map(is_proxy_header, request.headers))
    return (inner or peer).is_loopback and not is_through_proxy
