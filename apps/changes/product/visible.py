"""Which events of the product a person may see."""

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.accounts.product_events import GROUPS, EventGroup
from apps.audit.models import Event
from apps.connections.organisations import organisations_of

#: What belongs to an organisation: its exports, the links to them and the schedules that ask for them.
_OF_ORGANISATIONS = (EventGroup.SHARE, EventGroup.SCHEDULE, EventGroup.EXPORT)
OF_AN_ORGANISATION = [kind.value for group in _OF_ORGANISATIONS for kind in GROUPS[group]]


def visible_events(person: User) -> QuerySet[Event]:
    """Their own events, those of their organisations, and, for who may see people, all that are of no organisation.

    An event of an organisation that is not known is its owner's alone, as everywhere.
    """
    seen = Q(person=person) | Q(subject=person)
    for service_id, organisation in organisations_of(person, Capability.READ_LOG):
        seen |= Q(about_service=service_id, organisation=organisation)
    if may(person, Capability.SEE_PEOPLE):
        seen |= Q(organisation="") & ~Q(kind__in=OF_AN_ORGANISATION)
    return Event.objects.filter(seen)
