"""Whether somebody's key may change users: known before a form is filled in, from the API's own list of users."""

from hashlib import sha256

from django.core.cache import cache

from apps.accounts.models import Role, User
from apps.api.errors import ApiError
from apps.api.query import Filter, ListQuery
from apps.resources.api_access import ApiAccess
from apps.ui.values import text_of
from apps.users.key_in_use import ADMIN

CACHE_SECONDS = 600


def expected_refusal(scope: ApiAccess, person: User | None, verb: str) -> str:
    """Why the person's key may probably not do this to users, in a sentence; "" where it may.

    The API does not say whose a key is: who signs in here with a user's email address is taken for the same person.
    Admins here are taken at their word. One call in ten minutes at most.
    """
    if person is None or person.role == Role.ADMIN or _role(scope, person.email) == ADMIN:
        return ""
    return f"An admin's key alone may {verb} users, and yours seems to be an account manager's."


def _role(scope: ApiAccess, email: str) -> str:
    """The role of the user with that address; "" where there is none, or it could not be read."""
    key = f"own-role:{scope.connection.key_name}:{sha256(email.lower().encode()).hexdigest()[:16]}"
    role: str | None = cache.get(key)
    if role is None:
        query = ListQuery(page_size=1, filters=(Filter("email", "eq", email),))
        try:
            records = scope.read_page(query).records
        except ApiError:
            records = []
        role = text_of(records[0].get("role")) if records else ""
        cache.set(key, role, CACHE_SECONDS)
    return role
