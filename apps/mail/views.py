"""The mailbox page: what would have been mailed, with links that work; in the embedded form only."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.mail import mailbox


def in_embedded_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 where mail is really sent. No sign-in: a reset mail is read by who cannot sign in."""

    @login_not_required
    @require_safe
    @wraps(view)
    def checked(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if settings.MAILBOX_DIRECTORY is None:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


@in_embedded_form
def mail_list(request: HttpRequest) -> HttpResponse:
    """All messages, newest first."""
    return render(request, "mail/mailbox.html", {"mails": mailbox.mails()})


@in_embedded_form
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, with links."""
    mail = mailbox.mail(name)
    if mail is None:
        raise Http404
    return render(request, "mail/mail.html", {"mail": mail})
