"""Processor time of a page beside Django's own admin, counted in process: `python -m bench.page_cpu`.

The admin's change list (`bench.plain_admin`) shows the same rows, out of a local table. No server and no wall clock:
each page is asked of the application itself, so that a busy machine changes little.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.beside_admin import PLAIN_LIST, PLAIN_RECORD, RECORD, filled_table
from bench.measurements import LIST, Figure, show
from bench.server_stack import EMAIL, ROOT, Stack, running_stack

REQUESTS = 60
#: The best of so many parts tells what a page needs, not what else the machine did meanwhile.
PARTS = 10
LISTS = {25: "list page, 25 rows", 100: "list page, 100 rows"}
A_RECORD = "record's page"
OURS = {**{name: f"{LIST}?page[size]={rows}" for rows, name in LISTS.items()}, A_RECORD: RECORD}
#: Of Django admin's; a record's page has more on it than the admin's form, and no goal.
GOALS = dict.fromkeys(LISTS.values(), 1 / 3)


def measure(settings: str, pages: dict[str, str], profile: str = "") -> dict[str, dict[str, float]]:
    """The figures of each page, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"})
    client.force_login(get_user_model()._default_manager.get(email=EMAIL))
    figures = {}
    for name, path in pages.items():
        for _ in range(10):
            assert client.get(path).status_code == 200, path
        # As where they are served (integr8admin/asgi.py).
        gc.collect()
        gc.freeze()
        figures[name] = {
            "CPU ms": min(_milliseconds(client, path) for _ in range(PARTS)),
            **_counts(client, path),
        }
        if profile:
            _profile(client, path, f"{profile}.{name.replace(' ', '')}")
    return figures


def _milliseconds(client: Any, path: str) -> float:
    count = REQUESTS // PARTS
    started = time.process_time()
    for _ in range(count):
        client.get(path)
    return (time.process_time() - started) / count * 1000


def _counts(client: Any, path: str) -> dict[str, float]:
    from django.db import connection
    from django.template.base import Variable
    from django.test.utils import CaptureQueriesContext
    from django.urls.resolvers import URLResolver

    from integr8admin.drawing.quick_nodes import QuickVariable

    find = "_reverse_with_prefix"
    made = {"reverse": 0, "look-ups": 0}

    def counted(name: str, function: Any, but: type | tuple[()] = ()) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            made[name] += not isinstance(args[0], but)
            return function(*args, **kwargs)

        return call

    with (
        patch.object(URLResolver, find, counted("reverse", vars(URLResolver)[find])),
        # A quick one that leaves a look-up to Django's is counted already.
        patch.object(Variable, "resolve", counted("look-ups", Variable.resolve, QuickVariable)),
        patch.object(QuickVariable, "resolve", counted("look-ups", QuickVariable.resolve)),
        CaptureQueriesContext(connection) as queries,
    ):
        client.get(path)
    if os.environ.get("SHOW_QUERIES"):
        for query in queries.captured_queries:
            print(query["sql"][:200], file=sys.stderr)
    return {"queries": len(queries), **made}


def _profile(client: Any, path: str, file: str) -> None:
    import cProfile

    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for _ in range(50):
        client.get(path)
    profile.disable()
    profile.dump_stats(file)


def _in_process(environment: dict[str, str], settings: str, pages: dict[str, str]) -> Any:
    command = [sys.executable, "-m", "bench.page_cpu", settings, json.dumps(pages)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def page_cpu(stack: Stack) -> list[Figure]:
    """Processor time of our lists and a record's page as a ratio to the admin's pages of the same rows."""
    stack.latency(0)
    ours = _in_process(stack.environment, "integr8admin.settings", OURS)
    plain: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="integr8-bench-") as directory:
        for rows, name in LISTS.items():
            given = {name: PLAIN_LIST} | ({} if plain else {A_RECORD: PLAIN_RECORD})
            environment = filled_table(stack, Path(directory) / f"{rows}.sqlite3", rows)
            plain |= _in_process(environment, "bench.plain_admin.settings", given)
    figures = []
    for name, page in ours.items():
        figures += [
            Figure(f"CPU of a {name}, in process", page["CPU ms"], 0, "ms"),
            Figure("  of Django admin's", plain[name]["CPU ms"], 0, "ms"),
            Figure(
                "  ours / Django admin's", page["CPU ms"] / plain[name]["CPU ms"], GOALS.get(name, 0), "×"
            ),
        ]
        figures += [Figure(f"  {unit}", page[unit], 0, "") for unit in ("queries", "reverse", "look-ups")]
    return figures


def main() -> int:
    """Measure ours and the admin's, and print them side by side."""
    if sys.argv[1:]:
        settings, pages, *profile = sys.argv[1:]
        print(json.dumps(measure(settings, json.loads(pages), *profile)))
        return 0
    with running_stack() as stack:
        return show(page_cpu(stack))


if __name__ == "__main__":
    sys.exit(main())
