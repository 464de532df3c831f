"""Which stored keys a page calls the API with: what is remembered of it counts only while they are the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.connections.open_services import own

#: The names of the keys used so far (`Connection.key_name`); None where nobody asks.
_used: ContextVar[set[str] | None] = ContextVar("used_keys", default=None)


@contextmanager
def collected_keys() -> Iterator[set[str]]:
    """The names of the keys that are used meanwhile."""
    used: set[str] = set()
    token = _used.set(used)
    try:
        yield used
    finally:
        _used.reset(token)


def note_key(name: str) -> None:
    """A client was made with the key of that name."""
    used = _used.get()
    if used is not None:
        used.add(name)


def key_names_of(person: User) -> set[str]:
    """The names of the keys that the person has now."""
    mine = Connection.objects.filter(own(person)).exclude(ring_key_id="").only("pk", "version")
    return {connection.key_name for connection in mine}
