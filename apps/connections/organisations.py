"""The organisation of a key, learned from records of the API, and what people of one organisation may see.

The one rule of whose things a person may see of what the API does not show them itself: their own, and those of the
organisation that their present key has proved to be of. Of an organisation that is not known, their own alone. Either
only of services at which they have a role that opens it.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.connections.models import Connection
from apps.connections.open_services import own

_LONGEST = 200


def learn_organisation(connection: Connection, records: Iterable[Mapping[str, Any]]) -> None:
    """Keep the organisation that records of the API's list of exports name, all of them the same one."""
    keep_organisation(connection, the_organisation_of(records))


def the_organisation_of(records: Iterable[Mapping[str, Any]]) -> str:
    """The one organisation that records name; "" where they name none, or several."""
    named = {text for record in records if (text := organisation_of(record))}
    return named.pop() if len(named) == 1 else ""


def keep_organisation(connection: Connection, organisation: str) -> None:
    """Keep which organisation the key is of, where that was seen."""
    if organisation:
        _keep(connection, organisation=organisation)


def learn_user(connection: Connection, user: str) -> None:
    """Keep how the API calls the user of the key, from a record of an export that the key has asked for."""
    if user and len(user) <= _LONGEST:
        _keep(connection, api_user=user)


def visible_to(
    person: User,
    owner: str = "owner",
    takes: Capability = Capability.READ,
    takes_for_others: Capability | None = None,
) -> Q:
    """What of a model with `owner`, `service` and `organisation` a person may see: their own, and their organisations'.

    `owner` is what the model calls its owner. `takes` is what a person must be allowed at the service to see it, and
    `takes_for_others` the same for what is not their own, where that is another.
    A key of another organisation, or one whose organisation is not known, opens nothing of colleagues.
    """
    allowed = own(person, takes, owner)
    for service_id, organisation in organisations_of(person, takes_for_others or takes):
        allowed |= Q(service_id=service_id, organisation=organisation)
    return allowed


def organisation_with(person: User, service_id: UUID) -> str:
    """The organisation that the person's key for the service has proved; "" where none has."""
    known = Connection.objects.filter(owner=person, service_id=service_id).exclude(ring_key_id="")
    return known.values_list("organisation", flat=True).first() or ""


def is_not_of_another(organisation: str, prefix: str = "") -> Q:
    """What is of this organisation, or of one that is not known; everything where this one is not known."""
    if not organisation:
        return Q()
    name = f"{prefix}organisation"
    return Q(**{name: organisation}) | Q(**{name: ""})


def organisations_of(person: User, capability: Capability = Capability.READ) -> list[tuple[UUID, str]]:
    """Service and organisation of each of the person's keys whose organisation is known, where they may do that.

    For the change log also those that were given to an auditor, who has no key.
    """
    reads_log = capability is Capability.READ_LOG
    # A key that its owner may use no more proves nothing.
    mine = own(person, Capability.READ if reads_log else capability)
    known = Connection.objects.filter(mine).exclude(ring_key_id="").exclude(organisation="")
    proved = list(known.values_list("service_id", "organisation"))
    given = [(UUID(service), organisation) for service, organisation in person.audited_organisations]
    return list(dict.fromkeys([*proved, *(given if reads_log and person.is_active else [])]))


def _keep(connection: Connection, **facts: str) -> None:
    new = {name: value for name, value in facts.items() if getattr(connection, name) != value}
    if new:
        Connection.objects.filter(pk=connection.pk, version=connection.version).update(**new)
        for name, value in new.items():
            setattr(connection, name, value)


def organisation_of(record: Mapping[str, Any]) -> str:
    """The organisation that a record of an export names, by id or as an object with one; "" where it names none."""
    value = record.get("organization")
    if isinstance(value, Mapping):
        value = value.get("id")
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    text = str(value).strip() if is_id else ""
    return text if len(text) <= _LONGEST else ""
