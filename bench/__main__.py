"""Runs every benchmark and prints each figure beside its goal; exits with 1 when a goal is missed."""

import sys

from bench.audit import change_log
from bench.bulk import bulk_runs
from bench.exports import Crowd, measure
from bench.look_inside import look_inside
from bench.measurements import (
    first_visit,
    list_page_cpu,
    list_page_ratio,
    machine,
    report_page_ratio,
    show,
)
from bench.page_cpu import page_cpu
from bench.server_stack import running_stack
from bench.sign_in import alike
from bench.slow_clients import slow_clients
from tests.services.stand import has_postgresql

#: For each kind of slow client; `python -m bench.slow_clients --minutes 30` takes its time.
SLOW_CLIENT_SECONDS = 6.0


def crowds() -> list[Crowd]:
    """500 exports in flight: of fifty people, of one; on SQLite alone where no PostgreSQL answers."""
    if not has_postgresql():
        return [Crowd(50, 10, "sqlite")]
    return [Crowd(50, 10), Crowd(50, 10, workers=1, processes=2), Crowd(1, 500), Crowd(50, 10, "sqlite")]


def main() -> int:
    """Measure, print, and say whether every goal was met."""
    with running_stack() as stack:
        figures = [
            *machine(),
            *list_page_ratio(stack),
            *report_page_ratio(stack),
            *list_page_cpu(stack),
            *page_cpu(stack),
            *machine(),
            *first_visit(stack),
            *look_inside(stack),
        ]
    figures += change_log()
    figures += bulk_runs()
    figures += slow_clients(SLOW_CLIENT_SECONDS)
    figures += alike()
    for crowd in crowds():
        figures += measure(crowd)
    return show(figures)


if __name__ == "__main__":
    sys.exit(main())
