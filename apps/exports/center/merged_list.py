"""The download center: every export of the organisation as the API lists it, merged with what we know of ours."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.api.answers.records import Page, truncation_sentence
from apps.api.client import Client
from apps.api.deadline import Deadline
from apps.api.errors import ApiError
from apps.connections.clients import KeyUnreadable, client_for, connections_of, contract_for
from apps.connections.models import Connection, Integration, Service
from apps.connections.open_services import open_to, own
from apps.connections.organisations import visible_to
from apps.exports.center.creators import creators_of
from apps.exports.center.rows import CenterRow, row_of_both, row_of_ours, row_of_remote
from apps.exports.center.state import ALL, MINE, CenterQuery, FilterCatalogue
from apps.exports.mails import sent_about
from apps.exports.models import ExportRequest
from apps.exports.quota import Quota, quota_of
from apps.exports.remote.export import RemoteExport, remote_exports
from apps.exports.remote.listing import read_list
from apps.exports.states import IN_FLIGHT, WITH_FILE
from apps.mail.models import Message
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.links import ChoiceLink
from apps.ui.paging import Pager

#: Seconds between looks while ours moves, while another's moves or ours waits, and after the API failed.
LIVELY_SECONDS = 3
CALM_SECONDS = 15
FAILED_SECONDS = 60
#: The API's word for an export that it has not begun.
PENDING = "PENDING"
EXPIRES_SOON = timedelta(days=7)


class Center:
    """The page of one person: reads at most one page of the API's list, and always shows what is ours."""

    def __init__(self, person: User, connections: Sequence[Connection], query: CenterQuery) -> None:
        self.person = person
        self.connections = connections
        self.query = query
        self.page: Page | None = None
        self.error: ErrorDescription | None = None
        self.key_unreadable: Connection | None = None
        self.rows: list[CenterRow] = []
        self.notes: list[str] = list(query.problems)
        self._messages: dict[UUID, list[Message]] = {}
        self._creators: Mapping[str, str] = {}

    @classmethod
    def connections_of(cls, person: User, takes: Capability = Capability.READ) -> list[Connection]:
        """The person's keys for services that have exports and at which they may do that, by the service's name."""
        mine = connections_of(person).filter(open_to(person, takes), service__kind=Service.Kind.INTEGR8)
        return list(mine.order_by("service__name"))

    @staticmethod
    def chosen(connections: Sequence[Connection], service: str) -> Connection | None:
        """The connection of the service that the address names, else the first one."""
        named = (one for one in connections if str(one.service_id) == service)
        return next(named, connections[0] if connections else None)

    @cached_property
    def connection(self) -> Connection | None:
        """The connection the page reads with; None for a person without a key."""
        return self.chosen(self.connections, self.query.service)

    @cached_property
    def client(self) -> Client | None:
        """The client of the page; None when there is no key, or it cannot be read."""
        if self.connection is None:
            return None
        try:
            return client_for(self.connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))
        except KeyUnreadable:
            self.key_unreadable = self.connection
            return None

    def load(self) -> None:
        """Read what the address asks for. An API that does not answer leaves ours, and the words why."""
        if self.query.tab == MINE:
            self._load_mine()
            return
        records: list[RemoteExport] = []
        if self.connection and self.client:
            try:
                self.page = self._read(self.connection, self.client)
                if self.page.truncated:
                    self.notes.append(truncation_sentence(self.page.truncated))
                records = remote_exports(self.connection.service, self.page.records)
                self._creators = creators_of(self.connection, self.client, records)
            except ApiError as error:
                self.error = describe(error)
        self.rows = self._merged(records)

    def _read(self, connection: Connection, client: Client) -> Page:
        """The page the address asks for; past the end the last one instead, and said so."""
        page = read_list(connection, client, self.query.list_query())
        if not page.records and page.total_page and self.query.page_number > page.total_page:
            self._note_past_the_end(page.total_page)
            page = read_list(connection, client, self.query.list_query())
        return page

    def _note_past_the_end(self, last: int) -> None:
        self.notes.append(f"Page {self.query.page_number} is past the end; this is the last page.")
        self.query = self.query.with_page(last)

    def _load_mine(self) -> None:
        mine = Paginator(self._mine, self.query.page_size)
        page = mine.get_page(self.query.page_number)
        if page.number < self.query.page_number:
            self._note_past_the_end(page.number)
        self._messages = sent_about(page.object_list)
        self.page = Page([], mine.count, mine.num_pages, page.number, self.query.page_size)
        self.rows = _running_first([self._row_of_ours(export) for export in page.object_list])

    @property
    def _mine(self) -> QuerySet[ExportRequest]:
        exports = ExportRequest.objects.filter(own(self.person)).select_related("owner")
        if self.query.service and self.connection:
            exports = exports.filter(service=self.connection.service)
        return exports.order_by("-created_at")

    def _merged(self, records: Sequence[RemoteExport]) -> list[CenterRow]:
        """The API's page with ours laid on it; the first one begins with what the API does not list, mine first."""
        ours = self._ours_by_id(records)
        is_first = self.query.page_number == 1
        not_listed = self._not_listed(records) if is_first else []
        # What became of a mail is told of exports that their owner's colleagues can open.
        self._messages = sent_about([*ours.values(), *not_listed])
        not_listed += self._of_colleagues() if is_first else []
        rows = [self._row_of_ours(export) for export in not_listed]
        rows += [self._row_of_listed(record, ours.get(record.id)) for record in records]
        return _running_first(rows)

    def _ours_by_id(self, records: Sequence[RemoteExport]) -> dict[str, ExportRequest]:
        if self.connection is None:
            return {}
        ids = {record.id for record in records} - {""}
        known = ExportRequest.objects.filter(
            visible_to(self.person), service=self.connection.service, remote_id__in=ids
        )
        return {export.remote_id: export for export in known.select_related("owner")}

    def _not_listed(self, records: Sequence[RemoteExport]) -> list[ExportRequest]:
        """Mine that the API does not know yet; all of mine when its list could not be read."""
        if self.page is None:
            return list(self._mine[: self.query.page_size])
        waiting = self._mine.filter(Q(remote_id="") & Q(state__in=IN_FLIGHT) & Q(removed_at=None))
        shown = {record.id for record in records}
        running = self._mine.filter(state__in=IN_FLIGHT, removed_at=None).exclude(remote_id="")
        if not self.query.filters:
            waiting = waiting | running.exclude(remote_id__in=shown)
        if self.connection:
            waiting = waiting.filter(service=self.connection.service)
        return [export for export in waiting if self._passes(export)]

    def _of_colleagues(self) -> list[ExportRequest]:
        """What others requested here and the API has not made yet, newest first: nobody requests the same once more."""
        if self.page is None or self.connection is None:
            return []
        waiting = ExportRequest.objects.filter(
            visible_to(self.person),
            service=self.connection.service,
            remote_id="",
            state__in=IN_FLIGHT,
            removed_at=None,
        )
        others = waiting.exclude(owner=self.person).select_related("owner").order_by("-created_at")
        found = [export for export in others if self._passes(export)]
        shown, left = found[: self.query.page_size], len(found) - self.query.page_size
        if left > 0:
            self.notes.append(f"Colleagues requested {left} more that are not at the API yet.")
        return shown

    def _passes(self, export: ExportRequest) -> bool:
        """Whether an export without an answer of the API fits the filters; most of them it cannot fit yet."""
        types = self.query.values_of("type")
        statuses = self.query.values_of("status")
        integrations = self.query.values_of("integration_id.equalvalues")
        checked = len(types) + len(integrations) + len(statuses)
        return (
            checked == len(self.query.filters)
            # What the API has not begun is pending, whoever has to begin it.
            and (not statuses or (PENDING in statuses and not export.remote_id))
            and (not types or export.report_type.remote_types & set(types) != frozenset())
            and (not integrations or export.integration_id in integrations)
        )

    def _row_of_ours(self, ours: ExportRequest) -> CenterRow:
        return row_of_ours(
            ours,
            is_mine=ours.owner_id == self.person.pk,
            integration=self._labels.get(ours.integration_id) or ours.integration_label,
            messages=self._messages.get(ours.pk, ()),
        )

    def _row_of_listed(self, remote: RemoteExport, ours: ExportRequest | None) -> CenterRow:
        if ours is None:
            name = self._labels.get(remote.integration_id) or remote.integration_id
            who = self._creators.get(remote.query.creator) or remote.requested_by
            return row_of_remote(remote, integration=name, requester_words=who)
        return row_of_both(
            remote,
            ours,
            is_mine=ours.owner_id == self.person.pk,
            integration=self._labels.get(ours.integration_id) or ours.integration_label,
            messages=self._messages.get(ours.pk, ()),
        )

    @cached_property
    def _labels(self) -> dict[str, str]:
        return dict(Integration.objects.filter(open_to(self.person)).values_list("integration_id", "label"))

    def poll_seconds(self, *, is_poll: bool) -> int | None:
        """How soon the rows should look again; None when nothing moves by itself.

        After a failed look they go on rarely: what ran before may still run.
        """
        mine = [row.ours for row in self.rows if row.ours and row.is_mine and row.ours.is_in_flight]
        if self.error:
            wait = max(FAILED_SECONDS, self.error.retry_after or 0)
            return wait if mine or (is_poll and self.error.can_retry) else None
        if any(export.is_busy for export in mine):
            return LIVELY_SECONDS
        return CALM_SECONDS if mine or any(row.is_running for row in self.rows) else None

    @property
    def tabs(self) -> list[ChoiceLink]:
        """All and Mine."""
        labels = ((ALL, "All"), (MINE, "Mine"))
        return [
            ChoiceLink(label, self.query.with_tab(name).url(), self.query.tab == name)
            for name, label in labels
        ]

    @property
    def services(self) -> list[ChoiceLink]:
        """The person's services, when there are several."""
        if len(self.connections) < 2:
            return []
        return [
            ChoiceLink(
                one.service.name,
                self.query.with_service(str(one.service_id)).url(),
                one == self.connection,
            )
            for one in self.connections
        ]

    @cached_property
    def quota(self) -> Quota | None:
        """What is left of the day; None for a person without a key."""
        return quota_of(self.connection) if self.connection else None

    @cached_property
    def expiring(self) -> int:
        """How many files are removed within a week: of the whole list where it is on the page, else of mine."""
        if self.page and self.query.is_first_of_all and self.page.total_page == 1:
            days = [row.days_left for row in self.rows]
            return sum(left is not None and left < EXPIRES_SOON.days for left in days)
        soon = timezone.now() + EXPIRES_SOON
        kept = self._mine.filter(state__in=WITH_FILE, removed_at=None, kept_until__gt=timezone.now())
        return kept.filter(kept_until__lt=soon).count()

    @cached_property
    def pager(self) -> Pager:
        """Where this page lies in the list."""
        query, page = self.query, self.page
        read = len(page.records) if page and query.tab == ALL else len(self.rows)
        return Pager.numbered(
            query,
            CenterQuery.url,
            rows=read,
            total=page.total_count if page else None,
            page_count=page.total_page if page else None,
        )

    @property
    def summary(self) -> str:
        """What is shown, for screen readers; changes when something finishes."""
        running = sum(row.is_running for row in self.rows)
        return f"{len(self.rows)} exports on this page, {running} running" + (
            "; the API's list could not be read" if self.error else ""
        )


def catalogue_of(connection: Connection | None) -> FilterCatalogue | None:
    """The filters of the connection's service; None without one."""
    return FilterCatalogue(contract_for(connection.service)) if connection else None


def _running_first(rows: Sequence[CenterRow]) -> list[CenterRow]:
    return sorted(rows, key=lambda row: not row.is_running)
