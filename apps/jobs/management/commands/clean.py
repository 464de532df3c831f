"""`manage.py clean`: remove what was kept long enough, as the worker does every hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.jobs.cleaning import clean


class Command(BaseCommand):
    """Does the one cleaning task at once."""

    help = "Remove what was kept as long as the settings say: log, runs, mails, notifications, sessions and the like."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove and print counts; raises `CommandError` when something could not be removed."""
        counts = clean()
        for name, count in counts.items():
            self.stdout.write(f"{name}: {'could not be removed' if count is None else f'{count} removed'}")
        if None in counts.values():
            raise CommandError("Not everything could be removed; the log says why.")
