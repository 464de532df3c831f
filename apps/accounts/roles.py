"""Changes of roles: for all services or for one, and never so that nobody is left who administers all of them."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import Role, User
from apps.accounts.product_events import EventKind, acting_person, tell


class LastAdmin(Exception):
    """The only admin of all services was to lose that role, or the account."""

    def __init__(self) -> None:
        super().__init__("This is the only admin for all services. Make somebody else one first.")


def set_role(
    person: User,
    role: str,
    service: UUID | None = None,
    *,
    organisations: Iterable[tuple[UUID, str]] = (),
    is_told: bool = True,
) -> None:
    """Give the person that role for all services, or for one; "" takes it away. `person` is changed and saved.

    `organisations` are those whose log an auditor is to read, each with its service: the caller takes them from what
    the keys of whoever gives the role have proved (`connections.organisations.organisations_of`). They take the place
    of those that the person had, and go with the role. The log tells of it where anything is changed; not where the
    caller tells of it as part of something else (`is_told`).

    Raises `LastAdmin`, and `ValueError` for a role that there is not.
    """
    if role and role not in Role.values:
        raise ValueError(role)
    with transaction.atomic():
        now = _locked(person)
        before = now.role if service is None else now.service_roles.get(str(service), "")
        former = _given(now)
        if service is None:
            if role != Role.ADMIN:
                keep_an_admin(now)
            now.role = role
        elif role:
            now.service_roles[str(service)] = str(role)
        else:
            now.service_roles.pop(str(service), None)
        if role == Role.AUDITOR:
            _give_organisations(now, service, organisations)
        now.audited_organisations = [
            pair for pair in now.audited_organisations if _is_auditor_at(now, pair[0])
        ]
        now.save(update_fields=_CHANGED)
        facts = {"before": before, "after": role, **({"service": str(service)} if service else {})}
        if is_told and _given(now) != former:
            tell(EventKind.ROLE_CHANGED, acting_person(), subject=now, service_id=service, facts=facts)
    for name in _CHANGED:
        setattr(person, name, getattr(now, name))


def keep_an_admin(leaving: User) -> None:
    """Raise `LastAdmin` where no other admin of all services is left; to be called within a transaction.

    The rows of all admins stay locked until it ends, so that two who remove each other at once wait for each other
    (on SQLite every transaction does).
    """
    admins = User.objects.select_for_update().filter(Q(pk=leaving.pk) | Q(role=Role.ADMIN)).order_by("pk")
    active = {one.pk for one in admins if one.role == Role.ADMIN and one.is_active}
    if active == {leaving.pk}:
        raise LastAdmin


_CHANGED = ("role", "service_roles", "audited_organisations")


def _given(person: User) -> tuple[str, dict[str, str], list[list[str]]]:
    """What is compared: the parts that `set_role` changes."""
    return (
        person.role,
        dict(person.service_roles),
        [list(map(str, pair)) for pair in person.audited_organisations],
    )


def _locked(person: User) -> User:
    """The person's row as it is now; the admins' rows are locked with it, in one order, so that none waits twice."""
    rows = User.objects.select_for_update().filter(Q(pk=person.pk) | Q(role=Role.ADMIN)).order_by("pk")
    return next(one for one in rows if one.pk == person.pk)


def _give_organisations(
    person: User, service: UUID | None, organisations: Iterable[tuple[UUID, str]]
) -> None:
    others = [pair for pair in person.audited_organisations if service and pair[0] != str(service)]
    given = {(str(one), organisation) for one, organisation in organisations if organisation}
    mine = [list(pair) for pair in sorted(given) if service is None or pair[0] == str(service)]
    person.audited_organisations = [*others, *mine]


def _is_auditor_at(person: User, service_id: str) -> bool:
    return Role.AUDITOR in (person.role, person.service_roles.get(service_id))
