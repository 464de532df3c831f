"""Matches a vendor's operations and parameters to ours by their names."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from apps.api.contract.openapi import Parameter

# Words of ours, and what else means the same: the reference itself says "start_date" in its prose.
_SYNONYMS = {
    "starttime": ("startdate", "start", "startat", "from", "fromdate", "datefrom", "since"),
    "endtime": ("enddate", "end", "endat", "to", "todate", "dateto", "until", "till"),
    "timezone": ("tz", "zone", "timezonename", "timezoneid"),
    "integrationid": ("integration", "network", "networkid"),
    "pagenumber": ("page", "pageno", "p"),
    "pagesize": ("perpage", "size", "limit", "pagelimit", "itemsperpage", "take"),
    "pageafter": ("after",),
    "pagebefore": ("before",),
    "sort": ("sortby", "sorting", "order", "orderby", "ordering"),
    "delimiter": ("separator", "sep"),
    "fields": ("columns",),
    "artifactname": ("artifact", "filename", "file"),
}
_SAME_WORD = {synonym: word for word, synonyms in _SYNONYMS.items() for synonym in synonyms}
# How many records to skip is not the number of a page.
_NOT_OURS = frozenset({"offset", "pageoffset", "skip", "startindex", "cursor"})

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
    return normalised(operation.tag), normalised(operation.summary)


def own_parameter_names(ours: Mapping[str, Parameter], theirs: Mapping[str, Parameter]) -> dict[str, str]:
    """A vendor's query parameter names to ours: the same word, else one that means the same, else the same place.

    The place counts only where little speaks against it: for required ones, without which the call would fail, and
    for several whole numbers, when as many are left on both sides. A name of none of ours stays itself.
    """
    names: dict[str, str] = {}
    for word in (str, normalised, _meaning):
        names |= same_words(_left(ours, names.values()), _left(theirs, names), word)
    left, unnamed = _left(ours, names.values()), _left(theirs, names)
    for kind in {_kind(theirs[name]) for name in unnamed}:
        own_places = [name for name in left if _kind(ours[name]) == kind]
        places = [
            name for name in unnamed if _kind(theirs[name]) == kind and normalised(name) not in _NOT_OURS
        ]
        type_, is_required = kind
        is_paging = type_ == "integer" and len(places) > 1
        if len(own_places) == len(places) and (is_required or is_paging):
            names |= zip(places, own_places, strict=True)
    return {name: names.get(name, name) for name in theirs}


def same_words(ours: Sequence[str], theirs: Sequence[str], word: Callable[[str], str]) -> dict[str, str]:
    """Names of theirs to ours where both are the same word, and no other name of either side is."""
    own_words, words = [word(name) for name in ours], [word(name) for name in theirs]
    own_counts, counts = Counter(own_words), Counter(words)
    own = dict(zip(own_words, ours, strict=True))
    return {
        name: own[same]
        for name, same in zip(theirs, words, strict=True)
        if own_counts[same] == counts[same] == 1
    }


def _left(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    known = set(taken)
    return [name for name in names if name not in known]


def _kind(parameter: Parameter) -> tuple[str, bool]:
    return parameter.type, parameter.required


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
    for word in (normalised, _without_id):
        own = {word(name): name for name in ours if name not in names.values()}
        names |= {name: own.pop(word(name)) for name in theirs if name not in names and word(name) in own}
    return names, [name for name in ours if name not in names.values()]


def _meaning(name: str) -> str:
    """The word that ours would be; a filter by its field alone, as a vendor may spell it."""
    word = normalised(name).removeprefix("filter")
    return _SAME_WORD.get(word, word)


def _without_id(name: str) -> str:
    return normalised(name).removesuffix("id")


def normalised(name: str) -> str:
    """The word without case and signs: `advertiserId` is `advertiser_id`."""
    return "".join(character for character in name.lower() if character.isalnum())
