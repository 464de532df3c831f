"""What an API or a file holds takes no more time than its length: long, repetitive and wide input, by CPU time.

Whoever sends such data has the interpreter for as long as the work takes, and everybody else waits.
"""

import importlib
import inspect
import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType, ModuleType

import pytest

import apps
from tests.foreign_data.cases import PAGES, TEXT, WIDE, Work
from tests.foreign_data.texts import telling_texts, texts

#: Work that takes less is not looked at: what it takes is noise.
FLOOR_SECONDS = 0.04
SHORT, LONG = 1_000, 16_000
FEW, MANY = 250, 4_000
#: Sixteen times the input may take so many times the time; the square would be 256.
MOST_TIMES = 48
#: Nothing takes so long at the smaller size; tried first, so that no fault holds up the suite.
MOST_SECONDS = 1.0

#: Modules whose every public function reads what an API or a file holds, and is in a case.
READERS = (
    "api.answers.records",
    "api.answers.error_bodies",
    "api.export_records",
    "api.answers.html_to_text",
    "api.redaction",
    "api.contract.name_matching",
    "conversions.csv_cells",
    "conversions.table",
    "exports.delimiters",
    "exports.remote.statuses",
    "home.trace.report_rows",
    "look_inside.prepare.csv_dialect",
    "mail.rendering",
    "offers.setup_check",
    "reports.rows.columns",
    "reports.rows.references",
    "reports.rows.loader",
    "ui.countries",
    "ui.columns",
    "ui.files.csv_files",
    "ui.cells",
    "ui.contract_values",
    "network.transaction_ids",
    "ui.values",
    "resources.files.values",
    "resources.forms.web_addresses",
    "text.direction",
    "text.typed",
    "text.urls",
)
#: Public functions of theirs that read nothing of others.
NO_READERS = {
    "api.contract.name_matching": {
        "matching_key",
        "certain_names",
        "own_path_names",
    },  # paths of a contract, a few words each
    "exports.delimiters": {"delimiter_choices"},  # those there are
    "mail.rendering": {"absolute_url", "render_email"},  # addresses and templates of ours
    "ui.values": {"time_text", "local_time_text", "age_text"},  # a moment that was read before
    "resources.forms.web_addresses": {
        "is_for_address",
        "is_for_email",
        "check_address",
        "check_email",
    },  # form fields
}
#: Modules with a pattern that no case runs, and why none has to.
OWN_TEXTS = {
    "accounts": "what people type into forms of limited length",
    "connections": "what people type into forms of limited length",
    "jobs": "settings of this site",
    "sandbox": "a server of its own, not part of the site",
    "schedules": "what people type into forms of limited length",
    "api.contract.operations": "a vendor's contract, which an operator puts in",
    "api.call_observers": "a vendor's contract, which an operator puts in",
    "exports.request.initial_values": "what people type into forms of limited length",
    "resources.declaration.checks": "declarations of this code",
    "resources.declaration.view_checks": "declarations of this code",
    "exports.request.file_form": "what people type into forms of limited length",
    "ui.integrity": "style sheets of this code",
    "look_inside.files.downloads": "names of files that this site makes",
    "look_inside.query.state": "the address of a page",
    "look_inside.timestamps": "patterns for the database of a prepared table, a process of its own",
    "look_inside.number_formats": "numbers that people filter by, and of a prepared table",
    "mail": "what this site wrote",
    "reports.query_parsing": "the address of a page",
    "resources.lists.state": "the address of a page",
    "resources.references.suggestions": "what people type into boxes for another record",
    "resources.lists.typed_filters": "what people type into filters, in the address of a page",
}


def cpu_seconds(work: Work) -> float:
    """The CPU time of this thread alone, so that a busy machine does not count."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def assert_linear(make: Callable[[int], Work], small: int, large: int) -> None:
    """Sixteen times the input takes about sixteen times the time. Of several tries the quickest counts."""
    assert cpu_seconds(make(small)) < MOST_SECONDS
    seconds = cpu_seconds(make(large))
    for _ in range(3):
        if seconds < FLOOR_SECONDS:
            return
        allowed = MOST_TIMES * min(cpu_seconds(make(small)) for _ in range(3))
        if seconds <= allowed:
            return
        seconds = min(seconds, cpu_seconds(make(large)))
    pytest.fail(f"{seconds:.3f} s for {large}, where {allowed:.3f} s would be linear")


def _work_with(case: Callable[[str], Work], text: Callable[[int], str], length: int) -> Work:
    return case(text(length))


@pytest.mark.parametrize("reader", [*TEXT, *PAGES])
def test_a_long_text_takes_linear_time(reader):
    case = TEXT[reader] if reader in TEXT else PAGES[reader]
    for name, text in (texts() if reader in TEXT else telling_texts()).items():
        try:
            assert_linear(partial(_work_with, case, text), SHORT, LONG)
        except pytest.fail.Exception as failure:
            pytest.fail(f"{name}: {failure}")


@pytest.mark.parametrize("reader", WIDE)
def test_many_things_take_linear_time(reader):
    assert_linear(WIDE[reader], FEW, MANY)


@pytest.fixture(scope="module")
def called() -> set[object]:
    """The code of every function that some case runs."""
    found: set[object] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        found.add(frame.f_code)

    works = [
        case(text)
        for case in (*TEXT.values(), *PAGES.values())
        for text in ("a", "https://a.b/", "a@b.c", "1")
    ]
    works += [case(3) for case in WIDE.values()]
    sys.setprofile(note)
    try:
        for work in works:
            work()
    finally:
        sys.setprofile(None)
    return found


def modules() -> Iterator[tuple[str, ModuleType]]:
    """Every module of the site, by its name below `apps`."""
    root = Path(apps.__path__[0])
    for path in sorted(root.rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        if not any(part in name for part in ("migrations", "management", "templatetags", "__main__")):
            yield name, importlib.import_module(f"apps.{name}")


@pytest.mark.parametrize("name", READERS)
def test_every_reader_is_fed(name, called):
    module = importlib.import_module(f"apps.{name}")
    functions = {
        key: value
        for key, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not key.startswith("_")
    }
    without = NO_READERS.get(name, set())
    missing = {key for key, value in functions.items() if inspect.unwrap(value).__code__ not in called}
    assert missing - without == set(), "give it a case in cases.py"
    assert without <= functions.keys()


def test_every_pattern_is_run_on_such_texts_or_stands_where_none_come(called):
    ran = {getattr(code, "co_filename", "") for code in called}
    of_others = {
        name
        for name, module in modules()
        if any(isinstance(value, re.Pattern) for value in vars(module).values())
        and module.__file__ not in ran
    }
    unsaid = {name for name in of_others if not any(f"{name}.".startswith(f"{own}.") for own in OWN_TEXTS)}
    assert unsaid == set(), "run its patterns in cases.py, or say whose texts it reads"
