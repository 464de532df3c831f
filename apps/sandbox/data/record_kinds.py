"""Kinds of records: the name of a tag's records in the store, their parents, and the parameter of their id."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PARAMETER = re.compile(r"{([^{}/]+)}")
#: Reports hold rows that nobody keeps.
_OF_RECORDS = ("list", "get", "create", "update", "delete")
#: What an operation of another document is, by its method and whether its path ends with a record's id.
_ROLES_BY_SHAPE = {
    ("GET", False): "list",
    ("POST", False): "create",
    ("GET", True): "get",
    ("PATCH", True): "update",
    ("PUT", True): "update",
    ("DELETE", True): "delete",
}


@dataclass(frozen=True)
class Kind:
    """One kind of kept records. `name` is theirs in the store, `above` the parameters of what they lie below."""

    name: str
    above: tuple[str, ...]
    id_parameter: str


def role_by_shape(path: str, method: str) -> str:
    """What an operation without an `x-role` is, by its method and path; "" when they do not tell."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if last == "bulk":
        return "bulk_delete" if method == "DELETE" else "bulk_status"
    return _ROLES_BY_SHAPE.get((method, last.startswith("{")), "")


def kinds_of(own: Sequence[tuple[str, str, str]], served: Sequence[tuple[str, str, str]]) -> dict[str, Kind]:
    """By tag. `own` are (tag, path, role) of the contract itself, `served` of what another document makes of it.

    A kind is called as the end of its own list's path; by its tag where that is taken, or the tag is the other
    document's alone.
    """
    kinds: dict[str, Kind] = {}
    for operations, is_own in ((own, True), (served, False)):
        for tag in dict.fromkeys(tag for tag, _, role in operations if role in _OF_RECORDS):
            if tag not in kinds:
                paths = {role: path for one, path, role in operations if one == tag}
                taken = {kind.name for kind in kinds.values()}
                kinds[tag] = _kind(tag, paths, taken if is_own else None)
    return kinds


def _kind(tag: str, paths: dict[str, str], taken: Iterable[str] | None) -> Kind:
    above_path = paths.get("list") or paths.get("create") or ""
    one_path = paths.get("get") or paths.get("update") or paths.get("delete") or ""
    above = tuple(_PARAMETER.findall(above_path))
    in_one = _PARAMETER.findall(one_path)
    own_ids = [name for name in in_one if name not in above] or in_one
    if not above_path:
        above = tuple(name for name in in_one if name not in own_ids[-1:])
    words = [part for part in above_path.strip("/").split("/") if part and not part.startswith("{")]
    last = words[-1] if words else ""
    is_free = taken is not None and last and last not in taken
    return Kind(last if is_free else tag.lower(), above, own_ids[-1] if own_ids else "")
