"""The password validator: refuses breached and guessable passwords, also those made of the owner's name."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, get_default_password_validators
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.accounts.passwords.strength import estimate_guesses

#: Tries against a slow hash that cost more than the account is worth.
FEWEST_GUESSES = 10**9
SHORTEST_WORD = 3
#: As many letters and digits a password has besides what is known.
FEWEST_ADDED = 4
#: What anybody who attacks this site tries first.
SITE_WORDS = ("integr8", "integr8desk", "desk", "dashboard")
_SEPARATORS = re.compile(r"[\W_]+")


def rules_in_words() -> str:
    """What a password has to be, for the field in which it is chosen."""
    shortest = max(getattr(one, "min_length", 0) for one in get_default_password_validators())
    return (
        f"At least {shortest} characters and hard to guess: take several words that have nothing to do with each "
        "other, with you or with this site."
    )


class GuessablePasswordValidator(CommonPasswordValidator):
    """Refuses what is on a list of breached passwords, and what is made of such, of names, rows of keys or repeats."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` for a password that can be guessed, of a person also from name and address."""
        known = set(known_words(user if isinstance(user, User) else None))
        is_common = password.lower().strip() in self.passwords
        if is_common or estimate_guesses(password, known) < FEWEST_GUESSES or _adds_little(password, known):
            raise ValidationError(
                "This password is easy to guess: it is a common one, or made of common words, names, dates, "
                "rows of keys or repeats. Take several words that have nothing to do with each other.",
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """The rule, before anything is typed."""
        return (
            "Hard to guess: no common password, row of keys or repeat, nothing of your name, your email address or "
            "this site’s name."
        )


def known_words(person: User | None) -> Iterator[str]:
    """What is known of the site and of the person, whole and word by word, in lower case."""
    texts = [*SITE_WORDS, urlsplit(settings.SITE_URL).hostname or ""]
    if person is not None:
        texts += [person.email, person.name]
    for text in texts:
        words = _SEPARATORS.split(text.lower())
        for word in (text.lower(), "".join(words), *words):
            if len(word) >= SHORTEST_WORD:
                yield word


def _adds_little(password: str, known: set[str]) -> bool:
    """Whether hardly anything is left once the known words are taken out, whatever stands between them."""
    rest = password.lower()
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != password.lower() and len(_SEPARATORS.sub("", rest)) < FEWEST_ADDED
