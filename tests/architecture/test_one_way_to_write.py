"""What is written to the API goes through `apps/resources/writes/sending.py`, which logs it before."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.api.client import Client

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for top in ("apps", "integr8admin") for path in (PROJECT / top).rglob("*.py"))
#: The client's methods that write.
WRITING = {"create", "update", "delete", "start_export"}
SENDING = "apps/resources/writes/sending.py"
#: Where the client itself is made; the sandbox is no part of what runs in production.
CLIENT = ("apps/api/", "apps/sandbox/")


def is_client(node: ast.expr) -> bool:
    """Whether an expression is a client by its name, or by the function that makes one."""
    name = node.func if isinstance(node, ast.Call) else node
    last = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""
    return "client" in last.lower()


def writing_uses(tree: ast.Module) -> Iterator[str]:
    """Each use of a client's writing method: called, handed on, or named for `getattr` and its like."""
    clients = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr)
        and node.value
        and is_client(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    clients |= {
        node.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.annotation and "Client" in ast.unparse(node.annotation)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in WRITING:
            if is_client(node.value) or (isinstance(node.value, ast.Name) and node.value.id in clients):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and names_a_method_of_a_client(node):
            names = [part.value for part in node.args if isinstance(part, ast.Constant)]
            yield from (f"{ast.unparse(node.func)} {name}" for name in names if name in WRITING)


def names_a_method_of_a_client(call: ast.Call) -> bool:
    """Whether it is `getattr` of a client, or makes a caller of a method by its name."""
    return any(map(is_client, call.args)) or ast.unparse(call.func).endswith(("methodcaller", "attrgetter"))


def uses_in(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return set(writing_uses(ast.parse(text))) if "lient" in text else set()


@pytest.mark.parametrize(
    "source",
    [
        "self.scope.client.update(name, path, body)",
        "send = client.delete",
        "partial(desk.client.create, name)",
        "Client.update(client, name, path, body)",
        "getattr(scope.client, 'delete')(name, path)",
        "methodcaller('update', name)(client)",
        "client_for(connection).start_export(name, path, [])",
        "caller = client_for(connection)\ncaller.create(name, path, body)",
        "if (api := scope.client):\n    api.update(name, path, body)",
        "def send(api: Client): api.delete(name, path)",
    ],
)
def test_a_writing_call_is_recognised(source):
    assert set(writing_uses(ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["Submission.objects.create(nonce=nonce)", "values.update(client=client)", "client.list(name)"]
)
def test_what_writes_nothing_to_the_api_is_left_alone(source):
    assert not set(writing_uses(ast.parse(source)))


def test_the_client_has_the_methods_that_are_looked_for():
    assert set(dir(Client)) >= WRITING


def test_nothing_writes_to_the_api_past_the_change_log():
    found = {str(path.relative_to(PROJECT)): uses_in(path) for path in SOURCES}
    writing = {name for name, uses in found.items() if uses and not name.startswith(CLIENT)}
    assert writing == {SENDING}


def test_no_operation_that_writes_is_called_by_its_bare_call():
    """`client.call` takes any operation: outside the client nobody uses it."""
    for path in SOURCES:
        name = str(path.relative_to(PROJECT))
        if not name.startswith(CLIENT):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            bare = [
                ast.unparse(node)
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and node.attr == "call" and is_client(node.value)
            ]
            assert bare == [], name
