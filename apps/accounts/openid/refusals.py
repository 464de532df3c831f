"""Why nobody is signed in by a provider's answer, in words; whoever reads them can do something."""

from enum import Enum

from allauth.socialaccount.providers.oauth2.client import OAuth2Error


class Reason(Enum):
    """A reason: what is told, with {name} for the provider's name. The log has its name alone."""

    CANCELLED = "You stopped signing in at {name}."
    NOT_BEGUN_HERE = (
        "This sign-in was begun in another browser, too long ago, or is finished already. Begin anew."
    )
    REFUSED_THERE = "{name} let nobody in. Try again, or ask whoever looks after it."
    UNREACHABLE = "{name} cannot be reached now. Try again in a few minutes."
    UNREADABLE = (
        "{name} answered with something that cannot be read. Tell an admin: its settings may be wrong."
    )
    CODE_REFUSED = (
        "{name} did not accept what it was asked with. Begin anew; if it stays so, tell an admin: the client's "
        "secret may be wrong."
    )
    WRONG_SIGNATURE = "The answer is not signed by {name}, so it cannot be trusted. Tell an admin."
    WRONG_ISSUER = "The answer comes from another issuer than {name}, so it cannot be trusted. Tell an admin."
    WRONG_AUDIENCE = (
        "The answer of {name} is meant for another application, so it cannot be trusted. Tell an admin."
    )
    WRONG_NONCE = "The answer of {name} belongs to another sign-in, so it cannot be trusted. Begin anew."
    EXPIRED = (
        "The answer of {name} came too late. Begin anew; if it stays so, a clock is wrong: tell an admin."
    )
    WRONG_PERSON = "{name} named two different people in one answer, so it cannot be trusted. Tell an admin."
    NO_EMAIL = "{name} does not tell your email address. Ask whoever looks after it."
    EMAIL_NOT_VERIFIED = "Your email address is not verified at {name}. Verify it there, then sign in again."
    NO_ROLE = "Your account at {name} is in no group that may use this desk. Ask whoever looks after it."
    NO_ACCOUNT = "There is no account here for your email address. Ask an admin to invite you."
    OTHER_ACCOUNT = (
        "The account with your email address belongs to another account at {name}. Ask an admin here."
    )
    OTHER_PERSON = (
        "You signed in at {name} as somebody else. It is no proof that it is you: use your own account there."
    )
    NOT_ANEW = (
        "{name} did not ask you to sign in anew, so it is no proof that it is you. Try again; if it stays so, tell an "
        "admin."
    )
    NO_SIGN_IN_TIME = (
        "{name} does not tell when you signed in there, so it is no proof that it is you. Tell an admin: the provider "
        "has to send auth_time."
    )


class Refused(OAuth2Error):  # type: ignore[misc]
    """Nobody is signed in; an error that allauth's views hand on to the page."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason
