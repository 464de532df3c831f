"""The retry decision as a matrix: effects × what is known × tries × the server's hint."""

import itertools
import threading
from email.utils import formatdate

import pytest

from apps.api.http.retry import Failure, RetryQuota, read_retry_after, seconds_before_retry

EFFECTS = ("safe", "idempotent", "creates")
# Retries at most, written down a second time on purpose: safe, idempotent, creates.
EXPECTED = {
    Failure.NOT_SENT: (2, 1, 1),
    Failure.TLS_FAILED: (0, 0, 0),
    Failure.RATE_LIMITED: (2, 1, 1),
    Failure.CONFLICT: (1, 0, 0),
    Failure.REFUSED: (0, 0, 0),
    Failure.SERVICE_FAILED: (2, 0, 0),
    Failure.TIMED_OUT: (2, 0, 0),
    Failure.BROKEN: (2, 0, 0),
    Failure.UNREADABLE: (1, 0, 0),
    Failure.UNUSABLE: (0, 0, 0),
}


def largest(low: float, high: float) -> float:
    return high


def smallest(low: float, high: float) -> float:
    return low


def test_every_failure_is_in_the_matrix() -> None:
    assert set(EXPECTED) == set(Failure)


@pytest.mark.parametrize("failure, effect, tries", list(itertools.product(Failure, EFFECTS, range(1, 5))))
def test_an_attempt_is_repeated_as_often_as_its_effect_allows(
    failure: Failure, effect: str, tries: int
) -> None:
    delay = seconds_before_retry(effect, failure, tries, 10, uniform=largest)
    assert (delay is not None) == (tries <= EXPECTED[failure][EFFECTS.index(effect)])


@pytest.mark.parametrize("failure", [failure for failure in Failure if failure.leaves_unknown])
@pytest.mark.parametrize("hint", [None, 0.0, 1.0, 60.0])
def test_what_creates_is_never_repeated_after_an_unknown_outcome(
    failure: Failure, hint: float | None
) -> None:
    assert seconds_before_retry("creates", failure, 1, 1000, hint) is None


@pytest.mark.parametrize("effect, hint", list(itertools.product(EFFECTS, [0.0, 0.5, 3.0, 3.1, 42.0])))
def test_a_hint_is_waited_for_exactly_up_to_three_seconds(effect: str, hint: float) -> None:
    delay = seconds_before_retry(effect, Failure.RATE_LIMITED, 1, 10, hint)
    assert delay == (hint if hint <= 3 else None)


@pytest.mark.parametrize("remaining, is_repeated", [(0.0, False), (0.7, False), (0.75, True)])
def test_nothing_is_repeated_without_time_for_an_answer(remaining: float, is_repeated: bool) -> None:
    delay = seconds_before_retry("safe", Failure.BROKEN, 1, remaining, uniform=largest)
    assert (delay is not None) == is_repeated


@pytest.mark.parametrize("remaining, is_repeated", [(3.2, False), (3.25, True)])
def test_a_timeout_is_repeated_only_with_three_seconds_left(remaining: float, is_repeated: bool) -> None:
    delay = seconds_before_retry("safe", Failure.TIMED_OUT, 1, remaining, uniform=largest)
    assert (delay is not None) == is_repeated


def test_backoff_doubles_and_has_full_jitter() -> None:
    def delays(uniform, failure):
        return [seconds_before_retry("safe", failure, tries, 10, uniform=uniform) for tries in (1, 2)]

    assert delays(largest, Failure.BROKEN) == [0.25, 0.5]
    assert delays(smallest, Failure.BROKEN) == [0.0, 0.0]
    assert delays(largest, Failure.RATE_LIMITED) == [1.0, 2.0]
    assert delays(smallest, Failure.RATE_LIMITED) == [0.5, 0.5]


NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    "header, seconds",
    [
        (None, None), ("", None), ("0", 0), ("7", 7), (" 2.5 ", 2.5), ("-1", None), ("nan", None), ("inf", None),
        ("soon", None), ("9" * 400, None), ("99999999", 86_400), ("Fri, 99 Foo 2020", None),
        (formatdate(NOW + 30, usegmt=True), 30), (formatdate(NOW - 30, usegmt=True), 0),
    ],
)  # fmt: skip
def test_a_retry_after_header_is_read_or_ignored(header: str | None, seconds: float | None) -> None:
    assert read_retry_after(header, now=lambda: NOW) == seconds


def test_the_quota_ends_retries_of_one_identity_only() -> None:
    quota = RetryQuota()
    assert [quota.take("a", Failure.BROKEN) for _ in range(21)] == [5] * 20 + [None]
    assert quota.take("b", Failure.TIMED_OUT) == 10


def test_a_success_gives_tokens_back_up_to_the_capacity() -> None:
    quota = RetryQuota()
    quota.take("a", Failure.TIMED_OUT)
    quota.give_back("a", 0)
    assert quota.left("a") == 91
    for _ in range(3):
        quota.give_back("a", 10)
    assert quota.left("a") == 100


def test_the_quota_remembers_a_bounded_number_of_identities() -> None:
    quota = RetryQuota(maximum_identities=3)
    for number in range(10):
        quota.take(str(number), Failure.BROKEN)
    assert [quota.left(str(number)) for number in (0, 7, 8, 9)] == [100, 95, 95, 95]


def test_threads_never_overdraw_the_quota() -> None:
    quota = RetryQuota()
    taken: list[int | None] = []
    threads = [
        threading.Thread(target=lambda: taken.extend(quota.take("a", Failure.BROKEN) for _ in range(10)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(5) == 20
    assert quota.left("a") == 0
