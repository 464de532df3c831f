"""The sandbox application without sockets: answers a request, and writes it into the journal."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from http import HTTPStatus
from pathlib import Path
from typing import Any

from apps.sandbox import keys
from apps.sandbox.contract import validation
from apps.sandbox.contract.routes import Contract, Match, Operation
from apps.sandbox.contract.schemas import without_write_only
from apps.sandbox.contract.validation import Query
from apps.sandbox.data.added_seeds import added_records
from apps.sandbox.data.records import Records, integration_of
from apps.sandbox.data.seed_records import seeded_records
from apps.sandbox.data.store import Store
from apps.sandbox.errors import Refused
from apps.sandbox.exports.operations import ExportOperations, with_past_exports
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
        self.store = Store(directory, lambda origin: with_past_exports(seeded, origin), reset=reset)
        self.exports = ExportOperations(self.store, lambda: self.settings, directory / "signing_secret")
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
        """Sets some settings. Raises ValueError for one that does not exist or is no number of at least 0."""
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
            return lambda: self.exports.file(request)
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
            return Answer.of_json({"url": self.exports.signed_url(caller, query, request.base_url)})
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
            return self.exports.create(caller, stream_of(caller, match, match.path), query)
        if role == "report":
            stream = stream_of(caller, match, {"integrationID": query.values["integration_id"]})
            return report_page(stream, query, time.time()), None
        if tag == "DownloadCenter":
            return self.exports.answer(caller, match, query)
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


def stream_of(caller: keys.Caller, match: Match, path: Mapping[str, str]) -> Stream:
    """The rows that an export or report reads, of the integration in `path`. Raises `Refused` 404 for no such."""
    return Stream(caller.organisation, integration_of(caller, path), STREAM_KINDS[match.operation.id])


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
