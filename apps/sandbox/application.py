"""The sandbox application without sockets: answers a request, and writes it into the journal."""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from apps.sandbox import keys
from apps.sandbox.contract import validation
from apps.sandbox.contract.routes import Contract, Match, Operation
from apps.sandbox.contract.schemas import without_write_only
from apps.sandbox.contract.validation import Query
from apps.sandbox.data.added_seeds import added_records
from apps.sandbox.data.filtering import page_of
from apps.sandbox.data.records import Records, integration_of
from apps.sandbox.data.seeding import ORGANISATIONS, seeded_records
from apps.sandbox.data.store import Place, Seed, Store
from apps.sandbox.errors import Refused, not_found
from apps.sandbox.exports import download_center
from apps.sandbox.faults import HTML_PAGE, FaultPlan, FaultRule, Journal, Kind
from apps.sandbox.http_messages import Answer, JournalNote, Request, Settings
from apps.sandbox.reports.pages import report_page
from apps.sandbox.reports.row_stream import Stream
from apps.sandbox.token.api import TokenApi, is_token_path, note_request

Json = dict[str, Any]

FILE_OPERATION = "downloadFile"
STREAM_KINDS = {
    "downloadClicks": "click",
    "downloadConversions": "conversion",
    "downloadImpressions": "impression",
    "downloadPostbackLogs": "postback",
    "clickReport": "click",
    "conversionReport": "conversion",
    "impressionReport": "impression",
}
NOT_FOR_MANAGERS = frozenset({"bulk_status", "bulk_delete"})


class Application:
    """All operations of the contract over one store, with faults and a journal.

    `added` are OpenAPI files of resources that bring their own; `contract` is laid over everything.
    """

    def __init__(
        self,
        directory: Path,
        *,
        contract: Path | None = None,
        added: Sequence[Path] = (),
        reset: bool = False,
        settings: Settings | None = None,
    ) -> None:
        self.contract = Contract.load(contract, added)
        self._initial_settings = settings or Settings()
        self.settings = Settings(**asdict(self._initial_settings))
        seeded = seeded_records()
        seeded |= added_records(self.contract, added, seeded)
        self.store = Store(directory, lambda origin: _seed(seeded, origin), reset=reset)
        self._url_secret = _kept_secret(directory / "signing_secret")
        self.records = Records(self.store, self.contract.kinds)
        self.token_api = TokenApi()
        self.faults = FaultPlan()
        self.journal = Journal()
        self._recent: deque[float] = deque()
        self._recent_lock = threading.Lock()

    def reset(self) -> None:
        """Seeded records, no faults, first settings, empty journal."""
        self.store.reset()
        self.faults.replace([])
        self.settings = Settings(**asdict(self._initial_settings))
        self.journal.clear()
        self.token_api.reset()
        with self._recent_lock:
            self._recent.clear()

    def change_settings(self, values: Json) -> None:
        """Sets some settings; Raises ValueError for one that does not exist or is no number of at least 0."""
        known = {one.name for one in fields(Settings)}
        for name, value in values.items():
            if (
                name not in known
                or isinstance(value, bool)
                or not isinstance(value, int | float)
                or value < 0
            ):
                raise ValueError(f"{name}: not a setting, or not a number of at least 0")
        self.settings = Settings(**{**asdict(self.settings), **values})

    def answer(self, request: Request) -> Answer:
        """The answer to a request outside the control addresses, written into the journal."""
        note = JournalNote(key=keys.key_name(keys.key_of(request.headers, request.query)))
        if self.settings.latency_milliseconds:
            time.sleep(self.settings.latency_milliseconds / 1000)
        try:
            answer = self._with_faults(request, note)
        except Refused as refusal:
            note.violations = _violations(refusal, was_routed=bool(note.operation))
            answer = Answer.of_json(refusal.body, refusal.status, refusal.headers)
        query = [
            [name, value]
            for name, value in request.query
            if name not in ("access_token", "token", "signature")
        ]
        self.journal.write(
            {
                "at": time.time(),
                "operation": note.operation,
                "method": request.method,
                "path": request.path,
                "query": query,
                "key": note.key,
                "status": answer.status,
                "violations": note.violations,
                "effect": note.effect,
                "fault": note.fault,
            }
        )
        return answer

    def _with_faults(self, request: Request, note: JournalNote) -> Answer:
        carry_out = self._routed(request, note)
        rule = self.faults.take(note.operation)
        if rule is None:
            return carry_out()
        note.fault = rule.kind
        if rule.has_no_effect:
            answer = Answer(HTTPStatus.OK)
        else:
            try:
                answer = carry_out()
            except Refused as refusal:
                note.violations = _violations(refusal, was_routed=True)
                answer = Answer.of_json(refusal.body, refusal.status, refusal.headers)
        if rule.kind in (Kind.STATUS, Kind.HTML):
            answer = _answer_of_rule(rule)
        answer.fault = rule
        return answer

    def _routed(self, request: Request, note: JournalNote) -> Callable[[], Answer]:
        if request.path.startswith("/files/"):
            note.operation = FILE_OPERATION
            return lambda: self._file(request)
        if is_token_path(request.path):
            note_request(request, note)
            return lambda: self.token_api.answer(request)
        match = self.contract.match(request.method, request.path)
        note.operation = match.operation.id
        return lambda: self._operation(match, request, note)

    def _operation(self, match: Match, request: Request, note: JournalNote) -> Answer:
        operation = match.operation
        key = keys.key_of(request.headers, request.query)
        caller = keys.caller_of(key) if operation.needs_key else keys.CALLERS.get(key or "")
        self._check_rate()
        pairs = [(name, value) for name, value in request.query if name != "access_token"]
        query = validation.read_query(self.contract, operation, pairs)
        if operation.role == "signed_url":
            return Answer.of_json({"url": self._signed_url(caller, query, request.base_url)})
        if caller is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "No API key was provided.")
        writes_user = operation.tag == "Users" and operation.role not in ("list", "get")
        if not caller.is_admin and (writes_user or operation.role in NOT_FOR_MANAGERS):
            raise Refused(HTTPStatus.FORBIDDEN, "The API key has no permission for this.")
        body = validation.read_body(operation, request.headers.get("content-type", ""), request.body)
        try:
            kept = operation.body_names.to_ours(without_write_only(body, operation.body_schema or {}))
            answered, note.effect = self._carry_out(caller, match, query, kept)
        except Refused as refusal:
            names = operation.body_names
            refusal.errors = {names.path_to_theirs(field): said for field, said in refusal.errors.items()}
            raise
        if answered is None:  # the reference shows no body for a deletion
            return Answer(HTTPStatus.OK)
        return Answer.of_json(self._spelled(operation, answered))

    def _spelled(self, operation: Operation, answered: Json) -> Json:
        """The answer with its records' fields as the contract calls them."""
        if operation.role not in ("list", "get"):
            return answered
        names, data = self.contract.record_names(operation.tag), answered["data"]
        spelled = [names.to_theirs(row) for row in data] if isinstance(data, list) else names.to_theirs(data)
        return {**answered, "data": spelled}

    def _carry_out(
        self, caller: keys.Caller, match: Match, query: Query, body: Json
    ) -> tuple[Json | None, str | None]:
        """The body of the answer and what was changed."""
        role, tag = match.operation.role, match.operation.tag
        if not role:
            raise Refused(HTTPStatus.NOT_IMPLEMENTED, "The sandbox does not know what this operation does.")
        if role == "export":
            return self._new_export(caller, match, query)
        if role == "report":
            integration = integration_of(caller, {"integrationID": query.values["integration_id"]})
            stream = Stream(caller.organisation, integration, STREAM_KINDS[match.operation.id])
            return report_page(stream, query, time.time()), None
        if tag == "DownloadCenter":
            return self._kept_export(caller, match, query)
        if role == "list":
            return self.records.list(caller, match, query), None
        if role == "get":
            return self.records.get(caller, match), None
        if role == "create":
            return self.records.create(caller, match, body)
        if role == "update":
            return self.records.update(caller, match, body)
        if role == "delete":
            return None, self.records.delete(caller, match)
        return self.records.bulk(caller, match, body)

    def _new_export(self, caller: keys.Caller, match: Match, query: Query) -> tuple[Json, str]:
        integration = integration_of(caller, match.path)
        stream = Stream(caller.organisation, integration, STREAM_KINDS[match.operation.id])
        organisation, now = caller.organisation.id, time.time()
        with self.store.lock:
            number = self.store.next_number(organisation, "export-log")
            timing = download_center.timing_of(self.settings, number)
            export = download_center.new_export(number, caller, stream, query, timing, now)
            log: Place = (organisation, "export-log", "")
            made = [entry["made"] for entry in self.store.records(log)]
            download_center.check_quota(made, int(self.settings.exports_per_day), now)
            self.store.write(
                [((organisation, "exports", ""), export["id"], export), (log, str(number), {"made": now})]
            )
        form = int(self.settings.export_record_form)
        return download_center.as_created(export, now, form), f"created exports {export['id']}"

    def _kept_export(self, caller: keys.Caller, match: Match, query: Query) -> tuple[Json | None, str | None]:
        place: Place = (caller.organisation.id, "exports", "")
        now = time.time()
        if match.operation.role == "list":
            visible = now - self.settings.hide_new_exports_seconds
            kept = [
                one
                for one in reversed(self.store.records(place))
                if one["_made"] <= visible and not one.get("_hidden")
            ]
            form = int(self.settings.export_record_form)
            return page_of((download_center.as_shown(one, now, form) for one in kept), query), None
        identity = match.path["exportID"]
        with self.store.lock:
            export = self.store.get(place, identity)
            if export is None:
                raise not_found("The export")
            if match.operation.role == "get":
                form = int(self.settings.export_record_form)
                return {"data": download_center.as_shown(export, now, form)}, None
            self.store.write([(place, identity, None)])
        return None, f"deleted exports {identity}"

    def _signed_url(self, caller: keys.Caller | None, query: Query, base_url: str) -> str:
        name = query.values["artifact_name"]
        token = query.values.get("token")
        if caller is None and token is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "A guest token is needed.")
        export = self._file_record(name, caller.organisation.id if caller else None)
        if caller is None and not secrets.compare_digest(export["guest_token"].encode(), str(token).encode()):
            raise not_found("The file")
        expires = int(time.time() + self.settings.signed_url_seconds)
        return download_center.signed_url(base_url, self._url_secret, name, expires)

    def _file_record(self, name: str, organisation: str | None = None) -> Json:
        now = time.time()
        for identity in [organisation] if organisation else ORGANISATIONS:
            for export in self.store.records((identity, "exports", "")):
                if export["_file"] == name and download_center.as_shown(export, now)["status"] == "COMPLETED":
                    return export
        raise not_found("The file")

    def _file(self, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            raise Refused(
                HTTPStatus.METHOD_NOT_ALLOWED, "Files are only read.", headers={"Allow": "GET, HEAD"}
            )
        name = unquote(request.path.removeprefix("/files/"))
        download_center.check_signature(self._url_secret, name, dict(request.query), time.time())
        export = self._file_record(name)
        headers = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return Answer(HTTPStatus.OK, headers=headers, chunks=download_center.csv_chunks(export))

    def _check_rate(self) -> None:
        limit = int(self.settings.requests_per_second)
        if not limit:
            return
        now = time.monotonic()
        with self._recent_lock:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= limit:
                raise Refused(
                    HTTPStatus.TOO_MANY_REQUESTS, "Too many requests.", headers={"Retry-After": "1"}
                )
            self._recent.append(now)


def _seed(seeded: Seed, origin: float) -> Seed:
    past = {export["id"]: export for export in download_center.past_exports(origin)}
    log = {str(number): {"made": export["_made"]} for number, export in enumerate(past.values(), start=1)}
    return {**seeded, ("org-main", "exports", ""): past, ("org-main", "export-log", ""): log}


def _kept_secret(path: Path) -> bytes:
    if not path.exists():
        path.write_text(secrets.token_hex(32), encoding="ascii")
        path.chmod(0o600)
    return path.read_bytes()


def _violations(refusal: Refused, *, was_routed: bool) -> list[str]:
    """What was wrong with the request itself, for the journal."""
    if refusal.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED) and was_routed:
        return []
    fields_wrong = [f"{name} {message}" for name, messages in refusal.errors.items() for message in messages]
    return fields_wrong or [refusal.message]


def _answer_of_rule(rule: FaultRule) -> Answer:
    if rule.kind is Kind.HTML:
        return Answer(rule.status or 502, HTML_PAGE.encode(), {"Content-Type": "text/html", **rule.headers})
    status = rule.status or 500
    if isinstance(rule.body, str):
        return Answer(status, rule.body.encode(), {"Content-Type": "text/plain", **rule.headers})
    body = {"message": "A planned fault."} if rule.body is None else rule.body
    return Answer.of_json(body, status, rule.headers)
