"""`manage.py rotate_keys`: encrypt all stored keys under the first key of API_KEY_RING."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.events import EventKind, record
from apps.encryption.ring import encrypting_key_id
from apps.encryption.rotation import rotate


class Command(BaseCommand):
    """Moves stored keys to the first ring key; safe at any time, and as often as wanted."""

    help = (
        "Encrypt every stored key under the first key of API_KEY_RING. Safe while people work; may be "
        "stopped and run again. Exit code 1 when keys are left that are not under the first ring key."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and print counts; raises `CommandError` when some keys could not be moved."""
        counts = rotate()
        if counts.moved or counts.unreadable:
            facts = {"ring_key": encrypting_key_id(), "moved": counts.moved, "left": counts.left}
            record(EventKind.KEYS_ROTATED, None, facts=facts)
        self.stdout.write(
            f"Moved to {encrypting_key_id()}: {counts.moved}. "
            f"Saved anew meanwhile: {counts.changed_meanwhile}. "
            f"Unreadable: {counts.unreadable}. Left: {counts.left}."
        )
        if counts.unreadable:
            raise CommandError(
                "No ring key reads some keys: add the missing one, or let their owners type them again."
            )
        if counts.left:
            raise CommandError("Keep the older ring keys and run this again.")
