"""Whose name is whose: a vendor's operations and parameters beside ours, by their words alone."""

from collections.abc import Iterable, Mapping
from typing import Protocol

# The reference's prose names the reports' times "start_date" and "end_date", its operations "start_time".
_SAME_WORD = {"startdate": "starttime", "enddate": "endtime"}

#: What a vendor's path parameter is in our words wherever there is no doubt: "network" → {"integrationID"}.
CertainNames = Mapping[str, set[str]]


class Described(Protocol):
    """What an operation is matched by, and where its path has values."""

    @property
    def tag(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def path_parameters(self) -> tuple[str, ...]: ...


def matching_key(operation: Described) -> tuple[str, str]:
    """Two operations with the same key are the same one: tag and summary without case, spaces and signs."""
    return _normalised(operation.tag), _normalised(operation.summary)


def own_parameter_names(ours: Iterable[str], theirs: Iterable[str]) -> dict[str, str]:
    """A vendor's query parameter names to ours, where exactly one of theirs is the same word; else to themselves."""
    own, vendors = list(ours), list(theirs)
    own_words, words = [_word(name) for name in own], [_word(name) for name in vendors]
    names: dict[str, str] = {}
    for name, word in zip(vendors, words, strict=True):
        is_unique = words.count(word) == own_words.count(word) == 1
        names[name] = own[own_words.index(word)] if is_unique else name
    return names


def certain_names(pairs: Iterable[tuple[Described, Described]]) -> CertainNames:
    """What can be learned from operations (ours, theirs) that leave one path parameter to be named."""
    certain: dict[str, set[str]] = {}
    for ours, theirs in pairs:
        names, left = _by_word(ours.path_parameters, theirs.path_parameters)
        unnamed = [name for name in theirs.path_parameters if name not in names]
        if len(left) == len(unnamed) == 1:
            certain.setdefault(unnamed[0], set()).add(left[0])
    return certain


def own_path_names(
    ours: tuple[str, ...], theirs: tuple[str, ...], certain: CertainNames | None = None
) -> dict[str, str]:
    """A vendor's path parameter names to ours: the same word, then what other operations tell, then the same place.

    A name that is left over when all of ours are taken stays the vendor's.
    """
    names, left = _by_word(ours, theirs)
    for name in theirs:
        known = (certain or {}).get(name, set()).intersection(left)
        if name not in names and len(known) == 1:
            names[name] = known.pop()
            left.remove(names[name])
    unnamed = [name for name in theirs if name not in names]
    # Of a path that lacks one of ours, the last one is kept: it is the record's own id.
    names |= zip(unnamed, left[-len(unnamed) :], strict=False)
    return {name: names.get(name, name) for name in theirs}


def _by_word(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """The names that are the same word, with or without "ID" at the end, and ours that are left."""
    names: dict[str, str] = {}
    for word in (_normalised, _without_id):
        own = {word(name): name for name in ours if name not in names.values()}
        names |= {name: own.pop(word(name)) for name in theirs if name not in names and word(name) in own}
    return names, [name for name in ours if name not in names.values()]


def _word(name: str) -> str:
    word = _normalised(name)
    return _SAME_WORD.get(word, word)


def _without_id(name: str) -> str:
    return _normalised(name).removesuffix("id")


def _normalised(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
