"""The security headers of every answer, whoever makes it: Django, the server when it is busy, the HTTP parser."""

from django.conf import settings

#: Where browsers report what the policy made them refuse (`csp_reports.py`).
REPORTS_PATH = "/csp-reports/"
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "report-to csp",
        # Of browsers that do not know `report-to`.
        f"report-uri {REPORTS_PATH}",
    ]
)
#: Of what is no page: it loads, sends and frames nothing.
FILE_SECURITY_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
REPORTING_ENDPOINTS = f'csp="{REPORTS_PATH}"'
_OF_PAGES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Reporting-Endpoints": REPORTING_ENDPOINTS,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_OF_FILES = {"Content-Security-Policy": FILE_SECURITY_POLICY}
#: Of what no browser shows as more than text; every page has several of them.
_OF_SCRIPTS_AND_STYLES = {"Content-Security-Policy": "default-src 'none'"}


def headers_of(content_type: str, *, is_https: bool) -> dict[str, str]:
    """The security headers of an answer of that type, Django's own among them, for answers that it does not make."""
    kinds = {
        "text/html": _OF_PAGES,
        "text/css": _OF_SCRIPTS_AND_STYLES,
        "text/javascript": _OF_SCRIPTS_AND_STYLES,
    }
    headers = kinds.get(content_type.partition(";")[0], _OF_FILES) | {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    seconds = settings.SECURE_HSTS_SECONDS if is_https else 0
    if seconds:
        headers["Strict-Transport-Security"] = f"max-age={seconds}; includeSubDomains; preload"
    return headers
