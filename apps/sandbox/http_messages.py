"""Requests, answers and journal notes of the sandbox, and its settings."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from apps.sandbox.faults import FaultRule


@dataclass
class Settings:
    """What may be set while the sandbox runs (POST /_sandbox/settings)."""

    export_pending_seconds: float = 2.0
    export_running_seconds: float = 4.0
    #: Exports run up to so much longer, each its own time.
    export_running_spread_seconds: float = 0.0
    hide_new_exports_seconds: float = 0.0
    #: The form in which records tell of an export's range (apps.sandbox.exports.record_variants).
    export_record_form: int = 0
    exports_per_day: int = 10
    signed_url_seconds: int = 60
    requests_per_second: int = 0
    latency_milliseconds: float = 0.0


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names in lower case, `path` still percent-encoded."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    #: The caller's IP address.
    address: str = ""


@dataclass
class Answer:
    """One HTTP answer; `chunks` instead of `content` for a file. `fault` is carried out by the server."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    chunks: Iterator[bytes] | None = None
    fault: FaultRule | None = None

    @classmethod
    def of_json(
        cls, body: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
    ) -> "Answer":
        """An answer with a JSON body."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        try:
            content = text.encode()
        except UnicodeEncodeError:  # a lone surrogate somebody wrote into a record
            content = json.dumps(body, separators=(",", ":")).encode()
        return cls(status, content, {"Content-Type": "application/json", **(headers or {})})


@dataclass
class JournalNote:
    """What the journal will say about a request."""

    operation: str = ""
    key: str = "none"
    effect: str | None = None
    fault: str | None = None
    violations: list[str] = field(default_factory=list)
