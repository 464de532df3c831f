"""`manage.py audit`: what proves later that nothing was cut off, and removal of what was kept long enough."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from apps.audit.links import chain_name
from apps.audit.retention import StartUnproved, remove_old
from apps.audit.statements import bring_to_disk
from apps.audit.verification import heads, services


class Command(BaseCommand):
    """Two actions on the change log; `verify_changes` checks it."""

    help = (
        "Print the ends of the change log's chains to be kept elsewhere, or remove what was kept long enough."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The actions."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("heads", help="print the end of each chain: service, length, digest")
        actions.add_parser(
            "clean", help="remove what is older than CHANGE_LOG_DAYS, as the worker does every day"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action. Raises `CommandError` where old links are not as they were written, and so stay."""
        if options["action"] == "heads":
            # What is kept elsewhere must not be lost here.
            with transaction.atomic(durable=True), connection.cursor() as cursor:
                bring_to_disk(cursor)
            for head in heads():
                self.stdout.write(str(head))
            return
        failed = 0
        for service_id in services():
            try:
                self.stdout.write(f"{chain_name(service_id)}: {remove_old(service_id)} links removed")
            except StartUnproved as fault:
                failed += 1
                self.stdout.write(f"{chain_name(service_id)}: nothing removed. {fault}")
        if failed:
            raise CommandError("Look at it with `manage.py verify_changes` first.")
