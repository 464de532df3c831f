"""`manage.py sandbox`: a local server of the whole API, with data of its own."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.sandbox import keys
from apps.sandbox.application import Application
from apps.sandbox.data.store import DataInUse
from apps.sandbox.server import SandboxServer


class Command(BaseCommand):
    """Starts the sandbox and serves until it is stopped."""

    help = "Serve the whole Integr8 API on this machine, with made-up data that is kept over restarts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, where to keep the data, what to serve."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument(
            "--data", type=Path, help="directory for its records (default: sandbox in DATA_DIRECTORY)"
        )
        parser.add_argument("--reset", action="store_true", help="start again from the first data")
        parser.add_argument(
            "--contract", type=Path, help="an OpenAPI file whose addresses and names to serve"
        )
        parser.add_argument("--quiet", action="store_true", help="no line for each request")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serves until SIGINT or SIGTERM. Raises `CommandError` when port, directory or contract cannot be used."""
        directory: Path = options["data"] or Path(settings.DATA_DIRECTORY) / "sandbox"
        try:
            application = Application(
                directory,
                contract=options["contract"],
                added=apps.get_app_config("resources").contract_files(),  # type: ignore[attr-defined]
                reset=options["reset"],
            )
        except DataInUse as error:
            raise CommandError(
                f"Another sandbox is using {error}; choose another directory with --data."
            ) from error
        except (OSError, ValueError) as error:
            raise CommandError(f"Cannot start: {error}") from error
        try:
            server = SandboxServer(options["host"], options["port"], application, quiet=options["quiet"])
        except OSError as error:
            where = f"{options['host']}:{options['port']}"
            raise CommandError(
                f"Cannot listen on {where} ({error.strerror}); choose another --port."
            ) from error
        self.stdout.write(f"Sandbox at {server.base_url}")
        self.stdout.write(f"  administrator's key    {keys.ADMIN_KEY}")
        self.stdout.write(f"  account manager's key  {keys.MANAGER_KEY}")
        self.stdout.flush()
        _serve(server)


def _serve(server: SandboxServer) -> None:
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    stop.wait()
    server.stop()
