"""Fault injection: which of the next requests go wrong and how; and the journal of requests."""

import threading
from collections import deque
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Kind(StrEnum):
    """What happens instead of the plain answer."""

    STATUS = "status"
    HTML = "html"
    RESET = "reset"
    RESET_AFTER_EFFECT = "reset_after_effect"
    CLOSE = "close"
    STALL = "stall"
    DRIP = "drip"
    SHORT_BODY = "short_body"
    EMPTY = "empty"
    BAD_JSON = "bad_json"
    WRONG_SHAPE = "wrong_shape"
    HUGE = "huge"


BEFORE_BY_DEFAULT = frozenset({Kind.STATUS, Kind.HTML, Kind.RESET, Kind.CLOSE})
HTML_PAGE = (
    "<!doctype html><html><head><title>Request blocked</title></head><body><h1>Blocked</h1></body></html>"
)


@dataclass
class FaultRule:
    """One entry of the plan. `when` says whether the request has its effect first (docs/sandbox.md)."""

    kind: Kind
    operation: str = "*"
    times: int | None = 1
    skip: int = 0
    when: str = ""
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 1.0
    megabytes: int = 8

    @classmethod
    def read(cls, entry: Json) -> "FaultRule":
        """A rule from its JSON form; Raises ValueError naming what is wrong."""
        unknown = set(entry) - {one.name for one in fields(cls)}
        if unknown or "kind" not in entry:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}" if unknown else "kind is required")
        rule = cls(**{**entry, "kind": Kind(entry["kind"])})
        rule.when = rule.when or ("before" if rule.kind in BEFORE_BY_DEFAULT else "after")
        if rule.when not in ("before", "after"):
            raise ValueError("when must be before or after")
        return rule

    @property
    def has_no_effect(self) -> bool:
        """Whether the request is answered without being carried out."""
        return self.when == "before" and self.kind is not Kind.STALL


class FaultPlan:
    """The rules in force, taken in order by the requests they fit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[FaultRule] = []

    def replace(self, entries: list[Json]) -> None:
        """Sets the whole plan; Raises ValueError and leaves the old one when one is wrong."""
        rules = [FaultRule.read(entry) for entry in entries]
        with self._lock:
            self._rules = rules

    def take(self, operation: str) -> FaultRule | None:
        """The rule this request falls under, counted as used; None for a plain answer."""
        if not self._rules:
            return None
        with self._lock:
            for rule in self._rules:
                if rule.operation not in ("*", operation) or rule.times == 0:
                    continue
                if rule.skip:
                    rule.skip -= 1
                    continue
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None


class Journal:
    """What was asked and what came of it, oldest first; keys by name only."""

    def __init__(self, size: int = 50_000) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Json] = deque(maxlen=size)
        self._number = 0

    def write(self, entry: Json) -> None:
        """Adds an entry, numbered."""
        with self._lock:
            self._number += 1
            self._entries.append({"number": self._number, **entry})

    def entries(self, since: int = 0) -> list[Json]:
        """The entries after number `since`."""
        with self._lock:
            return [entry for entry in self._entries if entry["number"] > since]

    def clear(self) -> None:
        """Forgets everything and counts from one again."""
        with self._lock:
            self._entries.clear()
            self._number = 0
