"""Runs every benchmark and prints each figure beside its goal; exits with 1 when a goal is missed."""

import sys
from collections.abc import Sequence

from bench.figures import Figure, first_visit, list_page_cpu, list_page_ratio, machine, report_page_ratio
from bench.inside import look_inside
from bench.stack import running_stack


def main() -> int:
    """Measure, print, and say whether every goal was met."""
    with running_stack() as stack:
        figures = [
            *machine(),
            *list_page_ratio(stack),
            *report_page_ratio(stack),
            *list_page_cpu(stack),
            *machine(),
            *first_visit(stack),
            *look_inside(stack),
        ]
    return show(figures)


def show(figures: Sequence[Figure]) -> int:
    """Print each figure beside its goal; 1 when one is missed."""
    missed = 0
    for figure in figures:
        is_missed = bool(figure.goal) and figure.value > figure.goal
        missed += is_missed
        goal = f"at most {figure.goal:g} {figure.unit}" if figure.goal else ""
        print(
            f"{figure.name:<60} {figure.value:>9.2f} {figure.unit:<3} {goal}{'  MISSED' if is_missed else ''}"
        )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
