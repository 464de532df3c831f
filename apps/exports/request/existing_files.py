"""Before an export is requested: is there a file already that holds the same rows and columns?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.api.client import Client
from apps.api.errors import ApiError
from apps.connections.models import Connection
from apps.connections.organisations import is_not_of_another, visible_to
from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.listing import newest_exports
from apps.exports.remote.reading import read_remote
from apps.exports.spec import ExportSpec
from apps.exports.states import WITH_FILE
from apps.exports.truncation import Truncation

#: Colleagues' files that are looked for at the API one by one, at most.
MOST_LOOKS = 5


@dataclass(frozen=True)
class ExistingFile:
    """An export that holds what is requested: its page, and how it differs."""

    url: str
    label: str
    spec: ExportSpec
    made_at: datetime | None
    is_identical: bool
    is_running: bool
    #: That its file is probably not whole.
    truncation: Truncation | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether it was made within the last minute."""
        return self.made_at is not None and timezone.now() - self.made_at < timedelta(minutes=1)


class ExistingFiles:
    """The files there are of a range and of its parts: ours, and the newest of the API's list, each read once.

    An API that does not answer hinders nobody from requesting an export: then only the person's own are offered.
    """

    def __init__(self, person: User, connection: Connection, client: Client, within: ExportSpec) -> None:
        self._person = person
        self._connection = connection
        self._client = client
        self._within = within
        self._seen: dict[str, bool] = {}

    def find(self, spec: ExportSpec) -> ExistingFile | None:
        """An identical one first, then the newest that covers it: the person's, the API's newest, colleagues'."""
        ours = [export for export in self._ours if _has_all(export.spec, export.created_at, spec)]
        found = [_file_of_ours(one, spec) for one in ours if one.owner_id == self._person.pk]
        if not any(one.is_identical for one in found):
            found += _listed_files(self._listed, spec)
        best = min(found, key=lambda one: not one.is_identical, default=None)
        if best and best.is_identical:
            return best
        return self._of_colleagues(ours, spec, is_identical_only=best is not None) or best

    @cached_property
    def _ours(self) -> list[ExportRequest]:
        """The person's and their organisation's of the range that were requested here and have a file, newest first."""
        exports = ExportRequest.objects.filter(
            Q(kept_until=None) | Q(kept_until__gt=Now()),
            visible_to(self._person),
            is_not_of_another(self._connection.organisation),
            service=self._connection.service,
            report=self._within.report,
            integration_id=self._within.integration_id,
            time_zone=self._within.time_zone,
            start_time__lte=self._within.end_time,
            end_time__gte=self._within.start_time,
            state__in=WITH_FILE,
            removed_at=None,
        )
        return list(exports.order_by("-created_at"))

    @cached_property
    def _listed(self) -> Sequence[RemoteExport]:
        try:
            return newest_exports(self._connection, self._client)
        except ApiError:
            return ()

    def _of_colleagues(
        self, ours: Sequence[ExportRequest], spec: ExportSpec, *, is_identical_only: bool
    ) -> ExistingFile | None:
        """The best one that the person's own key sees at the API: a colleague's may be of another organisation."""
        known = {"", *(remote.id for remote in self._listed)}
        others = [one for one in ours if one.owner_id != self._person.pk and one.remote_id not in known]
        found = [(export, _file_of_ours(export, spec, is_own=False)) for export in others]
        candidates = [pair for pair in found if pair[1].is_identical or not is_identical_only]
        candidates.sort(key=lambda pair: not pair[1].is_identical)
        return next((file for export, file in candidates if self._is_seen(export)), None)

    def _is_seen(self, export: ExportRequest) -> bool:
        """Whether the API has the file for this person; False once so many were read."""
        if export.remote_id not in self._seen:
            if len(self._seen) >= MOST_LOOKS:
                return False
            try:
                remote = read_remote(self._client, export.service_id, export.remote_id)
            except ApiError:
                self._seen[export.remote_id] = False
            else:
                self._seen[export.remote_id] = remote.has_file
        return self._seen[export.remote_id]


def _file_of_ours(export: ExportRequest, spec: ExportSpec, *, is_own: bool = True) -> ExistingFile:
    """One of ours; a page of ours is its owner's alone, a colleague's opens as the API's export."""
    return ExistingFile(
        url=export.get_absolute_url()
        if is_own
        else reverse("exports:remote", args=[export.service_id, export.remote_id]),
        label=export.report_type.label,
        spec=export.spec,
        made_at=export.ready_at or export.created_at,
        is_identical=export.spec == spec,
        is_running=False,
        truncation=export.truncation,
    )


def _listed_files(listed: Sequence[RemoteExport], spec: ExportSpec) -> Iterator[ExistingFile]:
    """Those of the API's list that have, or will have, all that the spec requests."""
    for remote in listed:
        found = remote.spec
        # A file made with a filter lacks rows.
        if found is None or not remote.id or remote.has_failed or remote.is_expired or remote.filters:
            continue
        if _has_all(found, remote.created_at, spec):
            yield ExistingFile(
                url=reverse("exports:remote", args=[remote.service_id, remote.id]),
                label=remote.label,
                spec=found,
                made_at=remote.updated_at or remote.created_at,
                is_identical=found == spec,
                is_running=remote.is_running,
                truncation=remote.truncation,
            )


def _has_all(found: ExportSpec, made_at: datetime | None, spec: ExportSpec) -> bool:
    """Whether the file has all rows and columns: one made before the range was over lacks what came later."""
    return made_at is not None and made_at > spec.end and found.holds(spec)
