"""Exports of the Download Center: their state follows the clock, their files are made while they are read."""

import csv
import hashlib
import hmac
import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from apps.sandbox.contract.validation import Query
from apps.sandbox.data.organisations import ORGANISATIONS
from apps.sandbox.errors import Refused, bad_field
from apps.sandbox.exports.record_variants import in_form
from apps.sandbox.http_messages import Settings
from apps.sandbox.keys import Caller
from apps.sandbox.reports.pages import time_range
from apps.sandbox.reports.row_stream import Stream

Json = dict[str, Any]

TYPES = {
    "click": "click_logs",
    "conversion": "conversion_logs",
    "impression": "impression_logs",
    "postback": "postback_logs",
}
# Column names that end an export otherwise than with a file, to see what a reader makes of it.
ENDINGS = {"sandbox_fail": "ERROR", "sandbox_cancel": "CANCELED", "sandbox_unknown": "UNKNOWN"}
DAY = 86_400
CSV_BUFFER = 64 * 1024


@dataclass(frozen=True)
class Timing:
    """How long an export waits, then runs, in seconds."""

    pending: float
    running: float


def timing_of(settings: Settings, number: int) -> Timing:
    """The times of the export of this number: within the spread the same at each run."""
    spread = settings.export_running_spread_seconds * (number * 7919 % 1000) / 999
    return Timing(settings.export_pending_seconds, settings.export_running_seconds + spread)


def new_export(number: int, caller: Caller, stream: Stream, query: Query, timing: Timing, now: float) -> Json:
    """The stored record of an export. Raises `Refused` 400 for a bad time, delimiter or column."""
    start, end, _ = time_range(query)
    delimiter = query.values.get("delimiter") or ","
    if len(delimiter) != 1 or delimiter == '"' or not (delimiter.isprintable() or delimiter == "\t"):
        raise bad_field("delimiter", "must be one character")
    fields = _names(query.values["fields"])
    extra = _names(query.values.get("extra_parameters", ""))
    known = {*stream.columns(), *ENDINGS}
    unknown = [name for name in fields if name not in known]
    if unknown or not fields:
        raise bad_field("fields", f"unknown columns: {', '.join(unknown)}" if unknown else "names no column")
    ending = next((ENDINGS[name] for name in (*fields, *extra) if name in ENDINGS), "COMPLETED")
    identity = f"exp-{number:06d}"
    integration = stream.integration.id
    kind = TYPES[stream.kind]
    return {
        "id": identity,
        "type": kind,
        "integration": integration,
        "organization": caller.organisation.id,
        "platform": "24metrics",
        "requested_by": caller.user,
        "last_updated_by": caller.user,
        "notify_by_email": False,
        "email_config": {},
        "export_list_options": {},
        "format": {"type": "csv", "delimiter": delimiter},
        "guest_token": secrets.token_urlsafe(24),
        "reports_query_option": {
            "type": kind,
            "start_date": query.values["start_time"],
            "end_date": query.values["end_time"],
            "timezone": query.values.get("timezone") or "UTC",
            "fields": fields,
            "extra_parameters": extra,
            "filters": {"integration_id": {"equalvalues": [integration]}},
        },
        "_file": f"{kind}_{integration}_{identity}.csv",
        "_kind": stream.kind,
        "_made": now,
        "_range": [start, end],
        "_timing": [timing.pending, timing.running],
        "_ending": ending,
        "_rows": len(stream.numbers(start, end, now)),
    }


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def as_shown(export: Json, now: float, form: int = 0) -> Json:
    """An export as the API shows it at this moment; `form` is how its record tells of the range."""
    made = export["_made"]
    pending, running = export["_timing"]
    status, updated = "PENDING", made
    if now >= made + pending:
        status, updated = "IN_PROGRESS", made + pending
    if now >= made + pending + running:
        status, updated = export["_ending"], made + pending + running
    shown = {name: value for name, value in export.items() if not name.startswith("_")}
    done = status == "COMPLETED"
    return in_form(shown, form) | {
        "status": status,
        "created_at": _stamp(made),
        "updated_at": _stamp(updated),
        "artifact": {"name": export["_file"], "content_type": "text/csv"} if done else None,
        "results_meta": {"total": export["_rows"], "duration_seconds": round(running)} if done else None,
        "error": "The report could not be made." if status == "ERROR" else None,
    }


def as_created(export: Json, now: float, form: int = 0) -> Json:
    """The answer to the request that made it: what is not known yet is left out."""
    return {name: value for name, value in as_shown(export, now, form).items() if value is not None}


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_quota(exports_made: list[float], per_day: int, now: float) -> None:
    """Raises `Refused` 429 when the organisation has asked for `per_day` exports within a day."""
    recent = sorted(made for made in exports_made if made > now - DAY)
    if len(recent) >= per_day:
        first = recent[-per_day] if per_day else now
        wait = int(first + DAY - now) + 1
        raise Refused(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"The limit of {per_day} exports a day is reached.",
            headers={"Retry-After": str(wait)},
        )


def past_exports(origin: float) -> Iterator[Json]:
    """The exports a fresh sandbox already has, made in the weeks before `origin`."""
    organisation = ORGANISATIONS["org-main"]
    endings = (
        "COMPLETED",
        "COMPLETED",
        "ERROR",
        "COMPLETED",
        "CANCELED",
        "COMPLETED",
        "COMPLETED",
        "COMPLETED",
    )
    columns = {
        "click": "date_time,offer,publisher,status,geo_country",
        "conversion": "conversion_time,offer,publisher,status,payout,revenue",
        "impression": "date_time,offer,publisher,status",
        "postback": "date_time,success,postback_name,response_code",
    }
    for number, ending in enumerate(endings, start=1):
        integration = organisation.integrations[number % 2]
        kind = tuple(columns)[number % 4]
        stream = Stream(organisation, integration, kind)
        made = origin - DAY * (2 + 5 * (len(endings) - number))
        day = datetime.fromtimestamp(made, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        times = {"start_time": f"{day - timedelta(days=7):%F %T}", "end_time": f"{day:%F %T}"}
        query = Query({**times, "fields": columns[kind], "extra_parameters": ""})
        caller = Caller("admin", organisation, "usr-main-001", is_admin=True)
        export = new_export(number, caller, stream, query, Timing(4, 30 + number), made)
        token = hashlib.sha256(export["id"].encode()).hexdigest()[:32]
        yield export | {"_ending": ending, "guest_token": token}


def signed_url(base_url: str, secret: bytes, artifact_name: str, expires: int) -> str:
    """The address of a file that works until `expires` (seconds since 1970), without a key."""
    query = urlencode({"expires": expires, "signature": signature(secret, artifact_name, expires)})
    return f"{base_url}/files/{quote(artifact_name, safe='')}?{query}"


def signature(secret: bytes, artifact_name: str, expires: int) -> str:
    """What proves that this server gave the address out."""
    return hmac.new(secret, f"{artifact_name}\n{expires}".encode(), hashlib.sha256).hexdigest()


def check_signature(secret: bytes, artifact_name: str, query: dict[str, str], now: float) -> None:
    """Raises `Refused` 403 for an address that is not ours or no longer works."""
    expires = query.get("expires", "")
    given = query.get("signature", "")
    number = int(expires) if expires.isascii() and expires.isdigit() else 0
    wanted = signature(secret, artifact_name, number)
    if not hmac.compare_digest(wanted.encode(), given.encode(errors="replace")):
        raise Refused(HTTPStatus.FORBIDDEN, "The signature does not match.")
    if number < now:
        raise Refused(HTTPStatus.FORBIDDEN, "The address has expired.")


def csv_chunks(export: Json) -> Iterator[bytes]:
    """The file of a completed export, piece by piece. Raises LookupError for an unknown integration."""
    organisation = ORGANISATIONS[export["organization"]]
    integration = organisation.integration(export["integration"])
    if integration is None:
        raise LookupError(export["integration"])
    option = export["reports_query_option"]
    stream = Stream(organisation, integration, export["_kind"])
    columns = [
        *option["fields"],
        *(name for name in option["extra_parameters"] if name not in option["fields"]),
    ]
    _, _, timezone = time_range(
        Query(
            {
                "start_time": option["start_date"],
                "end_time": option["end_date"],
                "timezone": option["timezone"],
            }
        )
    )
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=export["format"]["delimiter"])
    writer.writerow(columns)
    start, end = export["_range"]
    for row in stream.rows(stream.numbers(start, end, export["_made"]), timezone):
        writer.writerow([row.get(name) for name in columns])
        if buffer.tell() >= CSV_BUFFER:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
