"""The page of a link: the file's facts and one button, for whoever has the link. It needs no account and no key."""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.client_address import client_address
from apps.api.errors import ApiError, RecordNotFound
from apps.api.export_records import GET_SHARED_FILE_ADDRESS
from apps.api.http.downloads import DownloadFailed, DownloadRefused, open_download
from apps.audit.events import EventKind, record
from apps.connections.clients import guest_client_for
from apps.exports.center.downloads import saved_as
from apps.exports.center.streaming import streamed
from apps.exports.limits import KEPT
from apps.shares.links import NotThisLink, unseal
from apps.shares.models import Opening, Share, Slice
from apps.shares.rate_limit import Rate, count_request
from apps.shares.sharing import event_details, find_open_share
from apps.shares.slices.files import file_of
from apps.ui.error_pages import describe
from apps.ui.files.csv_files import plain_file_name
from apps.ui.files.download_limits import limited_for_guests

logger = logging.getLogger(__name__)

#: From one network: nobody tries links out, and nobody fills the log of one.
RATES = {"page": Rate(60, 60), "file": Rate(20, 60)}
#: Openings noted of one link; further ones are answered, and stand in the log alone.
MOST_OPENINGS = 1000

NOT_WORKING = "This link does not work: it is incomplete, it was revoked, or its time is over."
GONE = f"The file is not there any more: it was deleted at Integr8, or its {KEPT.days} days are over."


def refused(request: HttpRequest, cause: str, status: int) -> HttpResponse:
    """A link that opens nothing."""
    return render(request, "shares/refused.html", {"cause": cause}, status=status)


def not_now(request: HttpRequest, cause: str, status: int) -> HttpResponse:
    """A link that may work, but too much is asked for at this moment."""
    return render(request, "shares/not_now.html", {"cause": cause}, status=status)


def for_guests(action: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view of the share that the address opens: without sign-in, never kept, never indexed, not too often.

    Every link that opens nothing gets the same answer, whatever the reason.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @sensitive_variables()
        @wraps(view)
        def guarded(request: HttpRequest, key: str) -> HttpResponseBase:
            response: HttpResponseBase
            rate = RATES[action]
            if not count_request(request, f"share-{action}", rate):
                response = not_now(request, "This was opened too often in a short time. Wait a minute.", 429)
                response["Retry-After"] = str(rate.seconds)
            elif (share := find_open_share(key)) is None:
                response = refused(request, NOT_WORKING, 404)
            else:
                response = view(request, share, key)
            response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
            response["Cache-Control"] = "private, no-store"
            return response

        return guarded

    return decorate


@require_safe
@for_guests("page")
def guest_page(request: HttpRequest, share: Share, key: str) -> HttpResponse:
    """What is shared, and the button that fetches it. Makes no call to the API."""
    if request.method == "GET":
        note_opening(request, share, Opening.Kind.PAGE)
    part = Slice.objects.filter(share=share).first() if share.is_slice else None
    return render(request, "shares/guest.html", {"share": share, "key": key, "slice": part})


@require_POST
@for_guests("file")
@limited_for_guests(not_now)
@sensitive_variables()
def guest_file(request: HttpRequest, share: Share, key: str) -> HttpResponseBase:
    """The file: chosen rows from our disk, a whole export through a signed address.

    The API gives that address for the guest token alone: no person's key is used.
    """
    if share.is_slice:
        return _slice_file(request, share)
    client = guest_client_for(share.service, f"share:{share.pk}")
    try:
        token = unseal(bytes(share.sealed_token), key, share.pk)
        address = client.signed_url(
            GET_SHARED_FILE_ADDRESS, [("artifact_name", share.artifact_name), ("token", token)]
        )
        opened = open_download(address, client.endpoint.base_url, settings.DOWNLOAD_ALLOWED_HOSTS)
    except NotThisLink:
        return refused(request, NOT_WORKING, 404)
    except RecordNotFound:
        return _failed(request, share, GONE, 404)
    except ApiError as error:
        words = describe(error)
        return _failed(request, share, f"{words.title}. Try again in a moment.", words.status)
    except (DownloadRefused, DownloadFailed) as error:
        return _failed(request, share, f"{error} Try again in a moment.", 502)
    if opened.status != 200:
        opened.close()
        return _failed(request, share, "The file's host did not give the file. Try again in a moment.", 502)
    note_opening(request, share, Opening.Kind.FILE)
    return streamed(opened, saved_as(share.label, share.artifact_name), f"Share {share.pk}")


def _slice_file(request: HttpRequest, share: Share) -> HttpResponseBase:
    part = Slice.objects.filter(share=share).exclude(file_name="").first()
    try:
        if part is None:
            raise FileNotFoundError
        file = file_of(part).open("rb")
    except FileNotFoundError:
        return _failed(request, share, "The file is not there yet. Try again in a minute.", 503)
    note_opening(request, share, Opening.Kind.FILE)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"{plain_file_name(share.label)}.csv",
        content_type="text/csv; charset=utf-8",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def note_opening(request: HttpRequest, share: Share, kind: Opening.Kind) -> None:
    """Write down who opened a link; never the link itself."""
    address = client_address(request)
    browser = request.headers.get("User-Agent", "").replace("\x00", "")[:200]
    details = event_details(share)
    details["facts"] = {**details["facts"], "opened": kind.label}
    record(EventKind.LINK_OPENED, None, request, counted_by=str(kind), **details)
    logger.info("Share %s: %s, from %s", share.pk, kind.label.lower(), address)
    if share.openings.count() < MOST_OPENINGS:
        share.openings.create(kind=kind, address=address, browser=browser)


def _failed(request: HttpRequest, share: Share, cause: str, status: int) -> HttpResponse:
    note_opening(request, share, Opening.Kind.FAILED)
    logger.warning("Share %s: the file was not given: %s", share.pk, cause)
    return render(request, "shares/guest.html", {"share": share, "cause": cause}, status=status)
