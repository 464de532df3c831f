"""Lists, reads and writes the kept records of every tag: users, offers, and what resources bring."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from apps.sandbox.contract.routes import Match
from apps.sandbox.contract.schemas import properties_of
from apps.sandbox.contract.validation import Query
from apps.sandbox.data.filtering import page_of
from apps.sandbox.data.organisations import Integration
from apps.sandbox.data.record_kinds import Kind
from apps.sandbox.data.store import Place, Store
from apps.sandbox.errors import Refused, bad_field, not_found
from apps.sandbox.keys import Caller

Json = dict[str, Any]

NEVER_SHOWN = frozenset({"password"})


class Records:
    """The operations on kept records; each answers with its JSON body and says what it changed."""

    def __init__(self, store: Store, kinds: Mapping[str, Kind]) -> None:
        self.store = store
        self._kinds = kinds

    def list(self, caller: Caller, match: Match, query: Query) -> Json:
        """One page of the records of a place."""
        return page_of(self.store.records(self._place(caller, match)), query)

    def get(self, caller: Caller, match: Match) -> Json:
        """One record under `data`."""
        return {"data": self._found(caller, match)[2]}

    def create(self, caller: Caller, match: Match, body: Json) -> tuple[Json, str]:
        """Adds a record; answers `created_item_id`."""
        place = self._place(caller, match)
        kind = place[1]
        with self.store.lock:
            self._check(caller, kind, body, None)
            number = self.store.next_number(caller.organisation.id, kind)
            identity: Any = number
            if kind == "users":
                identity = f"usr-{caller.organisation.id.removeprefix('org-')}-{number:03d}"
            default = {"status": "Active"} if kind == "users" else {"active": True}
            default |= match.operation.body_names.to_ours(match.operation.defaults)
            now = _stamp()
            kept = {name: value for name, value in body.items() if name not in NEVER_SHOWN}
            record = {"id": identity, **default, **kept, "created_at": now, "updated_at": now}
            self.store.write([(place, str(identity), record)])
        return {"created_item_id": str(identity)}, f"created {kind} {identity}"

    def update(self, caller: Caller, match: Match, body: Json) -> tuple[Json, str]:
        """Sets the fields that are in the body."""
        with self.store.lock:
            place, identity, record = self._found(caller, match)
            self._check(caller, place[1], body, identity)
            kept = {name: value for name, value in body.items() if name not in NEVER_SHOWN}
            self.store.write([(place, identity, {**record, **kept, "updated_at": _stamp()})])
        return {}, f"updated {place[1]} {identity}"

    def delete(self, caller: Caller, match: Match) -> str:
        """Archives a record. Raises `Refused` 404, or 402 for the caller's own user."""
        with self.store.lock:
            place, identity, _ = self._found(caller, match)
            if place[1] == "users" and identity == caller.user:
                raise Refused(HTTPStatus.PAYMENT_REQUIRED, "You cannot delete your own user.")
            self.store.write([(place, identity, None)])
        return f"deleted {place[1]} {identity}"

    def bulk(self, caller: Caller, match: Match, body: Json) -> tuple[Json, str]:
        """Sets `active` on, or archives, the records named; unknown ids are ignored. Raises `Refused` 400."""
        place = self._place(caller, match)
        is_status = match.operation.role == "bulk_status"
        change = {name: value for name, value in body.items() if name != "data"}
        known_fields = {match.operation.body_names.path_to_ours(name) for name in _body_fields(match)}
        for name in ("data", "active"):
            if name not in body and (name == "data" or (is_status and name in known_fields)):
                raise bad_field(name, "is required")
        with self.store.lock:
            found = [(identity, self.store.get(place, identity)) for identity in dict.fromkeys(body["data"])]
            known = [(identity, record) for identity, record in found if record is not None]
            change["updated_at"] = _stamp()
            self.store.write([(place, i, {**record, **change} if is_status else None) for i, record in known])
        verb = "updated" if is_status else "deleted"
        if "active" in change:
            verb = "activated" if change["active"] else "deactivated"
        return {}, f"{verb} {place[1]} {','.join(identity for identity, _ in known)}"

    def _place(self, caller: Caller, match: Match) -> Place:
        """Where the records lie: below whatever the path names besides a record's own id; `Refused` 404."""
        if "integrationID" in match.path:
            integration_of(caller, match.path)
        kind = self._kinds[match.operation.tag]
        for other in self._kinds.values():
            if other.id_parameter in kind.above and other.id_parameter in match.path:
                identity = match.path[other.id_parameter]
                if self.store.get(_place_of(caller, other, match.path), identity) is None:
                    raise not_found(f"The {other.name.removesuffix('s')}")
        return _place_of(caller, kind, match.path)

    def _found(self, caller: Caller, match: Match) -> tuple[Place, str, Json]:
        place = self._place(caller, match)
        identity = match.path[self._kinds[match.operation.tag].id_parameter]
        record = self.store.get(place, identity)
        if record is None:
            raise not_found("The record")
        return place, identity, record

    def _check(self, caller: Caller, kind: str, body: Json, identity: str | None) -> None:
        """What no schema says: an offer's advertiser exists, an e-mail address is one and is used once."""
        organisation = caller.organisation.id
        if kind == "offers":
            advertiser = str(int(body["advertiser_id"]))
            if self.store.get((organisation, "advertisers", ""), advertiser) is None:
                raise bad_field("advertiser_id", f"there is no advertiser {advertiser}")
        if kind == "users" and "email" in body:
            email = body["email"].casefold()
            if "@" not in email.strip("@"):
                raise bad_field("email", "is not an e-mail address")
            for user in self.store.records((organisation, "users", "")):
                if str(user.get("email")).casefold() == email and user["id"] != identity:
                    raise bad_field("email", "is in use already")


def _place_of(caller: Caller, kind: Kind, path: Mapping[str, str]) -> Place:
    return (caller.organisation.id, kind.name, "/".join(path[name] for name in kind.above if name in path))


def _body_fields(match: Match) -> list[str]:
    return list(properties_of(match.operation.body_schema))


def integration_of(caller: Caller, path: Mapping[str, str]) -> Integration:
    """The integration a path names. Raises `Refused` 404."""
    integration = caller.organisation.integration(path["integrationID"])
    if integration is None:
        raise not_found("The integration")
    return integration


def _stamp() -> str:
    return datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
