"""Finds the records that cells name in place of their ids, by their exact names; each name once, and not too many."""

from apps.bulk.imports.checking.values import CannotRead
from apps.resources.references.resolver import Resolver, is_plain_id
from apps.resources.scope import Scope
from apps.text.direction import isolated
from apps.text.typed import one_line

#: Each takes up to three calls.
MOST_NAMES = 40


class RecordFinder:
    """Finds records of any tag through one person's connection."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._resolver = Resolver(scope.connection, scope.client, scope.path)
        self._looked_up: set[tuple[str, str]] = set()

    def find(self, tag: str, text: str) -> str:
        """The id that is meant. Raises `CannotRead` where no record, or more than one, has exactly that name."""
        text = one_line(text)
        plain = text.removeprefix("#")
        if is_plain_id(plain, None):
            return plain
        self._looked_up.add((tag, text))
        if len(self._looked_up) > MOST_NAMES:
            raise CannotRead(f"The file names more than {MOST_NAMES} records. Use their IDs instead.")
        found = self._resolver.resolve(tag, text)
        if not found.record_id:
            raise CannotRead(found.problem)
        if found.record_id != plain and one_line(found.name).casefold() != text.casefold():
            near = f"{isolated(found.name)} ({found.record_id})"
            raise CannotRead(
                f"No {found.label} has exactly the name “{isolated(text[:80])}”; the nearest is {near}."
            )
        return found.record_id
