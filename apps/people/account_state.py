"""What is decided about an account: its roles, closed and opened again, its sessions ended."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest

from apps.accounts.models import Role, User
from apps.accounts.product_events import EventKind, tell
from apps.accounts.roles import keep_an_admin, set_role
from apps.accounts.second_factor.requirement import reset_second_factor
from apps.accounts.sessions import ending as sessions
from apps.connections.organisations import organisations_of
from apps.people.deciding import deciding
from apps.people.stopping import stop_work


def deactivate(person: User, *, by: User | None, request: HttpRequest | None = None) -> bool:
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
            now.save(update_fields=["is_active"])
            sessions.end_sessions(now)
            tell(EventKind.PERSON_DEACTIVATED, by, request, subject=now)
    person.refresh_from_db()
    stop_work(person)
    return was_active


def reactivate(person: User, *, by: User | None, request: HttpRequest | None = None) -> bool:
    """Open the account again; False when it was open. What was stopped stays so until somebody resumes it."""
    with deciding(by, person) as now:
        was_active = now.is_active
        if not was_active:
            now.is_active = True
            now.save(update_fields=["is_active"])
            tell(EventKind.PERSON_REACTIVATED, by, request, subject=now)
    person.refresh_from_db()
    return not was_active


def end_sessions(person: User, *, by: User | None) -> None:
    """End every session of the person at once, in whatever browser."""
    with deciding(by, person) as now:
        sessions.end_sessions(now)
    person.refresh_from_db()


def reset_factor(person: User, *, by: User | None, request: HttpRequest | None = None) -> int:
    """Take away code app, passkeys and recovery codes of somebody who lost them, and end their sessions; how many."""
    with deciding(by, person) as now:
        count = reset_second_factor(now)
        if count:
            sessions.end_sessions(now)
            tell(EventKind.FACTOR_RESET, by, request, subject=now)
    person.refresh_from_db()
    return count


def require_factor(
    person: User, is_required: bool, *, by: User | None, request: HttpRequest | None = None
) -> bool:
    """Require a second factor of the person, or do so no more; False when it was so already.

    Who has none sets one up at their next page. What their role takes stays as it is.
    """
    with deciding(by, person) as now:
        is_new = now.is_second_factor_required != is_required
        if is_new:
            now.is_second_factor_required = is_required
            now.save(update_fields=["is_second_factor_required"])
            kind = EventKind.FACTOR_REQUIRED if is_required else EventKind.FACTOR_NOT_REQUIRED
            tell(kind, by, request, subject=now)
    person.refresh_from_db()
    return is_new


def change_roles(
    person: User,
    changes: Iterable[tuple[UUID | None, str]],
    *,
    by: User | None,
) -> None:
    """Give the person other roles: each for a service, or for all where that is None; "" takes one away.

    Raises `LastAdmin`, and `PermissionDenied` when `by` may not any more; nothing is changed then. An auditor reads
    the log of the organisations that the keys of `by` have proved.
    """
    proved = organisations_of(by) if by else []
    with deciding(by, person) as now:
        for service_id, role in changes:
            read = [pair for pair in proved if service_id in (None, pair[0])] if role == Role.AUDITOR else []
            set_role(now, role, service_id, organisations=read)
    person.refresh_from_db()
