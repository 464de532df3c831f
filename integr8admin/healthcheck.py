"""The container's health check: `python -m integr8admin.healthcheck [web|worker]`; exit code 0 is healthy.

Without a word it asks the web server of this container, and the worker's beat where no web server listens.
"""

import os
import sys
import urllib.error
import urllib.request
from datetime import timedelta

WEB_URL = "http://127.0.0.1:8000/healthz"
OLDEST_BEAT = timedelta(minutes=3)


def web_is_healthy() -> bool | None:
    """Whether the web server answers ok; None when none listens here."""
    try:
        with urllib.request.urlopen(os.environ.get("HEALTHCHECK_URL", WEB_URL), timeout=4) as answer:  # noqa: S310  # nosec B310
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False
    except OSError:
        return None


def worker_is_healthy() -> bool:
    """Whether a task went through the queue within the last minutes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
    import django

    django.setup()
    from django.db import DatabaseError
    from django.utils import timezone

    from apps.jobs.health import worker_seen_at

    try:
        seen = worker_seen_at()
    except DatabaseError:
        return False
    return seen is not None and timezone.now() - seen < OLDEST_BEAT


def main(arguments: list[str]) -> int:
    """0 when what this container runs is healthy, else 1."""
    kind = arguments[0] if arguments else ""
    web = None if kind == "worker" else web_is_healthy()
    if web is None:
        return int(kind == "web" or not worker_is_healthy())
    return int(not web)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
