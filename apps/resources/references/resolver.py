"""Finds the record meant by what a person typed into a look-up: its id, or a text in its name.

A text that is no id is never sent in place of one. With JavaScript the box sends what was chosen from its list; without
it, or when somebody goes on before choosing, the same is decided here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.conf import settings

from apps.api.client import Client
from apps.api.contract.contract import Field
from apps.connections.models import Connection
from apps.resources import registry
from apps.resources.references.name_cache import NameCache
from apps.resources.references.resolution import LONGEST_TEXT, Resolution, Suggestion
from apps.resources.references.suggestions import suggest
from apps.resources.scope import Scope
from apps.text.typed import one_line

#: What nobody would give a record as its name: a number, a UUID, a long word of hexadecimal digits or of a ULID.
_PLAIN_ID = re.compile(
    r"[0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*[0-9])[0-9a-f]{16,64}|(?=.*[0-9])[0-9a-hjkmnp-tv-z]{26}",
    re.IGNORECASE,
)


class Resolver:
    """Resolves texts through one person's connection, each once; `path` is the place in the API the page is about."""

    def __init__(self, connection: Connection, client: Client, path: Mapping[str, str]) -> None:
        self._connection = connection
        self._client = client
        self._path = path
        self._known: dict[tuple[str, str, bool], Resolution] = {}

    def resolve(self, tag: str, text: str, *, is_sure: bool = False) -> Resolution:
        """What a text means among the records of a tag.

        What can only be an id is taken for one without asking, unless `is_sure` says that no record has it.
        """
        text = one_line(text)
        key = (tag, text, is_sure)
        if key not in self._known:
            self._known[key] = self._resolved(tag, text, is_sure=is_sure)
        return self._known[key]

    def _resolved(self, tag: str, text: str, *, is_sure: bool) -> Resolution:
        resource = registry.by_tag(tag)
        if resource is None or any(name not in self._path for name in resource.path_parameters):
            # Nothing can be looked up: what was typed counts, as it does at the API.
            return Resolution(text, record_id=text.removeprefix("#"))
        place = {name: self._path[name] for name in resource.path_parameters}
        scope = Scope(resource, self._connection, self._client, place, settings.PAGE_DEADLINE_SECONDS)
        found = Resolution(text, resource.label.lower(), resource.label_plural.lower())
        key = scope.catalogue.as_id(text)
        if key and not is_sure and is_plain_id(key, scope.fields.get("id")):
            return replace(found, record_id=key)
        if key and (name := NameCache(scope.connection, scope.client, tag, place or None).names.get(key)):
            return replace(found, record_id=key, name=name)
        if len(text) > LONGEST_TEXT:
            return found
        return _chosen(replace(found, text=text), key, scope, text)


def _chosen(found: Resolution, key: str, scope: Scope, text: str) -> Resolution:
    """The record with that id, the only one of that name, or the only hit at all; else the choices."""
    suggestions = suggest(scope, text, with_exact=True)
    records = suggestions.found
    meant: Sequence[Suggestion] = [item for item in records if item.record_id == key]
    if not meant:
        meant = [item for item in records if one_line(item.title).casefold() == text.casefold()]
    if not meant and not suggestions.more and not suggestions.error:
        meant = records
    if len(meant) == 1:
        return replace(found, record_id=meant[0].record_id, name=meant[0].title)
    if suggestions.error and not records:
        if key:
            # It may be an id, and cannot be looked up now: the API says what it makes of it.
            return replace(found, record_id=key)
        return replace(found, error=suggestions.error)
    return replace(found, choices=records, more=suggestions.more)


def is_plain_id(text: str, field: Field | None) -> bool:
    """Whether a text that may be an id can be nothing else, by what the contract says of ids."""
    if field is not None and (field.type == "integer" or field.format == "uuid"):
        return True
    return bool(_PLAIN_ID.fullmatch(text))


def resolved_values(
    resolve: Callable[[str], Resolution], values: Sequence[str]
) -> tuple[list[str], list[Resolution]]:
    """The ids that several texts mean, each once, and what could not be resolved."""
    resolutions = [resolve(value) for value in values]
    ids = dict.fromkeys(item.record_id for item in resolutions if item.record_id)
    return list(ids), [item for item in resolutions if not item.record_id]
