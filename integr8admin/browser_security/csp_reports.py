"""Takes what browsers report of the Content-Security-Policy, counts it by kind, and logs each kind once.

Anybody may send here, so nothing of a report is believed or passed on: its words choose among those known here, and
only these reach the log. No address, no person and no text of a report is kept.
"""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from apps.accounts.client_address import client_network

logger = logging.getLogger(__name__)

OLD_FORM, NEW_FORM = "application/csp-report", "application/reports+json"
#: Requests within a minute.
MOST_OF_A_NETWORK, MOST_OF_ALL = 20, 300
_MINUTE = 60
#: Reports of one request that are looked at: browsers send what a page gathered.
MOST_IN_ONE = 20
#: How long counts go on; then a kind is logged as a new one.
_COUNTED_SECONDS = 24 * 3600

DIRECTIVE = re.compile(
    r"(?:base-uri|connect-src|default-src|font-src|form-action|frame-ancestors|frame-src|img-src|manifest-src|media-src"
    r"|object-src|sandbox|script-src|script-src-attr|script-src-elem|style-src|style-src-attr|style-src-elem|worker-src)"
)
_KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "self", "trusted-types-policy", "trusted-types-sink"})
_SCHEMES = frozenset({"about", "blob", "data", "file", "filesystem"})
_OF_EXTENSIONS = re.compile(r"[a-z-]+-extension")


class Kind(NamedTuple):
    """What is counted as the same: each part is a word of ours, whatever the report says."""

    directive: str
    blocked: str
    page: str


@csrf_exempt
def csp_reports(request: HttpRequest) -> HttpResponse:
    """204 for reports, whatever they say; 415 and 400 for what are none, 429 where too many come."""
    if request.content_type not in (OLD_FORM, NEW_FORM):
        return HttpResponse(status=415)
    networks_key = f"csp-reports:{client_network(request)}"
    if _count(networks_key, _MINUTE) > MOST_OF_A_NETWORK or _count("csp-reports", _MINUTE) > MOST_OF_ALL:
        return HttpResponse(status=429, headers={"Retry-After": str(_MINUTE)})
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for kind in _kinds(said, request):
        _log(kind)
    return HttpResponse(status=204)


def _kinds(said: Any, request: HttpRequest) -> Iterator[Kind]:
    """The kinds of what either form of report says; none of anything else."""
    if request.content_type == OLD_FORM:
        body = said.get("csp-report") if isinstance(said, dict) else None
        if isinstance(body, dict):
            directive = body.get("effective-directive") or body.get("violated-directive")
            yield _kind(request, directive, body.get("blocked-uri"), body.get("document-uri"))
        return
    for one in said[:MOST_IN_ONE] if isinstance(said, list) else ():
        body = one.get("body") if isinstance(one, dict) and one.get("type") == "csp-violation" else None
        if isinstance(body, dict):
            yield _kind(
                request, body.get("effectiveDirective"), body.get("blockedURL"), body.get("documentURL")
            )


def _kind(request: HttpRequest, directive: object, blocked: object, page: object) -> Kind:
    name = str(directive).partition(" ")[0]
    return Kind(
        name if DIRECTIVE.fullmatch(name) else "another directive",
        _blocked(str(blocked), request.get_host()),
        _page(str(page)),
    )


def _blocked(said: str, own_host: str) -> str:
    if said in _KEYWORDS:
        return said
    try:
        parts = urlsplit(said)
    except ValueError:
        return "no address"
    scheme = parts.scheme or said
    if scheme in _SCHEMES:
        return scheme
    if _OF_EXTENSIONS.fullmatch(scheme):
        return "a browser's extension"
    if scheme not in ("http", "https"):
        return "no address"
    return "this site" if parts.netloc == own_host else "another site"


def _page(said: str) -> str:
    """The name of the page's route: an address may hold what somebody looked for, or open a link."""
    try:
        return resolve(urlsplit(said).path).view_name
    except (Resolver404, ValueError):
        return "no page of this site"


def _log(kind: Kind) -> None:
    count = _count(f"csp-report:{'|'.join(kind).replace(' ', '_')}", _COUNTED_SECONDS)
    # The first, the tenth, the hundredth …: nobody fills the log, and how many there were is in it.
    if str(count).strip("0") == "1":
        logger.warning(
            "Browsers report that the policy refused %s from %s on %s: %d within a day so far",
            kind.directive,
            kind.blocked,
            kind.page,
            count,
        )


def _count(key: str, seconds: int) -> int:
    """How often this was counted within the time, now included."""
    if cache.add(key, 1, seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        # It ended in between.
        cache.set(key, 1, seconds)
        return 1
