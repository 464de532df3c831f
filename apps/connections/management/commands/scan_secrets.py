"""`manage.py scan_secrets`: no secret stands in the database, the queue, the cache, logs, mails or pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.connections.secret_scan.places import cache_entries, database_values, files
from apps.connections.secret_scan.search import Finding, Search
from apps.connections.secret_scan.secrets import all_secrets


class Command(BaseCommand):
    """Looks for every secret of this installation in plain, base64, URL-encoded and hexadecimal."""

    help = (
        "Look for API keys, ring keys, passwords of other services and the lines of --canaries, in plain, base64, "
        "URL-encoded and hexadecimal, and for links that open something: in the database with its queue, the cache, "
        "and the files and directories named. Prints where, never what. Exit code 1 when something is found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The places besides the database and the cache."""
        parser.add_argument("paths", nargs="*", type=Path, help="logs, backups: files or directories")
        parser.add_argument("--canaries", type=Path, help="a file of further secrets to look for, one a line")
        parser.add_argument(
            "--with-links",
            action="append",
            default=[],
            type=Path,
            metavar="PATH",
            help="mails or saved pages, whose readers are meant to have the links in them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Scan and print; raises `CommandError` where something was found, or a path is not there."""
        for path in [*options["paths"], *options["with_links"], *filter(None, [options["canaries"]])]:
            if not path.exists():
                raise CommandError(f"{path} is not there.")
        secrets = all_secrets(options["canaries"])
        search = Search(secrets)
        found = sorted(set(_findings(search, options["paths"], options["with_links"])))
        for finding in found:
            self.stdout.write(f"{finding.place}: {finding.secret}, {finding.encoding}")
        told = f"{len(secrets)} secrets looked for in {search.scanned_bytes:,} bytes: {len(found)} found."
        if found:
            raise CommandError(told)
        self.stdout.write(told)


def _findings(search: Search, paths: list[Path], with_links: list[Path]) -> Iterator[Finding]:
    for place, content in database_values():
        yield from search.findings(place, content, links=True)
    for place, content in cache_entries():
        yield from search.findings(place, content, links=True)
    for path in paths:
        for place, content in files(path):
            yield from search.findings(place, content, links=True)
    for path in with_links:
        for place, content in files(path):
            yield from search.findings(place, content, links=False)
