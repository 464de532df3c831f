"""The way from a frame to the whole page, for browsers that run no scripts any more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from apps.accounts.safe_redirects import next_path
from apps.ui.waiting.frame_first import SCRIPTS_COOKIE


@require_safe
def whole_page(request: HttpRequest) -> HttpResponse:
    """The page asked for, which is waited for from now on."""
    response = redirect(next_path(request, "/"))
    response.delete_cookie(SCRIPTS_COOKIE)
    return response
