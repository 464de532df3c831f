"""Addresses that say what opening them takes. `PolicyMiddleware` holds everybody to it before the view runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from apps.accounts.policy import Capability

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """What an address takes to be read (GET), and what to be sent something (POST); None: it does not answer that."""

    get: Capability | None = None
    post: Capability | None = None
    #: Whether the person must have shown within minutes that it is they (apps.accounts.step_up), for the form as well.
    fresh: bool = False

    def capability_for(self, method: str | None) -> Capability | None:
        """What a request by that method takes; None for a method that the address does not answer."""
        if method in ("GET", "HEAD"):
            return self.get
        if method == "OPTIONS":
            return self.get or self.post
        return self.post if method == "POST" else None

    @property
    def methods(self) -> list[str]:
        """The methods that the address answers, for the header `Allow`."""
        return [name for name in ("GET", "HEAD", "POST", "OPTIONS") if self.capability_for(name)]

    @property
    def is_for_anybody(self) -> bool:
        """Whether nobody has to sign in."""
        return Capability.ANYBODY in (self.get, self.post)


def form_for(capability: Capability) -> Access:
    """The access of a page with a form: to see it takes the same as to send it."""
    return Access(get=capability, post=capability)


def route(
    address: str,
    view: View,
    *,
    name: str,
    requires: Capability | None = None,
    get: Capability | None = None,
    post: Capability | None = None,
    fresh: bool = False,
) -> URLPattern:
    """An address pattern like `django.urls.path`, with the capability that its methods take.

    `requires` stands for both; an address with `get` or `post` alone does not answer the other one. With `fresh` it
    opens only after a proof of the last minutes; where that depends on what is sent, the view calls
    `apps.accounts.step_up.proof.demand_fresh_proof`.
    """
    return path(address, with_access(view, Access(get or requires, post or requires, fresh)), name=name)


def with_access(view: View, access: Access) -> View:
    """The view for an address of that access; signing in is asked of everybody unless it is for anybody."""

    _give_head(getattr(view, "view_class", None))

    @wraps(view)
    def routed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    routed.access = access  # type: ignore[attr-defined]
    # What Django's `LoginRequiredMiddleware` reads.
    routed.login_required = not access.is_for_anybody  # type: ignore[attr-defined]
    return routed


def _give_head(view_class: type | None) -> None:
    """Have HEAD answered by the class of a view that answers GET.

    Django gives each view a `head` of its own instead, by which it keeps itself and its request until the garbage
    collector comes.
    """
    if hasattr(view_class, "get") and not hasattr(view_class, "head"):
        setattr(view_class, "head", _head)  # noqa: B010


def _head(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """What GET is answered with; the server sends the head of it."""
    response: HttpResponseBase = view.get(request, *args, **kwargs)
    return response


def access_of(view: object) -> Access:
    """What the view of an address takes; an empty access for one that says nothing, which answers nobody."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else Access()
