"""`manage.py verify_changes`: check that nobody altered, removed or moved a part of the change log."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.links import chain_name
from apps.audit.verification import Head, faults_of, services


class Command(BaseCommand):
    """Checks every chain; it only reads."""

    help = (
        "Check every chain of the change log and name each part that was altered, removed or moved. Exit codes: "
        "0 all is as it was written, 1 something is not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One service alone, and ends that were noted down before."""
        parser.add_argument(
            "--service",
            metavar="ID",
            type=uuid.UUID,
            help="of this service alone, by its id; of the product itself by an id of zeros",
        )
        parser.add_argument(
            "--heads",
            metavar="FILE",
            type=Path,
            help="what `audit heads` printed before: also finds what was cut off together with the end",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises `CommandError` where something was altered or a file cannot be used."""
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
            f"{chain_name(service_id)}: {'not as it was written' if faults else 'as it was written'}"
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
