"""`manage.py worker`: the one background process people start."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.jobs.cluster import run_cluster
from apps.jobs.signals import worker_starts
from apps.jobs.supervisor import Supervisor


class Command(BaseCommand):
    """Runs exports, mail and all other long work until SIGTERM or Ctrl-C."""

    help = "Do the background work: exports, mail. Run one or more, on one or more machines."

    def add_arguments(self, parser: CommandParser) -> None:
        """The time after which a silent cluster is replaced."""
        parser.add_argument(
            "--stall-seconds",
            type=int,
            default=45,
            help="start the queue's processes anew when no task was finished for so long (default: 45)",
        )
        parser.add_argument("--cluster", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        if options["cluster"]:
            run_cluster()
        else:
            worker_starts.send(sender=type(self))
            Supervisor(options["stall_seconds"]).run()
