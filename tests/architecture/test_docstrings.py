"""A public function that raises says so in its docstring: what, and when."""

import ast
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
#: The part of those functions that must say it. A name and a type may tell the rest.
FLOOR = 0.8


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The public functions and methods of a file, none inside another."""
    holders: list[ast.Module | ast.ClassDef] = [tree]
    holders += [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for holder in holders:
        for node in holder.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield node


def raises(node: ast.AST) -> bool:
    """Whether a function raises by itself; what its own functions raise, and what it passes on, does not count."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(child, ast.Raise):
            named = child.exc.func if isinstance(child.exc, ast.Call) else child.exc
            if named is not None and not (isinstance(named, ast.Name) and named.id == "NotImplementedError"):
                return True
        elif raises(child):
            return True
    return False


def says_so(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    words = ast.get_docstring(function) or ""
    return "Raises " in words or "raises " in words


def test_a_function_that_raises_is_told_from_one_that_does_not():
    tree = ast.parse(
        """
def a():
    "Raises `KeyError` when there is none."
    if x:
        raise KeyError(x)

def b():
    raise NotImplementedError

def c():
    try:
        d()
    except E:
        raise

def _e():
    raise E

class F:
    def g(self):
        raise E
"""
    )
    found = {function.name: says_so(function) for function in functions(tree) if raises(function)}
    assert found == {"a": True, "g": False}


def test_most_functions_that_raise_say_what_and_when():
    found = {
        f"{path.relative_to(PROJECT)}: {function.name}": says_so(function)
        for folder in ("apps", "integr8admin")
        for path in sorted((PROJECT / folder).rglob("*.py"))
        if "migrations" not in path.parts
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if raises(function)
    }
    silent = [name for name, is_said in found.items() if not is_said]
    assert len(found) > 80
    assert 1 - len(silent) / len(found) >= FLOOR, silent
