"""Downloads of a list as it is seen, and the pages of those that are too long to wait for."""

import tempfile
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Now
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.models import User
from apps.api.client import PAGE
from apps.list_files.directories import finished_file
from apps.list_files.models import KEPT, Format, ListFile, State
from apps.list_files.reading import FilePage, ListReader
from apps.list_files.writing import CONTENT_TYPES, csv_chunks, write_file
from apps.notifications.reading import mark_opened
from apps.resources.lists.state import ListState
from apps.resources.request_scope import scope_of_request
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.ui.files.csv_files import plain_file_name
from apps.ui.files.download_limits import limited_for_people
from apps.ui.fragments import is_fragment_wanted

#: A longer list becomes a file in the background.
MOST_AT_ONCE = 2_000
#: So many finished files of one person are kept.
MOST_FILES = 20
#: What all calls for a list that is sent at once may take together.
_SECONDS = 60
_POLL_SECONDS = 2
_PROGRESS_ID = "progress"


class ListFileView(View):
    """A list as a file: sent at once while it is short, else made in the background when somebody says so."""

    http_method_names = ["get", "head", "post"]
    #: Both are given in the address table.
    resource: Resource = None  # type: ignore[assignment]
    file_format: str = Format.CSV

    @method_decorator(limited_for_people)
    def get(self, request: HttpRequest, **path: str) -> HttpResponseBase:
        """The file; of a long list the page that offers to make it. Raises an `ApiError` before the first byte."""
        scope, state = self._asked(request, path)
        # Its own time: a list of twenty pages takes longer than a page of it.
        own = Scope.through(scope.connection, self.resource, path, profile=PAGE, seconds=_SECONDS)
        reader = ListReader(own, state.list_query(), state.columns)
        first = reader.page(1)
        if _is_long(first):
            return self._offered(request, scope, state, first)
        if request.method == "HEAD":
            return _attachment(HttpResponse(), self.resource.name, self.file_format)
        if self.file_format == Format.CSV:
            # One that breaks off ends the connection, so the browser sees that it is not whole.
            rows = csv_chunks(reader.headers, reader.rows(first))
            return _attachment(StreamingHttpResponse(rows), self.resource.name, self.file_format)
        out = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
        write_file(out, self.file_format, reader.headers, reader.numbers, reader.rows(first))
        out.seek(0)
        return _attachment(FileResponse(out), self.resource.name, self.file_format)

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Have the file made in the background; an equal one that is under way is not begun twice."""
        scope, state = self._asked(request, path)
        file, is_new = ListFile.objects.get_or_create(
            owner=signed_in_person(request),
            service=scope.connection.service,
            resource_name=self.resource.name,
            path=scope.list_path,
            query=state.query_string(),
            format=self.file_format,
            state=State.READING,
        )
        if is_new:
            _make_room(file.owner)
            file.enqueue()
        return redirect(file)

    def _asked(self, request: HttpRequest, path: Mapping[str, str]) -> tuple[Scope, ListState]:
        scope = scope_of_request(request, self.resource, path)
        return scope, ListState.from_query(request.GET, scope.catalogue)

    def _offered(self, request: HttpRequest, scope: Scope, state: ListState, first: FilePage) -> HttpResponse:
        context = {
            "resource": self.resource,
            "list_url": self.resource.url("list", scope.list_path) + state.query_string(),
            "format": Format(self.file_format),
            "rows": first.row_count,
            "most": MOST_AT_ONCE,
            "post_url": request.get_full_path(),
            "kept_days": KEPT.days,
        }
        return render(request, "list_files/offer.html", context)


def _make_room(owner: User) -> None:
    """Have the person's oldest files removed where they would have more than they need."""
    newest = ListFile.objects.filter(owner=owner, state=State.READY).order_by("-created_at")
    old = list(newest.values_list("pk", flat=True)[MOST_FILES:])
    ListFile.objects.filter(pk__in=old, state=State.READY).update(due_at=Now())


def _is_long(first: FilePage) -> bool:
    if first.row_count is not None:
        return first.row_count > MOST_AT_ONCE
    # Nobody knows how long it is: one page at most is short.
    return bool(first.rows) and first.page_count != 1


def _attachment(response: HttpResponseBase, resource_name: str, kind: str) -> HttpResponseBase:
    name = plain_file_name(f"{resource_name}_{timezone.localdate():%Y-%m-%d}")
    response["Content-Type"] = CONTENT_TYPES[Format(kind)]
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    # Named, so that no middleware compresses it and keeps it back.
    response["Content-Encoding"] = "identity"
    return response


def _own(request: HttpRequest, file_id: uuid.UUID) -> ListFile:
    """The person's own file. Raises `Http404` for any other."""
    files = ListFile.objects.select_related("service", "owner")
    file = get_object_or_404(files, pk=file_id, owner=signed_in_person(request))
    hold_to_service(request, file.service_id)
    return file


@require_safe
def detail(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """How far a file is, and its download; a waiting page asks for the part that changes."""
    file = _own(request, file_id)
    mark_opened(request)
    context: dict[str, Any] = {
        "file": file,
        "poll_seconds": _POLL_SECONDS if file.is_busy else None,
        "kept_until": file.ready_at + KEPT if file.ready_at else None,
    }
    is_fragment = is_fragment_wanted(request, _PROGRESS_ID)
    return render(request, "list_files/_progress.html" if is_fragment else "list_files/detail.html", context)


@require_POST
def again(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """Have a file that failed, or was removed, made anew, as a file of its own."""
    old = _own(request, file_id)
    if old.is_busy or old.is_ready:
        return redirect(old)
    kept = ("owner", "service", "resource_name", "path", "query", "format")
    wanted = {name: getattr(old, name) for name in kept}
    file, is_new = ListFile.objects.get_or_create(**wanted, state=State.READING)
    if is_new:
        file.enqueue()
    return redirect(file)


@require_safe
@limited_for_people
def download(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """The finished file; before that, and where it is gone, the page that says so."""
    file = _own(request, file_id)
    mark_opened(request, file.get_absolute_url())
    path = finished_file(file)
    if not file.is_ready or not path.exists():
        context = {"file": file, "is_lost": file.is_ready, "poll_seconds": None}
        return render(request, "list_files/detail.html", context, status=410)
    return _attachment(FileResponse(path.open("rb")), file.resource_name, file.format)
