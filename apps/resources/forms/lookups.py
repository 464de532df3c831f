"""Records that a form's fields refer to: found by what was typed, and shown by their names."""

from collections.abc import Mapping

from apps.resources import registry
from apps.resources.forms.layout import Lookup
from apps.resources.references.records_with_names import names_of
from apps.resources.references.resolution import Resolution
from apps.resources.references.resolver import Resolver
from apps.resources.scope import Scope
from apps.text.typed import is_blank, one_word


def resolved_references(
    resolver: Resolver, references: Mapping[str, str], typed: Mapping[str, str]
) -> dict[str, Resolution]:
    """What the texts typed for references mean, by field; nothing for fields that are left empty."""
    return {
        name: resolver.resolve(references[name], text)
        for name, text in typed.items()
        if name in references and not is_blank(text)
    }


def lookups_of(
    scope: Scope,
    path: Mapping[str, str],
    references: Mapping[str, str],
    chosen: Mapping[str, str],
    unresolved: Mapping[str, Resolution],
) -> dict[str, Lookup]:
    """How the records of these reference fields are looked up from that place, and the names of the `chosen` ones.

    `chosen` is what each field holds: an id, or what was typed and is `unresolved`.
    """
    ids: dict[str, set[str]] = {}
    for name, text in chosen.items():
        ids.setdefault(references[name], set()).add(text)
    names = names_of(scope, ids)
    return {
        name: Lookup(
            registry.suggest_url(tag := references[name], path),
            names[tag].get(one_word(text).removeprefix("#"), ""),
            unresolved[name].choices if name in unresolved else (),
        )
        for name, text in chosen.items()
    }
