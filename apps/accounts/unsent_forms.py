"""Forms posted without a session: kept while the person signs in, and shown filled in again.

On the way to the sign-in page and back a form travels in that page itself, signed; the server stores nothing for
strangers. After signing in it waits in the session until its page is opened. Nothing is sent by itself: the person sees
it, and sends it again.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from apps.accounts.safe_redirects import is_local_path, page_of
from apps.accounts.sessions.life import owner_of_ended_session

#: The name of the sign-in form's hidden field.
FIELD = "unsent_form"
KEPT_SECONDS = 24 * 3600
#: A form's encoded values; a longer one is not kept, and the page says so.
MAXIMUM_LENGTH = 200_000
_SALT = "accounts.unsent-form"
_IN_SESSION = "unsent_form"
_HELD = "unsent_form_held"
#: What is never kept: it is typed again.
_SECRET_NAME = re.compile(r"pass(?:word|wd)|secret|token|api_?key|^key$|credential", re.IGNORECASE)
_RESTORES = "restores_unsent_form"
_View = TypeVar("_View", bound=Callable[..., Any])

SESSION_ENDED = "Your session had ended."
DRAFT = "This is your draft."
FILLED_AGAIN = "Nothing was saved. What you typed is in the form again: check it, then send it."
SECRETS_AGAIN = "Passwords and keys are not kept: enter them again."
NOTHING_DONE = "Nothing was done. Do it again if you still want it."


@dataclass(frozen=True)
class UnsentForm:
    """A posted form that was not processed."""

    #: Where it was sent to, with its query.
    address: str
    #: Its values as a query string, without secrets; "" where they are not kept.
    values: str = ""
    #: The page it was sent from: where the person goes on when its own page cannot be filled.
    page: str = "/"
    #: The id of the person whose session had ended, where that is known.
    owner: str = ""
    has_secrets: bool = False
    is_too_long: bool = False

    @property
    def is_restorable(self) -> bool:
        """Whether its page shows it filled again."""
        return bool(self.values)

    @property
    def next_page(self) -> str:
        """Where the person goes after signing in."""
        return self.address if self.is_restorable else self.page

    def sealed(self) -> str:
        """Signed, for the hidden field of the sign-in page."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def restores_unsent_form(view: _View) -> _View:
    """Mark a view function whose page, opened by GET, shows what `take_unsent_form` gives."""
    setattr(view, _RESTORES, True)
    return view


def unsent_form_of(request: HttpRequest) -> UnsentForm:
    """The posted form of a request that is not going to be carried out."""
    page = page_of(request)
    address = request.get_full_path()
    if not _restores(request.path_info):
        return UnsentForm(address, page=page, owner=_session_owner(request))
    values = request.POST.copy()
    values.pop("csrfmiddlewaretoken", None)
    secret_names = [name for name in values if _SECRET_NAME.search(name)]
    has_secrets = any(values.pop(name) for name in secret_names)
    text = values.urlencode()
    is_too_long = len(text) > MAXIMUM_LENGTH
    return UnsentForm(
        address, "" if is_too_long else text, page, _session_owner(request), has_secrets, is_too_long
    )


def from_signed_text(text: str) -> UnsentForm | None:
    """The form in the hidden field of the sign-in page; None for none, a forged or an old one."""
    try:
        form = UnsentForm(**signing.loads(text, salt=_SALT, max_age=KEPT_SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return form if is_local_path(form.address) and is_local_path(form.page) else None


def store_in_session(request: HttpRequest, form: UnsentForm, why: str) -> str:
    """Store the form in the session of whoever is signed in now, and give the address where they go on.

    `why` is what happened, a sentence. Another person's form is dropped.
    """
    if form.owner and form.owner != str(request.user.pk):
        return "/"
    if form.is_restorable:
        request.session[_IN_SESSION] = {**asdict(form), "why": why}
    else:
        messages.warning(request, f"{why} {SECRETS_AGAIN if form.has_secrets else NOTHING_DONE}")
    return form.next_page


def hold(request: HttpRequest, form: UnsentForm) -> None:
    """Keep the form in the session of somebody who is on the way through several steps, until they are signed in."""
    request.session[_HELD] = asdict(form)


def release(request: HttpRequest, why: str) -> str:
    """Hand a form that was held to whoever is signed in now; gives where they go on, "" where none was held."""
    held = request.session.pop(_HELD, None)
    if not isinstance(held, dict) or not request.user.is_authenticated:
        return ""
    return store_in_session(request, UnsentForm(**held), why)


def restore_draft(request: HttpRequest, address: str, values: str) -> str:
    """Have a form's page show what its browser had kept of it; gives where the person goes on."""
    if not is_local_path(address) or not _restores(address.partition("?")[0]) or len(values) > MAXIMUM_LENGTH:
        return "/"
    kept = QueryDict(values, mutable=True)
    for name in [name for name in kept if name == "csrfmiddlewaretoken" or _SECRET_NAME.search(name)]:
        del kept[name]
    owner = str(request.user.pk)
    return store_in_session(request, UnsentForm(address, kept.urlencode(), address, owner), DRAFT)


def take_unsent_form(request: HttpRequest) -> QueryDict | None:
    """What was typed into the form of this page and not taken, once, with a message that says so; else None."""
    stored = request.session.get(_IN_SESSION)
    if not isinstance(stored, dict) or (request.method, stored.get("address")) != (
        "GET",
        request.get_full_path(),
    ):
        return None
    del request.session[_IN_SESSION]
    words = [str(stored.get("why", "")), FILLED_AGAIN, SECRETS_AGAIN if stored.get("has_secrets") else ""]
    messages.warning(request, " ".join(filter(None, words)))
    return QueryDict(str(stored.get("values", "")))


def _restores(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return bool(getattr(getattr(view, "view_class", view), _RESTORES, False))


def _session_owner(request: HttpRequest) -> str:
    """Whose session the request still names, though it has ended; "" where that is not known."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    if owner := owner_of_ended_session(request):
        return owner
    model = getattr(request.session, "model", None)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    session = model.objects.filter(pk=key).first() if model and key else None
    return str(session.get_decoded().get(SESSION_KEY, "")) if session else ""
