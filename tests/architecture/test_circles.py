"""No file imports another that imports it in turn: not inside a function, not for types alone, not by a string."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOTS = ("apps", "integr8admin", "tests", "bench")
#: Functions that import what a text names.
IMPORTERS = {"import_module", "import_string", "__import__"}
#: Files that import what a setting names; nothing that they import so may import them.
IMPORT_BY_SETTING = {
    "apps.jobs.old_rows": "Django's session engine",
    "apps.resources.apps": "the declarations of the installed apps",
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


@cache
def sources() -> dict[str, ast.Module]:
    """Every file of ours by the module it is, read; migrations are history."""
    return {
        module_name(path): ast.parse(path.read_text(encoding="utf-8"))
        for root in ROOTS
        for path in sorted((PROJECT / root).rglob("*.py"))
        if "migrations" not in path.parts
    }


def import_calls(tree: ast.Module) -> Iterator[ast.expr]:
    """What is handed to a function that imports by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in IMPORTERS:
                yield node.args[0]


def imported_by(name: str, tree: ast.Module) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in it, by statement or by name.

    What the queue or another process is told to run by its name is imported there, not here.
    """
    ours = sources().keys()
    named = [call.value for call in import_calls(tree) if isinstance(call, ast.Constant)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(name.split(".")[: -node.level]) + "." if node.level else ""
            module = (package + (node.module or "")).rstrip(".")
            named += [f"{module}.{alias.name}" for alias in node.names]
    for dotted in map(str, named):
        module = dotted if dotted in ours else dotted.rpartition(".")[0]
        if module in ours and module != name:
            yield module


@cache
def imports() -> dict[str, frozenset[str]]:
    return {name: frozenset(imported_by(name, tree)) for name, tree in sources().items()}


def reached_from(name: str, graph: dict[str, frozenset[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        for other in graph[waiting.pop()] - reached:
            reached.add(other)
            waiting.append(other)
    return reached


def circles(graph: dict[str, frozenset[str]]) -> list[frozenset[str]]:
    """The largest sets of modules of which each imports each, over others or not."""
    reached = {name: reached_from(name, graph) for name in graph}
    found = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in graph
        if name in reached[name]
    }
    return sorted(found, key=sorted)


def test_circles_are_found():
    graph = {
        name: frozenset(others) for name, others in {"a": "b", "b": "c", "c": "ad", "d": "", "e": "e"}.items()
    }
    assert circles(graph) == [frozenset("abc"), frozenset("e")]


def test_no_file_imports_another_in_a_circle():
    assert [sorted(circle) for circle in circles(imports())] == []


def test_what_is_imported_by_a_setting_closes_no_circle():
    own = {
        name
        for name, tree in sources().items()
        if not name.startswith("tests.")
        and any(not isinstance(call, ast.Constant) for call in import_calls(tree))
    }
    assert own == IMPORT_BY_SETTING.keys()
    assert [name for name, others in imports().items() if "apps.resources.apps" in others] == []
