"""`manage.py demo`: the whole product on this machine, with the sandbox as the remote API."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.sandbox import keys
from apps.sandbox.contract.routes import Contract
from apps.sandbox.demo.processes import ProcessEnded, Processes, Stopped, port_is_free
from apps.sandbox.demo.setup import LOGINS, StaticFiles, prepare, token_base_url
from apps.sandbox.token import api as token_api

HOST = "127.0.0.1"
# Where people open it: for a number instead of a name browsers make no passkeys.
NAME = "localhost"
READY_SECONDS = 60
# A demo keeps everything in its own directory, whatever this shell is set up to use.
LEFT_OUT = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "EMAIL_PASSWORD", "DEBUG", "FAILPOINTS")


class Command(BaseCommand):
    """Starts sandbox, web and worker, and ends them together."""

    help = "Start the dashboard, its worker and the sandbox on this machine, with accounts to sign in with."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The two ports and the place of the data."""
        parser.add_argument("--port", type=int, default=8000, help="port of the dashboard (default: 8000)")
        parser.add_argument(
            "--sandbox-port", type=int, default=8001, help="port of the sandbox (default: 8001)"
        )
        parser.add_argument("--data", type=Path, default=Path(settings.BASE_DIR) / "var" / "demo")
        parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM; raises `CommandError` when a port is taken or a process ends."""
        port, sandbox_port = options["port"], options["sandbox_port"]
        api = f"http://{HOST}:{sandbox_port}{Contract.load().base_path}"
        if options["prepare"]:
            prepare(api, sandbox_port)
            return
        self._check_ports(port, sandbox_port)
        data: Path = options["data"].resolve()
        environment = demo_environment(os.environ, data, port, sandbox_port)
        with Processes(Path(settings.BASE_DIR), environment, data / "log") as processes:
            try:
                self._start(processes, port, sandbox_port, data)
                self._tell(port, api, data)
                processes.watch()
            except Stopped:
                pass
            except ProcessEnded as error:
                raise CommandError(str(error)) from error
            finally:
                self.stdout.write("Stopping …")
        self.stdout.write("Stopped.")

    def _check_ports(self, port: int, sandbox_port: int) -> None:
        if port == sandbox_port:
            raise CommandError("--port and --sandbox-port must differ.")
        for what, number, option, variable in (
            ("dashboard", port, "--port", "PORT"),
            ("sandbox", sandbox_port, "--sandbox-port", "SANDBOX_PORT"),
        ):
            if not port_is_free(HOST, number):
                raise CommandError(
                    f"Port {number} for the {what} is in use. Choose another one: "
                    f"{option} {number + 100}, or make demo {variable}={number + 100}."
                )

    def _start(self, processes: Processes, port: int, sandbox_port: int, data: Path) -> None:
        manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        ports = ["--port", str(port), "--sandbox-port", str(sandbox_port)]
        static = StaticFiles(data)
        must_collect = not static.are_current()
        sandbox = ["sandbox", "--port", str(sandbox_port), "--data", str(data / "sandbox"), "--quiet"]
        processes.start("sandbox", [*manage, *sandbox])
        if must_collect:
            static.begin()
            processes.start(
                "static files", [*manage, "collectstatic", "--noinput", "--verbosity", "0"], ends=True
            )
        processes.start("preparation", [*manage, "demo", "--prepare", *ports], ends=True)
        processes.wait_for(HOST, sandbox_port, "/_sandbox/healthz", READY_SECONDS)
        processes.finish("preparation")
        if must_collect:
            processes.finish("static files")
            static.finish()
        address = ["--host", HOST, "--port", str(port), "--processes", "1"]
        processes.start("web", [sys.executable, "-m", "integr8admin.serve", *address])
        processes.start("worker", [*manage, "worker"])
        processes.wait_for(HOST, port, "/healthz", READY_SECONDS)

    def _tell(self, port: int, api: str, data: Path) -> None:
        site = f"http://{NAME}:{port}"
        lines = [
            "",
            f"Dashboard   {site}/",
            *(f"  sign in   {login.email}  password {login.password}  ({login.role})" for login in LOGINS),
            "  second factors are not required here; set them up in the account menu, Security",
            f"Mailbox     {site}/mailbox/  (files in {data / 'mailbox'})",
            f"Sandbox     {api}",
            f"  keys      {keys.ADMIN_KEY}  (administrator)",
            f"            {keys.MANAGER_KEY}  (account manager)",
            f"Token API   {token_base_url(api)}/",
            f"  tokens    {token_api.ADMIN}  (administrator)",
            f"            {token_api.SLOW}  (its conversions take a while)",
            f"            {token_api.BOUND}  (for another IP address)",
            f"Logs        {data / 'log'}",
            "",
            "Ctrl-C stops everything.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def demo_environment(current: Any, data: Path, port: int, sandbox_port: int) -> dict[str, str]:
    """The variables the demo's processes run with: this shell's, with what keeps them among themselves."""
    kept = {name: value for name, value in current.items() if name.removesuffix("_FILE") not in LEFT_OUT}

    def with_sandbox(name: str) -> str:
        return ",".join(filter(None, (kept.get(name, ""), f"{HOST}:{sandbox_port}")))

    return {
        "EXPORT_SETTLE_SECONDS": "5",
        # Its admins sign in with the password that it prints.
        "SECOND_FACTOR_REQUIRED_FOR": "nobody",
        "WORKER_PROCESSES": "1",
        **kept,
        "DATA_DIRECTORY": str(data),
        "SITE_URL": f"http://{NAME}:{port}",
        "ALLOWED_HOSTS": f"{NAME},{HOST}",
        "STATIC_ROOT": str(data / "static"),
        "API_ALLOWED_HOSTS": with_sandbox("API_ALLOWED_HOSTS"),
        "DOWNLOAD_ALLOWED_HOSTS": with_sandbox("DOWNLOAD_ALLOWED_HOSTS"),
        "DJANGO_SETTINGS_MODULE": "integr8admin.settings",
        "PYTHONUNBUFFERED": "1",
    }
