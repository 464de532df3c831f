"""`manage.py audit`: check that nobody altered or removed a part of the change log."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.verification import Head, faults_of, heads, services


class Command(BaseCommand):
    """Two actions on the change log; both only read."""

    help = "Check the change log, and print the ends of its chains to be kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The actions and their arguments."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        verify = actions.add_parser(
            "verify",
            help="check every chain and name each part that was altered or removed",
            description="Exit codes: 0 all is as it was written, 1 something is not.",
        )
        verify.add_argument(
            "--service", metavar="ID", type=uuid.UUID, help="of this service alone, by its id"
        )
        verify.add_argument(
            "--heads",
            metavar="FILE",
            type=Path,
            help="what `audit heads` printed before: also finds what was cut off together with the end",
        )
        actions.add_parser("heads", help="print the end of each chain: service, length, digest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action; raises `CommandError` where something was altered or a file cannot be used."""
        if options["action"] == "heads":
            for head in heads():
                self.stdout.write(str(head))
            return
        known = _known_heads(options["heads"]) if options["heads"] else []
        one = options["service"]
        checked = [one] if one else sorted({*services(), *(head.service_id for head in known)})
        count = sum(self._verify(service_id, known) for service_id in checked)
        if count:
            raise CommandError(f"The change log is not as it was written: {count} faults.")

    def _verify(self, service_id: uuid.UUID, known: list[Head]) -> int:
        """Print what is wrong with the service's chain; how much that is."""
        faults = faults_of(service_id, known)
        self.stdout.write(
            f"Service {service_id}: {'not as it was written' if faults else 'as it was written'}"
        )
        for fault in faults:
            self.stdout.write(f"  {fault}")
        return len(faults)


def _known_heads(path: Path) -> list[Head]:
    """The heads in a file. Raises `CommandError`."""
    try:
        return [Head.parse(line) for line in path.read_text().splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is no file of heads: {error}") from error
