"""Settings that are other than when a worker last started, as an event: with which of them, before and after.

Secrets are not among them: their names alone would say nothing. The last event is what a start compares with.
"""

from typing import Any

from django.conf import settings

from apps.accounts.product_events import EventKind
from apps.audit.events.recording import record
from apps.audit.models import Event

ABOUT = "environment"
#: What decides over access, people, data and their time here.
WATCHED = (
    "SITE_URL",
    "ALLOWED_HOSTS",
    "API_ALLOWED_HOSTS",
    "DOWNLOAD_ALLOWED_HOSTS",
    "OUTGOING_ADDRESSES",
    "TRUSTED_PROXY_COUNT",
    "SECURE_SSL_REDIRECT",
    "DEBUG",
    "SANDBOX_ENABLED",
    "EMAIL_HOST",
    "DEFAULT_FROM_EMAIL",
    "EXPORTS_PER_DAY",
    "BULK_MAXIMUM_ROWS",
    "SESSION_COOKIE_AGE",
    "SESSION_IDLE_SECONDS",
    "SECOND_FACTOR_REQUIRED",
    "PASSWORD_SIGN_IN",
    "CHANGE_LOG_DAYS",
    "NOTIFICATION_DAYS",
    "RUN_DAYS",
    "MAIL_DAYS",
    "LOOK_INSIDE_KEEP_HOURS",
    "LOG_EXPORT",
    "MASK_PERSONAL_DATA",
)


def look(**_others: object) -> None:
    """Write down what changed since the last look; the first look writes down how things are."""
    now = {name: _plain(getattr(settings, name)) for name in WATCHED if hasattr(settings, name)}
    last = Event.objects.filter(kind=EventKind.SETTING_CHANGED, about=ABOUT).order_by("-number").first()
    before: dict[str, Any] = last.facts.get("settings", {}) if last else {}
    changed = {
        name: {"before": before.get(name), "after": now.get(name)}
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    }
    if changed:
        record(
            EventKind.SETTING_CHANGED,
            None,
            about=ABOUT,
            title=", ".join(changed) if last else "Settings when the worker first started",
            facts={"changed": changed if last else {}, "settings": now},
        )


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value
