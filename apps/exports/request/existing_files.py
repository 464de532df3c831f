"""Before an export is asked for: is there a file already that holds what is wanted?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.api.client import Client
from apps.api.errors import ApiError
from apps.connections.models import Connection, Service
from apps.connections.organisations import is_not_of_another, visible_to
from apps.exports.center.newest_exports import newest_exports
from apps.exports.models import ExportRequest, fingerprint_of
from apps.exports.remote.export import RemoteExport, read_remote
from apps.exports.remote.record_query import names_in, zone_of_text
from apps.exports.request.creation import Wanted
from apps.exports.states import WITH_FILE
from apps.exports.truncation import Cut
from apps.reports.local_times import TIME_FORMAT

#: Colleagues' files that are looked for at the API one by one, at most.
MOST_LOOKS = 5


@dataclass(frozen=True)
class Existing:
    """An export that holds what is wanted: its page, and how it differs."""

    url: str
    label: str
    start_time: str
    end_time: str
    made_at: datetime | None
    is_identical: bool
    is_running: bool
    #: That its file is probably not whole.
    cut: Cut | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether it was made within the last minute."""
        return self.made_at is not None and timezone.now() - self.made_at < timedelta(minutes=1)


class Files:
    """The files there are of a range and of its parts: ours, and the newest of the API's list, each read once.

    An API that does not answer hinders nobody from asking: then only the person's own are offered.
    """

    def __init__(self, person: User, connection: Connection, client: Client, within: Wanted) -> None:
        self._person = person
        self._connection = connection
        self._client = client
        self._within = within
        self._seen: dict[str, bool] = {}

    def find(self, wanted: Wanted) -> Existing | None:
        """An identical one first, then the newest that covers it: the person's, the API's newest, colleagues'."""
        ours = [export for export in self._ours if _holds(export, wanted)]
        found = [_as_existing(one, wanted) for one in ours if one.owner_id == self._person.pk]
        if not any(one.is_identical for one in found):
            found += _listed(self._connection.service, self._listed, wanted)
        best = min(found, key=lambda one: not one.is_identical, default=None)
        if best and best.is_identical:
            return best
        return self._of_colleagues(ours, wanted, is_identical_only=best is not None) or best

    @cached_property
    def _ours(self) -> list[ExportRequest]:
        """The person's and their organisation's of the range that were asked for here and have a file, newest first."""
        exports = ExportRequest.objects.filter(
            Q(kept_until=None) | Q(kept_until__gt=Now()),
            visible_to(self._person),
            is_not_of_another(self._connection.organisation),
            service=self._connection.service,
            report=self._within.report,
            integration_id=self._within.integration.integration_id,
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
        self, ours: Sequence[ExportRequest], wanted: Wanted, *, is_identical_only: bool
    ) -> Existing | None:
        """The best one that the person's own key sees at the API: a colleague's may be of another organisation."""
        known = {"", *(remote.id for remote in self._listed)}
        others = [one for one in ours if one.owner_id != self._person.pk and one.remote_id not in known]
        found = [(export, _as_existing(export, wanted, is_own=False)) for export in others]
        candidates = [pair for pair in found if pair[1].is_identical or not is_identical_only]
        candidates.sort(key=lambda pair: not pair[1].is_identical)
        return next((existing for export, existing in candidates if self._is_seen(export)), None)

    def _is_seen(self, export: ExportRequest) -> bool:
        """Whether the API has the file for this person; False once so many were asked for."""
        if export.remote_id not in self._seen:
            if len(self._seen) >= MOST_LOOKS:
                return False
            try:
                remote = read_remote(self._client, export.service_id, export.remote_id)
            except ApiError:
                self._seen[export.remote_id] = False
            else:
                self._seen[export.remote_id] = remote.is_finished and not _is_gone(remote.kept_until)
        return self._seen[export.remote_id]


def _holds(export: ExportRequest, wanted: Wanted) -> bool:
    """Whether one of ours has all the rows and columns."""
    return (
        export.start_time <= wanted.start_time
        and export.end_time >= wanted.end_time
        and _covers(export.columns, names_in(export.extra_parameters), wanted)
        and _is_whole(export.created_at, wanted)
    )


def _as_existing(export: ExportRequest, wanted: Wanted, *, is_own: bool = True) -> Existing:
    """One of ours; a page of ours is its owner's alone, a colleague's opens as the API's export."""
    return Existing(
        url=export.get_absolute_url()
        if is_own
        else reverse("exports:remote", args=[export.service_id, export.remote_id]),
        label=export.report_type.label,
        start_time=export.start_time,
        end_time=export.end_time,
        made_at=export.ready_at or export.created_at,
        is_identical=export.fingerprint == fingerprint_of(**wanted.values()),
        is_running=False,
        cut=export.cut,
    )


def _listed(service: Service, records: Sequence[RemoteExport], wanted: Wanted) -> Iterable[Existing]:
    for remote in records:
        start, end = _range_of(remote)
        if not remote.id or remote.has_failed or not start or not end or not _is_same_kind(remote, wanted):
            continue
        extra = remote.query.extra_parameters
        if not (
            start <= wanted.start_time and end >= wanted.end_time and _covers(remote.columns, extra, wanted)
        ):
            continue
        if not _is_whole(remote.created_at, wanted) or _is_gone(remote.kept_until):
            continue
        yield Existing(
            url=reverse("exports:remote", args=[service.pk, remote.id]),
            label=remote.label,
            start_time=start,
            end_time=end,
            made_at=remote.updated_at or remote.created_at,
            is_identical=(start, end) == (wanted.start_time, wanted.end_time)
            and list(remote.columns) == list(wanted.columns)
            and set(extra) == set(names_in(wanted.extra_parameters))
            and remote.delimiter == wanted.delimiter,
            is_running=remote.is_running,
            cut=remote.cut,
        )


def _is_same_kind(remote: RemoteExport, wanted: Wanted) -> bool:
    report = remote.report_type
    return (
        report is not None
        and report.slug == wanted.report
        and remote.query.integrations == {wanted.integration.integration_id}
        and zone_of_text(remote.time_zone) == zone_of_text(wanted.time_zone)
        # A file made with a filter lacks rows.
        and not remote.filters
    )


def _covers(columns: Iterable[str], extra: Iterable[str], wanted: Wanted) -> bool:
    return set(wanted.columns) <= set(columns) and set(names_in(wanted.extra_parameters)) <= set(extra)


def _is_whole(made_at: datetime | None, wanted: Wanted) -> bool:
    """Whether it was made after the range was over: one made before lacks what came later."""
    end = datetime.strptime(wanted.end_time, TIME_FORMAT).replace(tzinfo=ZoneInfo(wanted.time_zone))
    return made_at is not None and made_at > end


def _is_gone(kept_until: datetime | None) -> bool:
    """Whether the vendor has removed the file by now."""
    return kept_until is not None and kept_until <= timezone.now()


def _range_of(remote: RemoteExport) -> tuple[str, str]:
    """The wall clock times of a record, in the API's format; "" for one that is not told to the second."""
    query = remote.query
    start, end = query.start.clock(query.zone), query.end.clock(query.zone)
    return start.strftime(TIME_FORMAT) if start else "", end.strftime(TIME_FORMAT) if end else ""
