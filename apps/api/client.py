"""The client: one call is attempts, a decision between them, and one line in the log for each."""

import logging
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from apps.api import answers, exports
from apps.api.answers import Answer, Page, Record, ReportPage, UnexpectedShape
from apps.api.contract import Contract, Operation
from apps.api.credentials import Credential
from apps.api.deadline import Deadline, run_together
from apps.api.errors import (
    ApiError,
    OutcomeUnknown,
    RateLimited,
    RecordNotFound,
    Unreachable,
    UnreadableAnswer,
)
from apps.api.field_names import in_our_words, in_their_words, query_on_the_wire
from apps.api.outcomes import FailedAnswer, failure_error, read_answer, their_request_id
from apps.api.pauses import NO_PAUSES, Pauses
from apps.api.protocol import Request, build_request
from apps.api.query import ListQuery
from apps.api.retry import MAXIMUM_WAIT_SECONDS, Failure, RetryQuota, seconds_before_retry
from apps.api.transport import Limits, RawAnswer, Transport, TransportError, configure, shared_transport

__all__ = [
    "JOB",
    "PAGE",
    "Answer",
    "Client",
    "Deadline",
    "Endpoint",
    "Page",
    "Profile",
    "ReportPage",
    "configure",
    "run_together",
]

logger = logging.getLogger("apps.api")
T = TypeVar("T")

_FIRST_PAGE = ListQuery()
_NO_VALUES: Mapping[str, str] = {}
_quota = RetryQuota()


@dataclass(frozen=True)
class Profile:
    """How much time and memory a call may take. Seconds; bytes of the decoded body."""

    name: str
    connect: float
    between_bytes: float
    attempt: float
    call: float
    maximum_bytes: int
    retries: bool


#: A person waits: up to three tries within ten seconds.
PAGE = Profile("page", connect=2, between_bytes=5, attempt=8, call=10, maximum_bytes=5_000_000, retries=True)
#: A worker's step: one try; the job decides when the next one is due.
JOB = Profile("job", connect=2, between_bytes=5, attempt=20, call=20, maximum_bytes=20_000_000, retries=False)


@dataclass(frozen=True)
class Endpoint:
    """A service as one person sees it. `identity` names connection and key version in logs, never the key."""

    base_url: str
    credential: Credential | None
    contract: Contract
    identity: str


@dataclass
class _Call:
    """One call in progress: what is asked, and what its attempts have used."""

    operation: Operation
    request: Request
    request_id: str
    deadline: Deadline
    tries: int = 0
    tokens: int = 0
    may_have_happened: bool = False
    started: float = field(default_factory=time.monotonic)


class Client:
    """Calls of one endpoint, in our names of fields. Every method may raise an `ApiError` (apps.api.errors).

    Without a `deadline` each call has the profile's own. `sleep` and `uniform` are replaced in tests.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        profile: Profile = PAGE,
        deadline: Deadline | None = None,
        *,
        transport: Transport | None = None,
        quota: RetryQuota | None = None,
        pauses: Pauses = NO_PAUSES,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.endpoint = endpoint
        self.profile = profile
        self.deadline = deadline
        self._transport = transport or shared_transport()
        self._quota = quota or _quota
        self._pauses = pauses
        self._sleep = sleep
        self._uniform = uniform

    def list(
        self, operation_id: str, path: Mapping[str, str] = _NO_VALUES, query: ListQuery = _FIRST_PAGE
    ) -> Page:
        """One page of a list."""
        operation = self.endpoint.contract.operation(operation_id)
        fields = operation.answer_fields
        sent = query_on_the_wire(query, fields, operation.query_parameters)
        answer = self.call(operation_id, path, sent.parameters())
        page = self._shaped(
            operation_id, answer, lambda data: answers.read_page(data, query.page_number, query.page_size)
        )
        return replace(page, records=[in_our_words(record, fields) for record in page.records])

    def get(self, operation_id: str, path: Mapping[str, str] = _NO_VALUES) -> Record:
        """One record, out of its `data` if it is wrapped."""
        record = self._shaped(operation_id, self.call(operation_id, path), answers.read_record)
        return in_our_words(record, self.endpoint.contract.operation(operation_id).answer_fields)

    def report(
        self,
        operation_id: str,
        parameters: Sequence[tuple[str, str]],
        path: Mapping[str, str] = _NO_VALUES,
    ) -> ReportPage:
        """One page of a report table."""
        page = self._shaped(operation_id, self.call(operation_id, path, parameters), answers.read_report)
        fields = self.endpoint.contract.operation(operation_id).answer_fields
        return replace(page, records=[in_our_words(row, fields) for row in page.records])

    def create(self, operation_id: str, path: Mapping[str, str], payload: Mapping[str, Any]) -> str:
        """Create a record; gives its id. `OutcomeUnknown` when the answer was lost or has no id."""
        answer = self.call(operation_id, path, payload=payload)
        item_id = answers.created_id(answer.data)
        if item_id is None:
            raise self._without_id(operation_id, answer)
        return item_id

    def start_export(
        self, operation_id: str, path: Mapping[str, str], parameters: Sequence[tuple[str, str]]
    ) -> Record:
        """Make an export; gives the export as the API describes it, with its `id` as text.

        `OutcomeUnknown` when the answer was lost or has no id: the export may exist.
        """
        answer = self.call(operation_id, path, parameters)
        item_id = answers.created_id(answer.data)
        if item_id is None:
            raise self._without_id(operation_id, answer)
        fields = self.endpoint.contract.operation(operation_id).answer_fields
        return {**in_our_words(answers.read_record(answer.data), fields), "id": item_id}

    def signed_url(self, operation_id: str, parameters: Sequence[tuple[str, str]]) -> str:
        """The signed address of an export's file. It is a secret: it is neither logged nor stored."""
        answer = self.call(operation_id, parameters=parameters)
        address = exports.signed_url(answer.data)
        if address is None:
            raise self._wrong_shape(operation_id, answer, "the answer has no url")
        return address

    def update(self, operation_id: str, path: Mapping[str, str], payload: Mapping[str, Any]) -> None:
        """Change a record, or many: `{"active": …, "data": [ids]}`."""
        self.call(operation_id, path, payload=payload)

    def delete(
        self, operation_id: str, path: Mapping[str, str], payload: Mapping[str, Any] | None = None
    ) -> None:
        """Delete a record, or many: `{"data": [ids]}`."""
        self.call(operation_id, path, payload=payload)

    def call(
        self,
        operation_id: str,
        path: Mapping[str, str] = _NO_VALUES,
        parameters: Sequence[tuple[str, str]] = (),
        payload: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Any operation of the contract, repeated as far as its effect and the time left allow.

        The payload has our names; the answer is as it came.
        """
        operation = self.endpoint.contract.operation(operation_id)
        if payload is not None:
            payload = in_their_words(payload, operation.body_fields)
        request_id = uuid.uuid4().hex
        endpoint = self.endpoint
        if endpoint.contract.is_another_address(operation, path):
            raise RecordNotFound(operation.id, "There is no such record.", request_id=request_id)
        request = build_request(
            operation, endpoint.base_url, endpoint.credential, path, parameters, payload, request_id
        )
        call = _Call(operation, request, request_id, self.deadline or Deadline(self.profile.call))
        while True:
            self._keep_pause(call)
            if call.deadline.has_passed:
                raise self._out_of_time(call)
            call.tries += 1
            try:
                answer = self._attempt(call)
            except FailedAnswer as failed:
                answer = None
                delay = self._delay(call, failed)
                error = failed.error
                call.may_have_happened |= failed.failure.leaves_unknown
                if failed.failure is Failure.RATE_LIMITED:
                    self._pauses.begin(endpoint.identity, failed.retry_after)
            if answer is not None:
                self._quota.give_back(endpoint.identity, call.tokens)
                return answer
            if delay is None:
                raise error
            self._sleep(delay)

    def _attempt(self, call: _Call) -> Answer:
        started = time.monotonic()
        raw: RawAnswer | None = None
        problem = ""
        try:
            raw = self._transport.send(
                call.request, self._limits(call), fresh_connection=call.operation.effect == "creates"
            )
        except TransportError as error:
            failure, problem = error.failure, str(error)
        seconds = time.monotonic() - started
        theirs = their_request_id(raw.headers) if raw else ""
        self._log(call, raw.status if raw else problem, seconds, theirs)
        request_id = theirs or call.request_id
        if raw is None:
            raise FailedAnswer(failure, failure_error(call.operation, failure, request_id, problem=problem))
        data = read_answer(call.operation, raw.status, raw.headers, raw.body, request_id)
        return Answer(raw.status, data, raw.headers, request_id, seconds)

    def _keep_pause(self, call: _Call) -> None:
        """Wait when this key is asked to wait a moment; refuse the call when it is longer. Raises `RateLimited`."""
        left = self._pauses.seconds_left(self.endpoint.identity)
        if left <= 0:
            return
        if self.profile.retries and left <= min(MAXIMUM_WAIT_SECONDS, call.deadline.remaining):
            self._sleep(left)
            return
        error = RateLimited(
            call.operation.id,
            "The service asked us to wait before the next call. Nothing was sent.",
            request_id=call.request_id,
            retry_after=left,
        )
        error.is_quoted = False
        raise error

    def _limits(self, call: _Call) -> Limits:
        profile = self.profile
        total = min(profile.attempt, call.deadline.remaining)
        return Limits(profile.connect, profile.between_bytes, total, profile.maximum_bytes)

    def _delay(self, call: _Call, failed: FailedAnswer) -> float | None:
        if not self.profile.retries:
            return None
        delay = seconds_before_retry(
            call.operation.effect,
            failed.failure,
            call.tries,
            call.deadline.remaining,
            failed.retry_after,
            self._uniform,
        )
        if delay is None:
            return None
        taken = self._quota.take(self.endpoint.identity, failed.failure)
        if taken is None:
            return None
        call.tokens += taken
        return delay

    def _out_of_time(self, call: _Call) -> ApiError:
        if call.tries and call.may_have_happened:
            return failure_error(call.operation, Failure.TIMED_OUT, call.request_id)
        error = Unreachable(
            call.operation.id,
            "There was no time left for this call. Nothing was sent.",
            request_id=call.request_id,
        )
        error.is_quoted = False
        return error

    def _shaped(self, operation_id: str, answer: Answer, read: Callable[[Any], T]) -> T:
        try:
            return read(answer.data)
        except UnexpectedShape as error:
            problem = str(error)
        raise self._wrong_shape(operation_id, answer, problem)

    @staticmethod
    def _wrong_shape(operation_id: str, answer: Answer, problem: str) -> UnreadableAnswer:
        logger.warning("%s answered in another shape: %s [%s]", operation_id, problem, answer.request_id)
        return UnreadableAnswer(
            operation_id,
            "The service sent an answer of an unexpected shape.",
            status=answer.status,
            request_id=answer.request_id,
        )

    @staticmethod
    def _without_id(operation_id: str, answer: Answer) -> OutcomeUnknown:
        return OutcomeUnknown(
            operation_id,
            "The service accepted the request but did not say what it created. Check before trying again.",
            status=answer.status,
            request_id=answer.request_id,
        )

    def _log(self, call: _Call, result: object, seconds: float, their_id: str) -> None:
        logger.info(
            "%s %s %s -> %s in %d ms, try %d, request %s/%s, connection %s",
            call.operation.id,
            call.operation.method,
            call.operation.path,
            result,
            seconds * 1000,
            call.tries,
            call.request_id,
            their_id or "-",
            self.endpoint.identity,
        )
