"""The answer of a view, kept a moment for the request that comes for it: in the cache of all processes, encrypted."""

import base64
import json
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.views.decorators.debug import sensitive_variables

from apps.encryption.ring import DecryptionFailed, Sealed, decrypt, encrypt

#: How often another process looks whether an answer is there.
_LOOK_SECONDS = 0.02
#: What stands in an answer's place until it is there.
_UNDER_WAY = "under way"

#: The answers this process is making, so that whoever waits for one is woken.
_made_here: dict[str, threading.Event] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Answer:
    """A response as plain data."""

    status: int
    headers: Mapping[str, str]
    body: str
    #: Each with its name, its value and its attributes.
    cookies: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    #: When the view began (Unix time).
    asked_at: float = 0.0
    #: The keys that the API was asked with.
    key_names: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, response: HttpResponse, asked_at: float) -> "Answer":
        """The answer that a view gave."""
        cookies = [
            (name, morsel.value, {key: value for key, value in morsel.items() if value})
            for name, morsel in response.cookies.items()
        ]
        return cls(response.status_code, dict(response.items()), response.text, cookies, asked_at)

    def response(self) -> HttpResponse:
        """The same to a browser."""
        response = HttpResponse(self.body, status=self.status, headers=dict(self.headers))
        self.set_cookies(response)
        return response

    def set_cookies(self, response: HttpResponse) -> None:
        """The cookies alone, into another response."""
        jar: SimpleCookie = response.cookies
        for name, value, attributes in self.cookies:
            jar[name] = value
            jar[name].update(attributes)


def begin(name: str) -> bool:
    """An answer of that name is being made; whoever asks for it waits. False where this process makes it already."""
    with _lock:
        # Another event in the place of the first would leave those asleep who wait for that.
        if name in _made_here:
            return False
        _made_here[name] = threading.Event()
    cache.set(_key(name), _UNDER_WAY, settings.PAGE_DEADLINE_SECONDS + 10)
    return True


@sensitive_variables()
def keep(name: str, answer: Answer | None, seconds: float) -> None:
    """The answer that was begun, for so long; None where there is nothing to keep."""
    try:
        if answer is None:
            cache.delete(_key(name))
        else:
            cache.set(_key(name), sealed(asdict(answer), name), seconds)
    finally:
        made = _made_here.pop(name, None)
        if made:
            made.set()


def take(name: str) -> Answer | None:
    """The answer, once; one that is under way is waited for. None where there is none."""
    kept = cache.get(_key(name))
    end = time.monotonic() + settings.PAGE_DEADLINE_SECONDS + 10
    while kept == _UNDER_WAY and time.monotonic() < end:
        made = _made_here.get(name)
        if made:
            made.wait(end - time.monotonic())
        else:
            time.sleep(_LOOK_SECONDS)
        kept = cache.get(_key(name))
    # Of several that read it one gets it: the one that takes it away.
    if kept is None or kept == _UNDER_WAY or not cache.delete(_key(name)):
        return None
    values = opened(kept, name)
    return Answer(**values) if values else None


@sensitive_variables()
def sealed(values: dict[str, Any], name: str) -> tuple[str, bytes]:
    """Values for the cache: nobody reads them without the ring, nor under another name."""
    text = base64.b64encode(zlib.compress(json.dumps(values).encode(), level=1)).decode()
    kept = encrypt(text, bound_to=_key(name).encode())
    return kept.ring_key_id, kept.content


@sensitive_variables()
def opened(kept: tuple[str, bytes], name: str) -> dict[str, Any] | None:
    """What was sealed; None where it cannot be read."""
    try:
        text = decrypt(Sealed(*kept), bound_to=_key(name).encode())
    except DecryptionFailed:
        return None
    values: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return values


def _key(name: str) -> str:
    return f"answer:{name}"
