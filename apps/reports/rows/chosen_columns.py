"""The columns that a person chose for a report, kept in a cookie."""

from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.accounts.preferences import COOKIE_SECONDS
from apps.reports.query_parsing import MAXIMUM_COLUMNS
from apps.reports.report_types import ReportType

# One for each report, and a server in front may refuse requests whose cookies are longer than 8,000 bytes together.
_LONGEST_COOKIE = 2000


def remembered_columns(request: HttpRequest, report: ReportType) -> tuple[str, ...]:
    """The columns chosen last; none when there was no choice."""
    names = request.COOKIES.get(_cookie(report), "")[:_LONGEST_COOKIE].split(",")
    return tuple(dict.fromkeys(unquote(name) for name in names if name))[:MAXIMUM_COLUMNS]


def remember_columns(response: HttpResponse, report: ReportType, columns: tuple[str, ...]) -> None:
    """Keep the choice for a year; no columns forget it."""
    text = ",".join(quote(name, safe="") for name in columns)
    if not text or len(text) > _LONGEST_COOKIE:
        response.delete_cookie(_cookie(report), samesite="Lax")
        return
    response.set_cookie(
        _cookie(report),
        text,
        max_age=COOKIE_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _cookie(report: ReportType) -> str:
    return f"columns-{report.slug}"
