"""Starts the processes that a benchmark measures: sandbox API, web server, worker."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

EMAIL = "bench@example.com"
PASSWORD = "a long enough password"
ADMIN_KEY = "sandbox-admin-key-7c1f4e92ab"
OUR_SERVER = (sys.executable, "-m", "integr8admin.serve", "--processes", "1", "--port", "{port}")
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Stack:
    """A running sandbox and web server; `web` is the web server's process."""

    site_url: str
    sandbox_url: str
    web: subprocess.Popen[bytes]
    environment: dict[str, str]

    @property
    def api_url(self) -> str:
        """The sandbox's API."""
        return f"{self.sandbox_url}/api/v2"

    def latency(self, milliseconds: int) -> None:
        """Have the API wait that long before each answer."""
        self.control("latency", {"milliseconds": milliseconds})

    def control(self, name: str, body: object) -> None:
        """Steer the sandbox (docs/sandbox.md)."""
        requests.post(f"{self.sandbox_url}/_sandbox/{name}", json=body, timeout=5).raise_for_status()

    @property
    def service_id(self) -> str:
        """The id of the sandbox as a service of the dashboard."""
        script = "from apps.connections.models import Service; print(Service.objects.get().pk)"
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
        run = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return run.stdout.strip()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A worker, as long as something needs one."""
        process = start(self.environment, sys.executable, "manage.py", "worker")
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)

    def signed_in(self) -> requests.Session:
        """A session signed in as the benchmark's admin."""
        session = requests.Session()
        page = session.get(f"{self.site_url}/account/login/", timeout=10)
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        form = {"csrfmiddlewaretoken": token, "login": EMAIL, "password": PASSWORD}
        answer = session.post(
            f"{self.site_url}/account/login/", form, headers={"Referer": page.url}, timeout=10
        )
        assert "/account/" not in answer.url, f"not signed in, but at {answer.url}"
        return session

    def web_cpu_seconds(self) -> float:
        """Processor time the web server and its children have used so far."""
        return cpu_seconds(self.web)


def cpu_seconds(server: subprocess.Popen[bytes]) -> float:
    """Processor time that a server and its children have used so far."""
    return sum(_cpu_ticks(process) for process in group_of(server)) / os.sysconf("SC_CLK_TCK")


def memory_megabytes(server: subprocess.Popen[bytes]) -> float:
    """Memory of a server and its children; what several of them share counts once (PSS)."""
    kilobytes = 0
    for process in group_of(server):
        rollup = (process / "smaps_rollup").read_text()
        kilobytes += int(rollup.split("\nPss:", 1)[1].split()[0])
    return kilobytes / 1024


def group_of(server: subprocess.Popen[bytes]) -> list[Path]:
    """The directories of `/proc` of a server and its children."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == server.pid:
            found.append(process)
    return found


def _cpu_ticks(process: Path) -> int:
    fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def free_port() -> int:
    """A port nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_stack(web: Sequence[str] = (), **settings: str) -> Iterator[Stack]:
    """The processes, set up from nothing and stopped at the end; `web` is another server's command, with `{port}`."""
    with tempfile.TemporaryDirectory(prefix="integr8-bench-") as directory:
        site, sandbox = free_port(), free_port()
        site_url, sandbox_url = f"http://127.0.0.1:{site}", f"http://127.0.0.1:{sandbox}"
        environment = {
            **os.environ,
            "DATA_DIRECTORY": directory,
            "STATIC_ROOT": f"{directory}/static",
            "SITE_URL": site_url,
            "API_ALLOWED_HOSTS": f"127.0.0.1:{sandbox}",
            "LOG_LEVEL": "WARNING",
            "SECOND_FACTOR_REQUIRED_FOR": "nobody",
            **settings,
        }
        environment.pop("DATABASE_URL", None)
        _manage(environment, "migrate", "--verbosity=0")
        _manage(environment, "collectstatic", "--noinput", "--verbosity=0")
        _manage(environment, "create_account", EMAIL, "--role=admin", stdin=PASSWORD)
        api_url = f"{sandbox_url}/api/v2"
        _manage(
            environment,
            *("add_service", "Sandbox", "--kind=integr8", f"--base-url={api_url}"),
            "--integration=int-eu=EU network",
        )
        _manage(environment, "connect", EMAIL, "Sandbox", "--auth=api-key", "--no-test", stdin=ADMIN_KEY)
        processes = [
            start(environment, sys.executable, "manage.py", "sandbox", "--port", str(sandbox), "--quiet"),
            start(
                environment,
                *(word.replace("{port}", str(site)) for word in web or OUR_SERVER),
            ),
        ]
        try:
            wait_for(f"{sandbox_url}/_sandbox/healthz")
            wait_for(f"{site_url}/healthz")
            yield Stack(site_url, sandbox_url, processes[1], environment)
        finally:
            for process in processes:
                os.killpg(process.pid, 15)
            for process in processes:
                process.wait(15)


def _manage(environment: dict[str, str], *arguments: str, stdin: str = "") -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(
        command, cwd=ROOT, env=environment, input=stdin, text=True, check=True, stdout=subprocess.DEVNULL
    )


def start(environment: dict[str, str], *command: str) -> subprocess.Popen[bytes]:
    """A process in a group of its own."""
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
    )


def wait_for(url: str) -> None:
    """Until the address answers. Raises when it does not within 60 s."""
    ends = time.monotonic() + 60
    while True:
        try:
            requests.get(url, timeout=1).raise_for_status()
        except requests.RequestException:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return
