"""The page of notifications, the newest of them in the bell, and what is done with them. Each person sees their own."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.safe_redirects import next_path
from apps.accounts.sessions.warning import warning_of_end
from apps.notifications.forms import MailPreferencesForm
from apps.notifications.models import Notification
from apps.notifications.reading import count_anew, mark_read, mark_unread
from apps.ui.fragments import is_fragment_wanted

PAGE_SIZE = 50
IN_BELL = 8
#: The id of the panel below the bell.
PANEL_ID = "bell-panel"


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """All notifications, or the unread ones, newest first."""
    person = signed_in_person(request)
    count_anew(person)
    is_unread = "unread" in request.GET
    found = _own(request).filter(read_at=None) if is_unread else _own(request)
    before = request.GET.get("before", "")
    page = found.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else found
    rows = list(page[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    query = ([("unread", "1")] if is_unread else []) + [("before", str(shown[-1].pk))] if shown else []
    context = {
        "notifications": shown,
        "is_unread": is_unread,
        "is_later": page is not found,
        "older_url": f"?{urlencode(query)}" if len(rows) > PAGE_SIZE else "",
    }
    return render(request, "notifications/list.html", context)


@require_safe
def recent(request: HttpRequest) -> HttpResponse:
    """The newest ones, for the panel below the bell; anybody else is led to the page."""
    if not is_fragment_wanted(request, PANEL_ID):
        return redirect("notifications:list")
    return _panel(request)


@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """That the session is about to end, where it is; the count is in the header of every answer to HTMX.

    Somebody signed out is left where they are.
    """
    return warning_of_end(request)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of them as read."""
    mark_read(signed_in_person(request), _own(request))
    if is_fragment_wanted(request, PANEL_ID):
        return _panel(request)
    return redirect(next_path(request, reverse("notifications:list")))


@require_POST
def mark(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one as read, or as unread where that is sent. Raises `Http404` for another person's."""
    person, own = signed_in_person(request), _own(request).filter(pk=notification_id)
    if not own.exists():
        raise Http404
    (mark_unread if "unread" in request.POST else mark_read)(person, own)
    return redirect(next_path(request, reverse("notifications:list")))


@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Keep of which kinds the person wants mails."""
    form = MailPreferencesForm(request.POST)
    if form.is_valid():
        form.save(signed_in_person(request))
        messages.success(request, "Email preferences saved.")
    else:
        messages.error(request, "Nothing was saved: choose among the kinds of email on this page.")
    return redirect("accounts:preferences")


def _panel(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/_panel.html", {"notifications": _own(request)[:IN_BELL]})


def _own(request: HttpRequest) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient=signed_in_person(request))
