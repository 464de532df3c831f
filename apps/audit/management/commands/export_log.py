"""`manage.py export_log`: the log as JSON lines, to a file or to standard output."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from apps.audit.events import EventKind, record
from apps.audit.feed.json_lines import all_links, json_line
from apps.audit.models import Event


class Command(BaseCommand):
    """Writes what the log has; `LOG_EXPORT` does it continuously."""

    help = (
        "Write the change log as JSON lines (docs/log-export.md), to standard output or to a file that there "
        "is not yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which part, and where to."""
        parser.add_argument(
            "--since", metavar="TIME", help="a day or a time, in UTC unless it says otherwise"
        )
        parser.add_argument("--until", metavar="TIME", help="the same; what happened then is left out")
        parser.add_argument("--product", action="store_true", help="what happened to the product alone")
        parser.add_argument("--kind", choices=EventKind.values, help="events of this kind alone")
        parser.add_argument("--output", metavar="FILE", type=Path, help="a new file, for its owner alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the lines. Raises `CommandError` for a time that is none and a file that cannot be made."""
        since, until = (_moment(options[name], name) for name in ("since", "until"))
        path: Path | None = options["output"]
        count = 0
        try:
            out = path.open("x", encoding="ascii") if path else self.stdout
        except OSError as error:
            raise CommandError(f"--output: {path} cannot be made: {error.strerror}") from error
        try:
            if path:
                path.chmod(0o600)
            for link in all_links(since, until):
                is_event = isinstance(link, Event)
                if (options["product"] or options["kind"]) and not is_event:
                    continue
                if options["kind"] and link.kind != options["kind"]:  # type: ignore[attr-defined]
                    continue
                out.write(json_line(link))
                count += 1
        finally:
            if path:
                out.close()
        record(
            EventKind.LOG_DOWNLOADED,
            None,
            title=path.name if path else "standard output",
            facts={"lines": count},
        )
        self.stderr.write(f"{count} lines")


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    day = None
    try:
        moment = parse_datetime(text)
        day = parse_date(text)
    except ValueError:
        moment = None
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day)
    if moment is None:
        raise CommandError(
            f"--{name}: {text!r} is neither a day nor a time, as 2026-11-30 or 2026-11-30T14:05"
        )
    return (
        moment if timezone.is_aware(moment) else timezone.make_aware(moment, timezone.get_default_timezone())
    )
