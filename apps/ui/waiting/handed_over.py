"""Answers under a name that their person's browser asks for: whoever it is not made for gets none."""

import secrets

from django.http import HttpRequest

from apps.accounts.access import signed_in_person
from apps.connections.used_keys import key_names_of
from apps.ui.waiting import answers
from apps.ui.waiting.answers import Answer

#: How long an answer waits for its page to ask for it.
HANDED_OVER_SECONDS = 60


def new_name(request: HttpRequest) -> str:
    """The name of an answer that is begun for this person, in the role they have now."""
    return _prefix(request) + secrets.token_urlsafe(16)


def take_own(request: HttpRequest, name: str) -> Answer | None:
    """The answer, waited for and given once; None for what is gone, somebody else's, or of a former role or key."""
    answer = answers.take(name) if name.startswith(_prefix(request)) else None
    if answer is None or not key_names_of(signed_in_person(request)).issuperset(answer.key_names):
        return None
    return answer


def _prefix(request: HttpRequest) -> str:
    person = signed_in_person(request)
    return f"{person.pk}:{person.roles_key}:"
