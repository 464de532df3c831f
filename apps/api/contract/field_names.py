"""Matches a vendor's field names to ours, and translates records, bodies and queries between the two."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

from apps.api.contract.name_matching import normalised, same_words
from apps.api.contract.openapi import Field
from apps.api.query import ListQuery

#: The part of a vendor's document that says which of its fields is which of ours:
#: `{"Offers.advertiser_id": "account"}`. `manage.py contract use --field` writes it.
EXTENSION = "x-field-names"

# Words of ours, and what else means the same in a record.
_SYNONYMS = {
    "name": ("title", "displayname"),
    "active": ("isactive", "enabled", "isenabled"),
    "email": ("emailaddress", "mail"),
    "phone": ("phonenumber", "telephone", "telephonenumber", "tel"),
    "companyname": ("company", "organisation", "organization"),
    "firstname": ("givenname", "forename"),
    "lastname": ("surname", "familyname"),
    "manager": ("accountmanager",),
    "timezone": ("tz", "zone", "timezonename"),
    "country": ("countrycode",),
    "currency": ("currencycode",),
    "website": ("homepage", "websiteurl"),
    "redirecturl": ("targeturl", "destinationurl"),
    "trackingdomainids": ("trackingdomains",),
    "createdat": ("created", "createdon", "createdate", "creationdate", "datecreated"),
    "updatedat": ("updated", "updatedon", "modifiedat", "lastmodified", "changedat", "dateupdated"),
}
_SAME_WORD = {synonym: word for word, synonyms in _SYNONYMS.items() for synonym in synonyms}
# Types whose values can stand for each other; an object named like our id is another thing.
_KINDS = {"string": "value", "integer": "value", "number": "value"}


def stated_names(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What the document's `x-field-names` states: by tag, our field (dotted inside objects) → the vendor's."""
    extension = document.get(EXTENSION)
    stated: dict[str, dict[str, str]] = {}
    for place, name in extension.items() if isinstance(extension, Mapping) else ():
        tag, _, path = str(place).partition(".")
        if path and isinstance(name, str):
            stated.setdefault(tag, {})[path] = name
    return stated


def fields_by_our_names(
    ours: Mapping[str, Field],
    theirs: Mapping[str, Field],
    stated: Mapping[str, str],
    prefix: str = "",
    *,
    by_type: bool = False,
) -> dict[str, Field]:
    """A vendor's fields by our names, each with its name on the wire; fields that we do not have keep their name.

    An object whose parts their document leaves open keeps the parts we know.
    """
    names = _own_names(ours, theirs, stated, prefix, by_type=by_type)
    found = {}
    sources = {own: their for their, own in names.items()}
    for name, field in theirs.items():
        # A name of theirs that is our word for another field of theirs takes that field's name in exchange.
        own = names.get(name) or _exchanged(name, sources)
        parts = field.fields
        known = ours.get(own)
        if known is not None and field.type == known.type == "object":
            parts = fields_by_our_names(known.fields, parts, stated, f"{prefix}{own}.") or known.fields
        found[own] = replace(field, name=own, wire_name="" if own == name else name, fields=parts)
    return found


def to_our_names(record: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """A record of the API under our field names; fields that the contract does not have stay as they are.

    Nothing is lost but what is write-only and was answered all the same: no page may show it.
    """
    return to_our_names_all([record], fields)[0]


def to_our_names_all(
    records: Iterable[Mapping[str, Any]], fields: Mapping[str, Field]
) -> list[dict[str, Any]]:
    """The same of several records: whether their fields differ from ours is looked at once."""
    if not _differs(fields):
        return [dict(record) for record in records]
    return [_under_our_names(record, fields) for record in records]


def _under_our_names(record: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    # A field may come under our name after all; where two have one name on the wire, the renamed one is meant.
    known = {name: field for name, field in fields.items() if field.sent_as not in record}
    known |= {field.sent_as: field for field in fields.values() if not field.wire_name}
    known |= {field.sent_as: field for field in fields.values() if field.wire_name}
    return _respelled(record, fields, known, to_wire=False)


def to_wire_names(body: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """A request body under the API's field names: the reverse of `to_our_names`."""
    return _respelled(body, fields, fields, to_wire=True) if _differs(fields) else dict(body)


def without_read_only(body: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """A request body without read-only fields, also inside its objects."""
    kept = {}
    for name, value in body.items():
        field = fields.get(name)
        if field is None or not field.is_read_only:
            is_object = field is not None and field.fields and isinstance(value, Mapping)
            kept[name] = without_read_only(value, field.fields) if field and is_object else value
    return kept


def query_to_wire_names(
    query: ListQuery, fields: Mapping[str, Field], parameters: Container[str]
) -> ListQuery:
    """A list's query under the API's field names; a filter that is a query parameter of its own keeps its name."""
    sort = []
    for term in query.sort:
        name = term.removeprefix("-")
        sort.append(term.removesuffix(name) + path_to_wire_names(name, fields))
    filters = [
        item if item.name in parameters else replace(item, field=path_to_wire_names(item.field, fields))
        for item in query.filters
    ]
    return replace(query, sort=tuple(sort), filters=tuple(filters))


def path_to_wire_names(path: str, fields: Mapping[str, Field]) -> str:
    """The API's name of one of our fields, dotted inside objects."""
    first, dot, rest = path.partition(".")
    field = fields.get(first)
    if field is None:
        return path
    return field.sent_as + dot + (path_to_wire_names(rest, field.fields) if rest else "")


def path_to_our_names(path: str, fields: Mapping[str, Field]) -> str:
    """Our name of one of the API's fields, dotted inside objects."""
    first, dot, rest = path.partition(".")
    field = next((field for field in fields.values() if field.sent_as == first), None)
    if field is None:
        return path
    return field.name + dot + (path_to_our_names(rest, field.fields) if rest else "")


def _respelled(
    data: Mapping[str, Any], fields: Mapping[str, Field], known: Mapping[str, Field], *, to_wire: bool
) -> dict[str, Any]:
    """The data with each known key renamed; a key in the way takes the name that the other one gives up."""
    names = {
        key: field.sent_as if to_wire else field.name for key in data if (field := known.get(key)) is not None
    }
    sources = {name: key for key, name in names.items()}
    found: dict[str, Any] = {}
    for key, value in data.items():
        field = known.get(key)
        if field is None:
            found[_exchanged(key, sources)] = value
        elif field.is_write_only and not to_wire:
            continue
        elif isinstance(value, Mapping) and field.fields:
            inner = to_wire_names if to_wire else to_our_names
            found[names[key]] = inner(value, field.fields)
        else:
            found[names[key]] = value
    return found


def _differs(fields: Mapping[str, Field]) -> bool:
    """Whether a record on the wire differs from one under our names."""
    return any(field.wire_name or field.is_write_only or _differs(field.fields) for field in fields.values())


def _exchanged(name: str, taken: Mapping[str, str]) -> str:
    """The name itself, or where another one has come to be called so, what that one was called before."""
    while name in taken and taken[name] != name:
        name = taken[name]
    return name


def _own_names(
    ours: Mapping[str, Field],
    theirs: Mapping[str, Field],
    stated: Mapping[str, str],
    prefix: str,
    *,
    by_type: bool,
) -> dict[str, str]:
    """A vendor's field names to ours: as stated, the same word, one that means the same, and `by_type` the only one.

    A name of none of ours is left out.
    """
    names = {their: own for own in ours if (their := stated.get(prefix + own, "")) and their in theirs}
    for word in (str, normalised):
        left, unnamed = _left(ours, names.values()), _left(theirs, names)
        names |= same_words(left, unnamed, word)
    for word in (_without_id, _meaning):
        for kind in {_kind(field) for field in theirs.values()}:
            left = [name for name in _left(ours, names.values()) if _kind(ours[name]) == kind]
            unnamed = [name for name in _left(theirs, names) if _kind(theirs[name]) == kind]
            names |= same_words(left, unnamed, word)
            if by_type and word is _meaning:
                names |= _only_ones(_left(left, names.values()), _left(unnamed, names))
    return names


def _only_ones(left: list[str], unnamed: list[str]) -> dict[str, str]:
    return {unnamed[0]: left[0]} if len(left) == len(unnamed) == 1 else {}


def _left(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    known = set(taken)
    return [name for name in names if name not in known]


def _kind(field: Field) -> str:
    return _KINDS.get(field.type, field.type)


def _without_id(name: str) -> str:
    return normalised(name).removesuffix("id")


def _meaning(name: str) -> str:
    word = normalised(name)
    bare = word.removesuffix("id")
    return _SAME_WORD.get(word) or _SAME_WORD.get(bare, bare)
