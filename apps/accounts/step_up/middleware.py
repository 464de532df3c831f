"""Asks for a fresh proof where an address takes one, or its view says that this request does."""

from collections.abc import Callable, Mapping, Sequence

from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse

from apps.accounts.routes import access_of
from apps.accounts.step_up.proof import FreshProofNeeded, has_fresh_proof, proof_first

GetResponse = Callable[[HttpRequest], HttpResponse]


class FreshProofMiddleware:
    """Leads to the page that asks for a proof. Stands behind allauth's middleware, so that this one answers first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: Sequence[object], names: Mapping[str, object]
    ) -> HttpResponse | None:
        """The way to a proof where the address takes one that there is not; else None."""
        if access_of(view).fresh and not has_fresh_proof(request):
            return proof_first(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The same for a view that asked for one; allauth's own views ask in their way."""
        if isinstance(exception, FreshProofNeeded | ReauthenticationRequired):
            return proof_first(request)
        return None
