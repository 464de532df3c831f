"""Run by `manage.py shell` on a database of its own: people decided about, and invited, at the same moment."""

import json
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connections

from apps.accounts.models import Role, User
from apps.accounts.roles import LastAdmin
from apps.people import account_state
from apps.people.invitations import CannotInvite, CannotJoin, invite, join
from apps.people.links import Named
from apps.people.models import Invitation

# A real hash takes so long on a busy machine that those who wait for their turn are sent away.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
THREADS = 6
ROUNDS = 10


def together(*works: Callable[[], Any]) -> list[str]:
    """What becomes of each of the works that start at the same moment: "done", or the name of what was raised."""
    barrier = threading.Barrier(len(works))
    results = [""] * len(works)

    def run(number: int) -> None:
        barrier.wait()
        try:
            works[number]()
            results[number] = "done"
        except (LastAdmin, PermissionDenied, CannotInvite, CannotJoin) as error:
            results[number] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def two_admins(decide: Callable[[User, User], Any]) -> set[tuple[int, tuple[str, ...]]]:
    """How many admins are left in each round in which two remove each other, and what each was told."""
    found = set()
    for _ in range(ROUNDS):
        User.objects.all().delete()
        one, other = (
            User.objects.create_user(f"{name}@example.com", role=Role.ADMIN) for name in ("one", "other")
        )
        told = together(lambda: decide(one, other), lambda: decide(other, one))  # noqa: B023
        left = User.objects.filter(role=Role.ADMIN, is_active=True).count()
        found.add((left, tuple(told)))
    return found


def themselves(decide: Callable[[User], Any]) -> set[int]:
    """How many admins are left when all of them are removed at the same moment by commands."""
    found = set()
    for _ in range(ROUNDS):
        User.objects.all().delete()
        admins = [
            User.objects.create_user(f"{number}@example.com", role=Role.ADMIN) for number in range(THREADS)
        ]
        together(*[lambda admin=admin: decide(admin) for admin in admins])
        found.add(User.objects.filter(role=Role.ADMIN, is_active=True).count())
    return found


def invited_at_once() -> list[int]:
    """How many open invitations one address has that several admins invite at the same moment."""
    counts = []
    for number in range(ROUNDS):
        email = f"new{number}@example.com"
        together(*[lambda: invite(email, Role.VIEWER, by=None)] * THREADS)  # noqa: B023
        counts.append(Invitation.objects.filter(email=email).count())
    return counts


def joined_at_once() -> list[list[str]]:
    """What several get who send the form of one link at the same moment."""
    told = []
    for invitation in Invitation.objects.all()[:3]:
        named = Named(invitation.pk, invitation.mail_number)
        work = lambda: join(named, name="New", password="x", time_zone="UTC")  # noqa: B023, E731
        told.append(together(*[work] * 4))
        assert User.objects.filter(email=invitation.email).count() == 1
    return told


result = {
    "deactivated": sorted(two_admins(lambda person, by: account_state.deactivate(person, by=by)), key=str),
    "demoted": sorted(
        two_admins(lambda person, by: account_state.change_roles(person, [(None, "viewer")], by=by)), key=str
    ),
    "closed_by_commands": sorted(themselves(lambda admin: account_state.deactivate(admin, by=None))),
    "invited": invited_at_once(),
    "joined": joined_at_once(),
}
print(json.dumps(result))  # noqa: T201
