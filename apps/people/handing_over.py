"""What somebody left who is gone, given to somebody else: schedules, links for guests, bulk plans.

It goes on with another person's key, so it goes only to somebody whose own key has proved to be of the same
organisation: of any other it would show rows of one organisation to the other.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import ACCOUNT_CLOSED, User
from apps.accounts.policy import Capability, may
from apps.accounts.product_events import EventKind, tell
from apps.bulk.models import BulkRun
from apps.bulk.states import State
from apps.connections.models import Connection, Service
from apps.connections.organisations import organisations_of
from apps.people.deciding import deciding
from apps.schedules import actions
from apps.schedules.models import Schedule
from apps.shares.models import Share, Slice

#: Not carried out yet: who confirms one does it with their own key.
_PLANS = (State.PLANNED, State.SCHEDULED)


class NotGone(Exception):
    """The account is open: what it has is its owner's."""


@dataclass
class Left:
    """What somebody left at one service, of one organisation; "" where it is not known of which."""

    service: Service
    organisation: str
    schedules: list[Schedule] = field(default_factory=list)
    links: list[Share] = field(default_factory=list)
    plans: list[BulkRun] = field(default_factory=list)

    @property
    def parts(self) -> list[str]:
        """What there is, in words: "2 schedules"."""
        counted = ((self.schedules, "schedule"), (self.links, "link"), (self.plans, "bulk plan"))
        return [f"{len(those)} {noun}{'' if len(those) == 1 else 's'}" for those, noun in counted if those]

    def is_for(self, person: User, proved: Collection[tuple[UUID, str]]) -> bool:
        """Whether the person, whose keys have proved that, may take all of it."""
        needed = (
            (self.schedules, Capability.SCHEDULE),
            (self.links, Capability.SHARE),
            (self.plans, Capability.ACT_IN_BULK),
        )
        return (
            self.organisation != ""
            and (self.service.pk, self.organisation) in proved
            and all(may(person, capability, self.service.pk) for those, capability in needed if those)
        )


@dataclass(frozen=True)
class HandedOver:
    """What went to somebody else, and what stayed because no key of theirs is of its organisation."""

    given: list[Left]
    kept: list[Left]


def left_by(person: User) -> list[Left]:
    """What the person left that somebody else can go on with, by service."""
    found: dict[tuple[UUID, str], Left] = {}

    def place(service: Service, organisation: str) -> Left:
        return found.setdefault((service.pk, organisation), Left(service, organisation))

    keys = Connection.objects.filter(owner=person).exclude(ring_key_id="")
    organisations = dict(keys.values_list("service_id", "organisation"))
    for schedule in Schedule.objects.filter(owner=person).select_related("service", "owner"):
        place(schedule.service, organisations.get(schedule.service_id, "")).schedules.append(schedule)
    links = Share.objects.filter(owner=person, revoked_at__isnull=True, expires_at__gt=timezone.now())
    for link in links.select_related("service"):
        place(link.service, link.organisation).links.append(link)
    plans = BulkRun.objects.filter(owner=person, state__in=_PLANS)
    for plan in plans.select_related("service"):
        place(plan.service, plan.organisation).plans.append(plan)
    return sorted(found.values(), key=lambda left: (left.service.name, left.organisation))


def takers_of(left: Iterable[Left]) -> list[User]:
    """Who may take some of it, by name."""
    left = [one for one in left if one.organisation]
    wanted = {(one.service.pk, one.organisation) for one in left}
    proved: dict[User, set[tuple[UUID, str]]] = {}
    keys = Connection.objects.filter(service__in=[one.service for one in left], owner__is_active=True)
    for key in keys.exclude(ring_key_id="").select_related("owner"):
        if (key.service_id, key.organisation) in wanted:
            proved.setdefault(key.owner, set()).add((key.service_id, key.organisation))
    takers = [person for person, pairs in proved.items() if any(one.is_for(person, pairs) for one in left)]
    return sorted(takers, key=lambda person: str(person).casefold())


def hand_over(person: User, to: User, *, by: User | None, request: HttpRequest | None = None) -> HandedOver:
    """Give what the person left to somebody else, as far as that one's keys are of the same organisation.

    Schedules that their owner's closed account stopped run again, if the daily limit of the new key allows it.
    Raises `NotGone` for an open account, and `PermissionDenied`.
    """
    with deciding(by, person) as now:
        if now.is_active:
            raise NotGone
        receiver = User.objects.get(pk=to.pk)
        proved = organisations_of(receiver)
        given: list[Left] = []
        kept: list[Left] = []
        for left in left_by(now):
            (given if left.is_for(receiver, proved) else kept).append(left)
        for left in given:
            tell(
                EventKind.THINGS_TAKEN_OVER,
                by,
                request,
                subject=now,
                service_id=left.service.pk,
                organisation=left.organisation,
                facts={"to": receiver.email, "what": ", ".join(left.parts)},
            )
    # Each by itself: a worker may hold one of them.
    for left in given:
        for schedule in left.schedules:
            _give_schedule(schedule, receiver)
        _give_links(left.links, person, receiver)
        plans = BulkRun.objects.filter(
            pk__in=[plan.pk for plan in left.plans], owner=person, state__in=_PLANS
        )
        plans.update(owner=receiver, message="", fence=F("fence") + 1, lease_until=None)
    return HandedOver(given, kept)


def _give_schedule(schedule: Schedule, to: User) -> None:
    try:
        with schedule.locked() as current:
            if current.owner_id != schedule.owner_id:
                return
            was_stopped = current.pause_reason == ACCOUNT_CLOSED
            current.change(owner=to)
            if was_stopped:
                refused = actions.resume(current)
                if refused:
                    current.change(pause_reason=refused)
    except Schedule.DoesNotExist:
        # Deleted at this moment.
        return


def _give_links(links: Iterable[Share], person: User, to: User) -> None:
    ids = [link.pk for link in links]
    Share.objects.filter(pk__in=ids, owner=person).update(owner=to)
    # The file of chosen rows is removed while its link opens nothing.
    for part in Slice.objects.filter(share__in=ids, state=Slice.State.REMOVED):
        Slice.objects.filter(pk=part.pk).update(
            state=Slice.State.MAKING,
            failures=0,
            starts=0,
            fence=F("fence") + 1,
            lease_until=None,
            due_at=Now(),
        )
        part.enqueue()
