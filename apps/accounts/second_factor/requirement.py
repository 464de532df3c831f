"""Who must have a second factor, who has one, and taking one away from somebody who lost it."""

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import Role, User

#: What counts as one: recovery codes only stand in for these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def must_have_second_factor(person: User) -> bool:
    """Whether the person has to have one: by their role, or because an admin says so."""
    return person.is_second_factor_required or does_role_require(person)


def does_role_require(person: User) -> bool:
    """Whether the person has to have one by their role and `SECOND_FACTOR_REQUIRED_FOR`."""
    match settings.SECOND_FACTOR_REQUIRED_FOR:
        case "everybody":
            return True
        case "admins":
            return Role.ADMIN in (person.role, *person.service_roles.values())
        case _:
            return False


def is_held_back(person: User) -> bool:
    """Whether the person must set up a second factor before anything else."""
    return not person.has_second_factor and must_have_second_factor(person)


def reset_second_factor(person: User, request: HttpRequest | None = None) -> int:
    """Remove code app, passkeys and recovery codes of somebody who lost them; how many there were.

    They set up a new one at their next sign-in where they must have one. With the request of whoever does it,
    allauth's signal tells of each.
    """
    removed = list(Authenticator.objects.filter(user=person))
    for authenticator in removed:
        authenticator.delete()
        if request is not None:
            signals.authenticator_removed.send(
                sender=Authenticator, request=request, user=person, authenticator=authenticator
            )
    person.has_second_factor = False
    return len(removed)


def note_second_factor(sender: object, instance: Authenticator, **details: Any) -> None:
    """Write onto the account whether there is a second factor (signals of a row saved or deleted)."""
    if details.get("created") is False:
        return
    has_one = Authenticator.objects.filter(user_id=instance.user_id, type__in=FACTORS).exists()
    User.objects.filter(pk=instance.user_id).update(has_second_factor=has_one)
