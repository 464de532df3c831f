"""What is decided about an account: its roles, closed and opened again, its sessions ended."""

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db.models import F

from apps.accounts.models import Role, User
from apps.accounts.roles import keep_an_admin, set_role
from apps.connections.organisations import organisations_of
from apps.people.deciding import deciding
from apps.people.stopping import stop_work

logger = logging.getLogger(__name__)


def deactivate(person: User, *, by: User | None) -> bool:
    """Close the account, end its sessions and stop what it has under way; False when it was closed already.

    Raises `LastAdmin`, and `PermissionDenied` when `by` may not any more; nothing is changed then. What runs is
    stopped after the account is closed: a worker that comes first stops it by the same rule (`policy.why_ended`).
    """
    with deciding(by, person) as now:
        was_active = now.is_active
        if was_active:
            if now.role == Role.ADMIN:
                keep_an_admin(now)
            now.is_active = False
            now.sessions_ended += 1
            now.save(update_fields=["is_active", "sessions_ended"])
    person.refresh_from_db()
    stop_work(person)
    if was_active:
        logger.info("The account %s was deactivated by %s", person.pk, by.pk if by else "a command")
    return was_active


def reactivate(person: User, *, by: User | None) -> bool:
    """Open the account again; False when it was open. What was stopped stays so until somebody resumes it."""
    with deciding(by, person) as now:
        was_active = now.is_active
        if not was_active:
            now.is_active = True
            now.save(update_fields=["is_active"])
    person.refresh_from_db()
    if not was_active:
        logger.info("The account %s was activated by %s", person.pk, by.pk if by else "a command")
    return not was_active


def end_sessions(person: User, *, by: User | None) -> None:
    """End every session of the person at once, in whatever browser."""
    with deciding(by, person) as now:
        User.objects.filter(pk=now.pk).update(sessions_ended=F("sessions_ended") + 1)
    person.refresh_from_db()
    logger.info("The sessions of %s were ended by %s", person.pk, by.pk if by else "a command")


def change_roles(person: User, changes: Iterable[tuple[UUID | None, str]], *, by: User | None) -> None:
    """Give the person other roles: each for a service, or for all where that is None; "" takes one away.

    Raises `LastAdmin`, and `PermissionDenied` when `by` may not any more; nothing is changed then. An auditor reads
    the log of the organisations that the keys of `by` have proved.
    """
    proved = organisations_of(by) if by else []
    with deciding(by, person) as now:
        for service_id, role in changes:
            read = [pair for pair in proved if service_id in (None, pair[0])] if role == Role.AUDITOR else []
            set_role(now, role, service_id, organisations=read)
            logger.info(
                "The role of %s at %s is %r now, by %s",
                person.pk,
                service_id or "all services",
                role,
                by.pk if by else "a command",
            )
    person.refresh_from_db()
