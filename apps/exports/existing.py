"""Before an export is asked for: is there a file already that holds what is wanted?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.api.client import Client
from apps.api.errors import ApiError
from apps.connections.models import Connection, Service
from apps.exports.asking import Wanted
from apps.exports.center import read_list
from apps.exports.center_query import CenterQuery
from apps.exports.models import ExportRequest, fingerprint_of
from apps.exports.quota import remember
from apps.exports.remote import RemoteExport, remote_exports
from apps.exports.states import WITH_FILE
from apps.reports.wall_clock import TIME_FORMAT, wall_clock
from apps.resources.list_state import PAGE_SIZES
from apps.resources.values import is_missing, value_at


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

    @property
    def is_fresh(self) -> bool:
        """Whether it was made within the last minute."""
        return self.made_at is not None and timezone.now() - self.made_at < timedelta(minutes=1)


def find_existing(person: User, connection: Connection, client: Client, wanted: Wanted) -> Existing | None:
    """An identical one first, then the newest that covers it; in ours, then in the API's list.

    An API that does not answer hinders nobody from asking: then only ours are looked at.
    """
    found = list(_ours(person, connection, wanted))
    if not any(one.is_identical for one in found):
        found += _listed(connection.service, _newest(connection, client), wanted)
    return min(found, key=lambda one: not one.is_identical, default=None)


def _newest(connection: Connection, client: Client) -> Sequence[RemoteExport]:
    try:
        page = read_list(client, CenterQuery(page_size=PAGE_SIZES[-1]))
    except ApiError:
        return ()
    remember(connection, page.records)
    return remote_exports(connection.service, page.records)


def _ours(person: User, connection: Connection, wanted: Wanted) -> Iterable[Existing]:
    mine = ExportRequest.objects.filter(
        owner=person,
        service=connection.service,
        report=wanted.report,
        integration_id=wanted.integration.integration_id,
        time_zone=wanted.time_zone,
        start_time__lte=wanted.start_time,
        end_time__gte=wanted.end_time,
        state__in=WITH_FILE,
        removed_at=None,
    )
    for export in mine.order_by("-created_at"):
        extra = _names(export.extra_parameters)
        if _covers(export.columns, extra, wanted) and _is_whole(export.created_at, wanted):
            yield Existing(
                url=export.get_absolute_url(),
                label=export.report_type.label,
                start_time=export.start_time,
                end_time=export.end_time,
                made_at=export.ready_at or export.created_at,
                is_identical=export.fingerprint == fingerprint_of(**wanted.values()),
                is_running=False,
            )


def _listed(service: Service, records: Sequence[RemoteExport], wanted: Wanted) -> Iterable[Existing]:
    for remote in records:
        start, end = _time(remote.start), _time(remote.end)
        if not remote.id or remote.has_failed or not start or not end or not _is_same_kind(remote, wanted):
            continue
        extra = _extra(remote)
        if not (
            start <= wanted.start_time and end >= wanted.end_time and _covers(remote.columns, extra, wanted)
        ):
            continue
        if not _is_whole(remote.created_at, wanted):
            continue
        yield Existing(
            url=reverse("exports:remote", args=[service.pk, remote.id]),
            label=remote.label,
            start_time=start,
            end_time=end,
            made_at=remote.updated_at or remote.created_at,
            is_identical=(start, end) == (wanted.start_time, wanted.end_time)
            and list(remote.columns) == list(wanted.columns)
            and set(extra) == set(_names(wanted.extra_parameters))
            and remote.delimiter in ("", wanted.delimiter),
            is_running=remote.is_running,
        )


def _is_same_kind(remote: RemoteExport, wanted: Wanted) -> bool:
    report = remote.report_type
    return (
        report is not None
        and report.slug == wanted.report
        and remote.integration_id == wanted.integration.integration_id
        and remote.time_zone == wanted.time_zone
    )


def _covers(columns: Iterable[str], extra: Iterable[str], wanted: Wanted) -> bool:
    return set(wanted.columns) <= set(columns) and set(_names(wanted.extra_parameters)) <= set(extra)


def _is_whole(made_at: datetime | None, wanted: Wanted) -> bool:
    """Whether it was made after the range was over: one made before lacks what came later."""
    end = datetime.strptime(wanted.end_time, TIME_FORMAT).replace(tzinfo=ZoneInfo(wanted.time_zone))
    return made_at is not None and made_at > end


def _time(text: str) -> str:
    """A wall clock time in the API's format; "" for anything that is none."""
    moment = wall_clock(text)
    return moment.strftime(TIME_FORMAT) if moment else ""


def _extra(remote: RemoteExport) -> list[str]:
    value = value_at(remote.record, "reports_query_option.extra_parameters")
    if isinstance(value, list):
        return [str(item) for item in value]
    return [] if is_missing(value) else _names(str(value))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
