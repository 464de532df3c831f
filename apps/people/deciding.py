"""The transaction in which one person decides about another: both are looked at as they are now, and stay so."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from apps.accounts.models import Role, User
from apps.accounts.policy import Capability, demand


@contextmanager
def deciding(by: User | None, person: User) -> Iterator[User]:
    """A transaction that holds the rows of all admins and of the person, whose row it gives as it is now.

    `by` decides, and must still be one who may; None: whoever runs the site. Two admins who remove each other at once
    wait for each other here, and the second of them is told that they are none any more. Raises `PermissionDenied`.
    """
    wanted = Q(pk=person.pk) | Q(role=Role.ADMIN)
    if by is not None:
        wanted |= Q(pk=by.pk)
    with transaction.atomic():
        # In one order, so that nobody waits for somebody who waits for them.
        rows = {row.pk: row for row in User.objects.select_for_update().filter(wanted).order_by("pk")}
        if by is not None:
            if not rows[by.pk].is_active:
                raise PermissionDenied("Your own account was deactivated meanwhile. Nothing was changed.")
            demand(rows[by.pk], Capability.MANAGE_PEOPLE)
        yield rows[person.pk]
