"""Runs a management command; cycles of objects are not looked for among what is read at its start."""

import gc
from collections.abc import Sequence

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand


class CommandLine(ManagementUtility):
    """Django's, whose apps are read by the time it looks for the command."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command. From here on cycles are looked for again, but not among what lives as long as the process."""
        command = super().fetch_command(subcommand)
        gc.freeze()
        gc.enable()
        return command


def run_command(words: Sequence[str]) -> None:
    """Run the command named by the words of a command line."""
    # Looking through what is read and stays, again and again and once more at the end, is a third of a short command.
    gc.disable()
    CommandLine(list(words)).execute()
