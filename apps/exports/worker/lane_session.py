"""A lane's session: what the steps of one turn share, which are the person's key and the API's list of exports."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from apps.api import export_records as api_exports
from apps.api.answers.records import Page, Record
from apps.api.client import Client
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, RateLimited
from apps.api.export_records import export_id
from apps.api.query import MAXIMUM_PAGE_SIZE, ListQuery
from apps.connections.models import Connection
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.remote.listing import OrderOfTurn, read_list
from apps.exports.states import CALLS, State
from apps.exports.worker.matching import high_water_mark, is_before
from apps.exports.worker.transitions import STEP_SECONDS, client_of, connection_of, poll_interval
from apps.jobs.models import not_leased

#: So many pages of 100 are looked through for exports that are not among the newest.
MOST_PAGES = 30
#: A refresh reads another page of 100 for so many exports it looks for; what it does not find is read by itself.
IDS_A_PAGE = 50
#: A list read so long ago still tells how far an export is.
FRESH_SECONDS = 1.5
_MEMORY = "exports.lane_session"


@dataclass
class LaneSession:
    """The calls of one person to one service within a turn. What reads the list raises an `ApiError` when it cannot."""

    connection: Connection
    client: Client
    #: The list by id, newest first, as far as it was read in this turn; None before.
    records: dict[str, Record] | None = None
    #: Exports made in this turn since the list was read.
    made: list[str] = field(default_factory=list)
    is_complete: bool = False
    #: What the last refresh found, by id.
    seen: dict[str, Record] = field(default_factory=dict)
    #: The API's refusal to make another export now.
    limit: RateLimited | None = None
    _asked: set[str] = field(default_factory=set)
    _fresh_until: float = float("-inf")
    _pages: int = 0
    _order: OrderOfTurn = field(default_factory=OrderOfTurn)
    _read_at: float = float("-inf")
    _failure: ApiError | None = None

    @property
    def key(self) -> str:
        """Names the key the calls are made with."""
        return self.connection.key_name

    @property
    def age(self) -> timedelta:
        """How long ago the list was read; very long before it was."""
        return timedelta(seconds=min(monotonic() - self._read_at, 1e6))

    def newest(self) -> dict[str, Record]:
        """The list as far as it was read, at least its first page; by id, newest first.

        Raises an `ApiError` when it cannot be read; within this turn it is not read again then.
        """
        if self._failure:
            raise self._failure
        if self.records is None:
            self.records, self._pages, self.is_complete, self._read_at = {}, 0, False, monotonic()
            try:
                self._read_page()
            except ApiError as error:
                self.records, self._failure = None, error
                raise
        return self.records

    def forget_list(self) -> None:
        """Read the list anew the next time: something may have been made that is not known."""
        self.records = None
        self.made.clear()

    def mark(self) -> dict[str, Any]:
        """What the API has before the next export is requested, for `ExportAttempt.mark`."""
        mark = high_water_mark(list(self.newest().values()))
        return {**mark, "ids": [*self.made, *mark["ids"]]}

    @property
    def was_refreshed(self) -> bool:
        """Whether `refresh` was called in this turn."""
        return bool(self._asked)

    def is_fresh(self, remote_ids: Collection[str]) -> bool:
        """Whether a refresh a moment ago looked for these."""
        return monotonic() <= self._fresh_until and self._asked.issuperset(remote_ids)

    def refresh(self, remote_ids: Sequence[str]) -> None:
        """Read into `seen` how these exports are now, those that stand among the newest.

        The list is read a few pages far, unfiltered: the API documents no filter by id, and refuses what it does not.
        """
        began = monotonic()
        self.seen, self._asked, self.records = {}, set(remote_ids), None
        wanted = self._asked
        self._read_until(lambda records: wanted <= records.keys(), 1 + len(wanted) // IDS_A_PAGE)
        records = self.newest()
        self.seen = {identity: records[identity] for identity in wanted & records.keys()}
        # A slow list is used for as long as it took: else it would be read for every export of the lane.
        self._fresh_until = monotonic() + max(FRESH_SECONDS, monotonic() - began)

    def read_back_to(self, attempt: ExportAttempt) -> bool:
        """Read the list as far back as an export of the attempt can stand; False when it is longer than is read."""
        known = set(attempt.mark.get("ids", ()))

        def is_enough(records: dict[str, Record]) -> bool:
            older = (
                identity in known or is_before(attempt.mark, record) for identity, record in records.items()
            )
            return self._order.is_sorted and any(older)

        return self._read_until(is_enough, MOST_PAGES)

    def _read_until(self, is_enough: Callable[[dict[str, Record]], bool], most_pages: int) -> bool:
        records = self.newest()
        while not self.is_complete and not is_enough(records):
            if self._pages >= most_pages:
                return False
            self._read_page()
        return True

    def _read_page(self) -> None:
        """One page more. Unfiltered: not every report type is a value of the API's filter."""
        records = self.records if self.records is not None else {}
        query = ListQuery(self._pages + 1, MAXIMUM_PAGE_SIZE)
        page = read_list(self.connection, self.client, query, self._order)
        found = _by_id(page)
        # A page of nothing new, or not a full one, is the last.
        self.is_complete = len(found) < MAXIMUM_PAGE_SIZE or found.keys() <= records.keys()
        records.update({identity: record for identity, record in found.items() if identity not in records})
        self._pages += 1


def _by_id(page: Page) -> dict[str, Record]:
    return {identity: record for record in page.records if (identity := export_id(record))}


def session_of(export: ExportRequest) -> LaneSession:
    """The session of the export's turn, with time for one step.

    Raises `KeyIsMissing` when the owner has no key that can be read.
    """
    session = export.turn.memory.get(_MEMORY) if export.turn else None
    if session is None:
        connection = connection_of(export)
        session = LaneSession(connection, client_of(export, connection))
        if export.turn:
            export.turn.memory[_MEMORY] = session
    export.connection_id, export.connection_version = session.connection.pk, session.connection.version
    session.client.deadline = Deadline(STEP_SECONDS)
    return session


def end_session(export: ExportRequest) -> None:
    """Have the next step begin a new session: the key was replaced or removed."""
    if export.turn:
        export.turn.memory.pop(_MEMORY, None)


def refresh_lane(export: ExportRequest, session: LaneSession) -> Record | None:
    """Bring all exports of the lane that wait for the API up to date by one list; the record of this one, if listed.

    Nothing is read where no other one waits, or the list was read a moment ago. One statement for all, under the
    condition of a claim: what is finished, or ended otherwise, is made due, and its own step comes within this turn;
    what still runs is due again when the one that was looked at least often is.
    """
    lane = ExportRequest.objects.filter(not_leased(), state=State.WAITING, **export.lane)
    waiting = dict(lane.exclude(remote_id="").exclude(pk=export.pk).values_list("remote_id", "polls"))
    mine = [export.remote_id] if export.remote_id else []
    if session.is_fresh(mine):
        return session.seen.get(export.remote_id)
    if not waiting:
        return None
    session.refresh([*mine, *waiting])
    seen = {identity: session.seen[identity] for identity in waiting if identity in session.seen}
    ended = {
        key
        for key, record in seen.items()
        if api_exports.is_finished(record) or api_exports.has_failed(record)
    }
    # As old as the request: before exports that were requested later.
    lane.filter(remote_id__in=ended, finished_at__isnull=True).update(due_at=F("created_at"))
    running: dict[str, list[str]] = {}
    for identity in seen.keys() - ended:
        running.setdefault(api_exports.status(seen[identity])[:64], []).append(identity)
    wait = poll_interval(min(waiting.values()))
    for status, identities in running.items():
        # One that was canceled keeps its turn, in which that is carried out.
        lane.filter(remote_id__in=identities, cancel_requested_at__isnull=True).update(
            due_at=Now() + wait,
            polls=F("polls") + 1,
            failures=0,
            empty_looks=0,
            message="",
            remote_status=status,
            known_to=session.key,
            fence=F("fence") + 1,
        )
    return session.seen.get(export.remote_id)


def delay_lane(export: ExportRequest, wait: timedelta) -> None:
    """Let no other export of the lane call the API for so long: it would fail as this one's call did.

    Called before the export's own next step is written down, so that the others are due first: one that always fails
    does not keep them from the API.
    """
    others = ExportRequest.objects.filter(
        not_leased(), state__in=CALLS, due_at__lt=Now() + wait, **export.lane
    )
    others.filter(cancel_requested_at__isnull=True).exclude(pk=export.pk).update(due_at=Now() + wait)
