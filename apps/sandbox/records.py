"""Lists, reads and writes the kept records: users, offers, publishers, advertisers, events, landing pages."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from apps.sandbox.contract import Match
from apps.sandbox.filtering import page_of
from apps.sandbox.keys import Caller
from apps.sandbox.refusals import Refused, bad_field, not_found
from apps.sandbox.seeding import Integration
from apps.sandbox.store import Place, Store
from apps.sandbox.validation import Query

Json = dict[str, Any]

# Tag -> kind of record and the path parameter (built-in name) that holds its id.
_KINDS = {
    "Users": ("users", "userID"),
    "Offers": ("offers", "offerID"),
    "Publishers": ("publishers", "publisherID"),
    "Advertisers": ("advertisers", "advertiserID"),
    "OfferEvents": ("events", "offerEventID"),
    "OfferLandingPages": ("landing-pages", "offerLandingPageID"),
}
# Whatever order a moved path has them in, a place names these first.
_OUTER_PARAMETERS = ("integrationID", "offerID")
_OF_ONE_RECORD = ("get", "update", "delete")
NEVER_SHOWN = frozenset({"password"})


class Records:
    """The operations on kept records; each answers with its JSON body and says what it changed."""

    def __init__(self, store: Store) -> None:
        self.store = store

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
        """Archives a record."""
        with self.store.lock:
            place, identity, _ = self._found(caller, match)
            if place[1] == "users" and identity == caller.user:
                raise Refused(HTTPStatus.PAYMENT_REQUIRED, "You cannot delete your own user.")
            self.store.write([(place, identity, None)])
        return f"deleted {place[1]} {identity}"

    def bulk(self, caller: Caller, match: Match, body: Json) -> tuple[Json, str]:
        """Sets `active` on, or archives, the records named; ids of no record are passed over in silence."""
        place = self._place(caller, match)
        is_status = match.operation.role == "bulk_status"
        for name in ("data", "active") if is_status else ("data",):
            if name not in body:
                raise bad_field(name, "is required")
        with self.store.lock:
            found = [(identity, self.store.get(place, identity)) for identity in dict.fromkeys(body["data"])]
            known = [(identity, record) for identity, record in found if record is not None]
            change = {"active": body.get("active"), "updated_at": _stamp()}
            self.store.write([(place, i, {**record, **change} if is_status else None) for i, record in known])
        verb = ("activated" if body["active"] else "deactivated") if is_status else "deleted"
        return {}, f"{verb} {place[1]} {','.join(identity for identity, _ in known)}"

    def _place(self, caller: Caller, match: Match) -> Place:
        """Where the records lie: below whatever the path names besides a record's own id."""
        own = _id_parameter(match) if match.operation.role in _OF_ONE_RECORD else ""
        outer = dict.fromkeys((*(n for n in _OUTER_PARAMETERS if n in match.path), *match.path))
        parents = [match.path[name] for name in outer if name != own]
        organisation = caller.organisation.id
        if "integrationID" in match.path:
            integration = integration_of(caller, match.path).id
            is_below_an_offer = "offerID" in match.path and match.operation.tag != "Offers"
            offers: Place = (organisation, "offers", integration)
            if is_below_an_offer and self.store.get(offers, match.path["offerID"]) is None:
                raise not_found("The offer")
        return (organisation, kind_of(match.operation.tag), "/".join(parents))

    def _found(self, caller: Caller, match: Match) -> tuple[Place, str, Json]:
        place = self._place(caller, match)
        identity = match.path[_id_parameter(match)]
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


def kind_of(tag: str) -> str:
    """What the records of a tag are called in the store: also those of a tag that nothing is seeded for."""
    return _KINDS[tag][0] if tag in _KINDS else tag.lower()


def _id_parameter(match: Match) -> str:
    """The path parameter that holds a record's own id: the last one where nothing else is known."""
    known = _KINDS.get(match.operation.tag)
    return known[1] if known else list(match.path)[-1]


def integration_of(caller: Caller, path: Mapping[str, str]) -> Integration:
    """The integration a path names; `Refused` 404."""
    integration = caller.organisation.integration(path["integrationID"])
    if integration is None:
        raise not_found("The integration")
    return integration


def _stamp() -> str:
    return datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
