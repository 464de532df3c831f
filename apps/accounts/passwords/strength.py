"""Password strength: estimates how many guesses find a text (breached passwords, words, names, dates)."""

from collections.abc import Iterable

#: Only so many characters are looked at: more of them cost seconds, and so many unguessable ones are enough.
READ_CHARACTERS = 36


def estimate_guesses(text: str, known: Iterable[str] = ()) -> int:
    """How many guesses find the text, or its first 36 characters; `known` are words tried first."""
    # Its lists take a moment to read, and most processes never ask.
    from zxcvbn import zxcvbn

    if not text:
        return 0
    return int(zxcvbn(text[:READ_CHARACTERS], user_inputs=list(known))["guesses"])
