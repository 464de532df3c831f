"""Sends one call: attempts with retries, rate-limit pauses, a deadline and a log line for each attempt."""

import logging
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.api.answers.outcomes import FailedAnswer, failure_error, read_answer, service_request_id
from apps.api.answers.records import Answer
from apps.api.call_observers import NO_OBSERVER, CallObserver
from apps.api.contract.contract import Contract, Operation
from apps.api.contract.field_names import to_wire_names, without_read_only
from apps.api.credentials import Credential
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, RateLimited, RecordNotFound, Unreachable
from apps.api.http.protocol import Request, build_request
from apps.api.http.rate_limit_pauses import NO_PAUSES, Pauses
from apps.api.http.retry import MAXIMUM_WAIT_SECONDS, Failure, RetryQuota, seconds_before_retry
from apps.api.http.transport import Limits, RawAnswer, Transport, TransportError, shared_transport

logger = logging.getLogger("apps.api")

NO_VALUES: Mapping[str, str] = {}
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
    #: Seconds that one call may wait for a service that asks to in all; None for up to 3 seconds each time.
    longest_wait: float | None = None


#: A person waits, and a button says so: up to three tries within ten seconds.
PAGE = Profile("page", connect=2, between_bytes=5, attempt=8, call=10, maximum_bytes=5_000_000, retries=True)
#: A person looks at an empty page: what has to wait longer than a second is said, and asked for again later.
READ = replace(PAGE, name="read", longest_wait=1.25)
#: A worker's step: one try; the job decides when the next one is due.
JOB = Profile("job", connect=2, between_bytes=5, attempt=20, call=20, maximum_bytes=20_000_000, retries=False)


@dataclass(frozen=True)
class Endpoint:
    """A service as one person sees it. `identity` names connection and key version in logs, never the key."""

    base_url: str
    credential: Credential | None
    contract: Contract
    identity: str
    #: What rows of reports are made of before anybody gets them; None where they stay as they are.
    row_filter: Callable[[Any], Any] | None = None

    def shown(self, rows: Any) -> Any:
        """The rows as the person may read them."""
        return rows if self.row_filter is None else self.row_filter(rows)


@dataclass
class _Call:
    """One call in progress: what is asked, and what its attempts have used."""

    operation: Operation
    request: Request
    request_id: str
    deadline: Deadline
    path: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    tokens: int = 0
    waited: float = 0.0
    may_have_happened: bool = False
    started: float = field(default_factory=time.monotonic)


class Caller:
    """Sends the operations of one endpoint.

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
        observer: CallObserver = NO_OBSERVER,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.endpoint = endpoint
        self.profile = profile
        self.deadline = deadline
        self._transport = transport or shared_transport()
        self._quota = quota or _quota
        self._pauses = pauses
        self._observer = observer
        self._sleep = sleep
        self._uniform = uniform

    def call(
        self,
        operation_id: str,
        path: Mapping[str, str] = NO_VALUES,
        parameters: Sequence[tuple[str, str]] = (),
        payload: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Call any operation of the contract, with retries as far as its effect and the time left allow.

        The payload has our field names; the answer has the service's. Raises an `ApiError` when the call fails, and
        `RecordNotFound` without sending it when the path values would be those of another operation.
        """
        operation = self.endpoint.contract.operation(operation_id)
        if payload is not None:
            fields = operation.body_fields
            payload = to_wire_names(without_read_only(payload, fields), fields)
        request_id = uuid.uuid4().hex
        endpoint = self.endpoint
        if endpoint.contract.is_another_address(operation, path):
            raise RecordNotFound(operation.id, "There is no such record.", request_id=request_id)
        request = build_request(
            operation, endpoint.base_url, endpoint.credential, path, parameters, payload, request_id
        )
        call = _Call(operation, request, request_id, self.deadline or Deadline(self.profile.call), path)
        while True:
            self._wait_for_pause(call)
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
                    if isinstance(error, RateLimited) and error.retry_after is None:
                        # The service named no time: ours, after which a call may be made again.
                        error.retry_after = self._pauses.seconds_left(endpoint.identity) or None
            if answer is not None:
                self._quota.give_back(endpoint.identity, call.tokens)
                self._notify(call, None)
                return answer
            if delay is None:
                self._notify(call, error)
                try:
                    raise error
                finally:
                    # Its traceback holds this frame: they would keep each other, and with them all that called.
                    del error
            self._sleep(delay)

    def _notify(self, call: _Call, error: ApiError | None) -> None:
        if call.operation.needs_credential:
            self._observer.call_finished(self.endpoint.identity, call.operation, call.path, error)

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
        theirs = service_request_id(raw.headers) if raw else ""
        self._log(call, raw.status if raw else problem, seconds, theirs)
        request_id = theirs or call.request_id
        if raw is None:
            raise FailedAnswer(failure, failure_error(call.operation, failure, request_id, problem=problem))
        data = read_answer(call.operation, raw.status, raw.headers, raw.body, request_id)
        return Answer(raw.status, data, raw.headers, request_id, seconds)

    def _wait_for_pause(self, call: _Call) -> None:
        """Sleep while this key is paused. Raises `RateLimited` when the pause is longer than this call may wait."""
        left = self._pauses.seconds_left(self.endpoint.identity)
        if left <= 0:
            return
        if (
            self.profile.retries
            and left <= min(MAXIMUM_WAIT_SECONDS, call.deadline.remaining)
            and self._may_wait(call, left)
        ):
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
        if failed.failure is Failure.RATE_LIMITED and not self._may_wait(call, delay):
            return None
        taken = self._quota.take(self.endpoint.identity, failed.failure)
        if taken is None:
            return None
        call.tokens += taken
        return delay

    def _may_wait(self, call: _Call, seconds: float) -> bool:
        """Whether the call may wait so many seconds for a rate limit; if so, they are added to what it waited."""
        longest = self.profile.longest_wait
        if longest is not None and call.waited + seconds > longest:
            return False
        call.waited += seconds
        return True

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
