"""The sign-in page; it keeps a form that was posted after the session had ended, and shows it after signing in."""

from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.template.response import TemplateResponse
from django_htmx.http import HttpResponseClientRedirect, push_url, reswap, retarget

from apps.accounts import unsent_forms
from apps.accounts.passkey_hosts import can_use_passkeys
from apps.accounts.safe_redirects import next_path
from apps.accounts.sign_in.addresses import SESSION_IS_OVER
from apps.accounts.unsent_forms import SESSION_ENDED, UnsentForm

SIGNED_IN_ANEW = "You signed in again, in another tab, since this form was opened."


class SignInView(LoginView):  # type: ignore[misc]
    """allauth's sign-in page; a form that waits for it is handed to the session it opens."""

    #: The form that brought the person here, and whether this page itself was open too long.
    unsent: UnsentForm | None = None
    is_stale = False

    @property
    def has_session_ended(self) -> bool:
        """Whether the person was signed in until their session ended by itself."""
        return f"&{SESSION_IS_OVER}" in self.request.get_full_path()

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the form that an earlier answer put into the page."""
        super().setup(request, *args, **kwargs)
        self.unsent = self.unsent or unsent_forms.from_signed_text(request.POST.get(unsent_forms.FIELD, ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `unsent`, the form that waits, `is_stale`, `has_session_ended` and the ways to sign in."""
        return {
            **super().get_context_data(**kwargs),
            "unsent": self.unsent,
            "is_stale": self.is_stale,
            "has_session_ended": self.has_session_ended,
            "can_use_passkeys": can_use_passkeys(self.request),
            "openid_name": settings.OPENID_PROVIDER.name if settings.OPENID_PROVIDER else "",
            "has_passwords": settings.PASSWORD_SIGN_IN,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, and go on where the waiting form is shown again."""
        response: HttpResponse = super().form_valid(form)
        if self.unsent and self.request.user.is_authenticated:
            return redirect(unsent_forms.store_in_session(self.request, self.unsent, SESSION_ENDED))
        if self.unsent:
            unsent_forms.hold(self.request, self.unsent)
        return response


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """The answer to a form that somebody sent who is not signed in: the sign-in page, with the form in it."""
    unsent = unsent_forms.unsent_form_of(request)
    address = f"{resolve_url(settings.LOGIN_URL)}?{_next_query(unsent.next_page)}"
    response = _page(request, unsent.next_page, unsent=unsent)
    if getattr(request, "htmx", None):
        # HTMX swaps no answer with an error's status; the page it puts in place has an address of its own.
        return push_url(reswap(retarget(response, "body"), "innerHTML"), address)
    response.status_code = 401
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale comes back filled; one that no page of this site sent is refused."""
    response = stale_form(request)
    if response is not None:
        return response
    context = {"request_id": getattr(request, "request_id", "-")}
    return render(request, "errors/csrf.html", context, status=403)


def stale_form(request: HttpRequest) -> HttpResponse | None:
    """The answer to a form whose token is old; None when the browser does not say that it came from this site.

    Tokens change with signing in, so a form opened before that in another tab has an old one.
    """
    if not _is_from_here(request):
        return None
    if request.path == resolve_url(settings.LOGIN_URL):
        page = next_path(request, "/")
        unsent = unsent_forms.from_signed_text(request.POST.get(unsent_forms.FIELD, ""))
        if not request.user.is_authenticated:
            return _page(request, page, unsent=unsent, is_stale=True)
        return redirect(unsent_forms.store_in_session(request, unsent, SESSION_ENDED) if unsent else page)
    if not request.user.is_authenticated:
        return _opened_anew(request) if _is_for_anybody(request) else sign_in_first(request)
    address = unsent_forms.store_in_session(request, unsent_forms.unsent_form_of(request), SIGNED_IN_ANEW)
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", None) else redirect(address)


def _is_for_anybody(request: HttpRequest) -> bool:
    """Whether the form's view asks nobody to sign in: a guest has no account, who resets a password cannot."""
    view = request.resolver_match.func if request.resolver_match else None
    return getattr(view, "login_required", True) is False


def _opened_anew(request: HttpRequest) -> HttpResponse | None:
    """The page of a stranger's form once more, with a new token; None when it is not known, or would be in vain."""
    page = unsent_forms.unsent_form_of(request).page
    blocks_cookies = settings.CSRF_COOKIE_NAME not in request.COOKIES
    if page == "/" or blocks_cookies:
        return None
    return HttpResponseClientRedirect(page) if getattr(request, "htmx", None) else redirect(page)


def _page(request: HttpRequest, next_page: str, **attributes: Any) -> HttpResponse:
    """The empty sign-in form, drawn in answer to a request that was something else."""
    request.method = "GET"
    request.GET = QueryDict(_next_query(next_page))
    response = SignInView.as_view(**attributes)(request)
    return response.render() if isinstance(response, TemplateResponse) else cast(HttpResponse, response)


def _next_query(page: str) -> str:
    query = QueryDict(mutable=True)
    query[REDIRECT_FIELD_NAME] = page or "/"
    return query.urlencode()


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser vouches that a page of this site sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    own = urlsplit(settings.SITE_URL)
    return origin in (f"{own.scheme}://{own.netloc}", f"{request.scheme}://{request.get_host()}")
