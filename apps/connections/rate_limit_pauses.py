"""The store of rate-limit pauses: the cache (Redis, or files that all processes of this machine share)."""

import time

from django.core.cache import cache

from apps.api.http.rate_limit_pauses import FIRST_PAUSE_SECONDS, LONGEST_GUESS_SECONDS, LONGEST_PAUSE_SECONDS

#: A 429 within this time after a pause doubles the next guess.
GUESSES_KEPT_SECONDS = 120
#: So long after a 429 the key's budget counts as tight.
TIGHT_SECONDS = 120


def was_paused_of_late(identity: str) -> bool:
    """Whether the API asked for a pause of the key within the last minutes."""
    return bool(cache.get(f"paused-of-late:{identity}"))


class CachedPauses:
    """`apps.api.http.rate_limit_pauses.Pauses` over Django's cache."""

    def seconds_left(self, identity: str) -> float:
        """How long no call may be made with the key."""
        left: float = cache.get(f"pause:{identity}", 0.0) - time.time()
        # More than any pause is: the clock was set back since, or the other machine's goes ahead.
        return max(left, 0.0) if left <= LONGEST_PAUSE_SECONDS else 0.0

    def begin(self, identity: str, retry_after: float | None) -> None:
        """Pause the key; the shorter of two pauses does not end the longer one.

        Calls that were under way when it was paused say nothing new: without a time of their own they lengthen nothing.
        """
        if retry_after is None and self.seconds_left(identity) > 0:
            return
        cache.set(f"paused-of-late:{identity}", True, timeout=TIGHT_SECONDS)
        seconds = self._guess(identity) if retry_after is None else retry_after
        if self.seconds_left(identity) < seconds <= LONGEST_PAUSE_SECONDS:
            cache.set(f"pause:{identity}", time.time() + seconds, timeout=seconds + 1)

    @staticmethod
    def _guess(identity: str) -> float:
        key = f"pause-guess:{identity}"
        seconds = min(2 * cache.get(key, FIRST_PAUSE_SECONDS / 2), LONGEST_GUESS_SECONDS)
        cache.set(key, seconds, timeout=GUESSES_KEPT_SECONDS)
        return float(seconds)
