"""No code relies on what a library keeps to itself: it may be gone in the next version."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("apps", "integr8admin", "bench", "tests")
FILES = sorted(path for top in OURS for path in (PROJECT / top).rglob("*.py"))
MODULES = {
    ".".join(path.relative_to(PROJECT).with_suffix("").parts): path
    for path in FILES
    if path.relative_to(PROJECT).parts[0] in ("apps", "integr8admin")
}
#: Where an application begins: importing one starts it.
STARTS = {"integr8admin.asgi", "integr8admin.wsgi"}
#: Private by name, and documented: by Django (`_save` of a storage), and `os._exit`, with which a forked process ends.
DOCUMENTED = {"_meta", "_default_manager", "_base_manager", "_exit", "_save"}
#: What a library has below `internal` and offers under no other name; who takes them on has them in tests, and a new
#: version has to pass those. allauth: its own ways of checking a code, of noting how somebody signed in, and of
#: counting requests: it does not say when the next one may be made.
WITHOUT_PUBLIC_NAME = {
    "allauth.account.internal.flows.login.get_authentication_records",
    "allauth.account.internal.flows.login.record_authentication",
    "allauth.core.internal.cryptokit.compare_user_code",
    "allauth.core.internal.ratelimit.get_cache_key",
    "allauth.core.internal.ratelimit.get_rates",
    "allauth.mfa.recovery_codes.internal.auth.RecoveryCodes",
    "allauth.mfa.recovery_codes.internal.auth.RecoveryCodes.activate",
    "allauth.mfa.totp.internal.auth.TOTP",
    "allauth.mfa.totp.internal.auth.TOTP.activate",
    "allauth.mfa.totp.internal.auth.format_hotp_value",
    "allauth.mfa.totp.internal.auth.generate_totp_secret",
    "allauth.mfa.totp.internal.auth.hotp_value",
    "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time",
}
#: Without any of these a file need not be parsed, which takes a while for all of them.
MAY_BE_PRIVATE = re.compile(
    r"\binternals?\b|(?<!\bself)(?<!\bcls)\._(?!_)|\bimport\b.*\b_(?!_)\w|^\s+_(?!_)\w+,$", re.MULTILINE
)


def is_private(dotted: str) -> bool:
    """Whether a name leads through a part that a library keeps to itself."""
    return any(
        part in ("internal", "internals") or (part.startswith("_") and not part.startswith("__"))
        for part in dotted.split(".")
        if part not in DOCUMENTED
    )


def is_foreign_and_private(name: str) -> bool:
    return name.partition(".")[0] not in OURS and is_private(name)


def dotted_names(tree: ast.Module) -> Iterator[str]:
    """Every dotted name that is imported, reached through what was imported, or written as a text."""
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imported[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            root: ast.expr = node
            parts = []
            while isinstance(root, ast.Attribute):
                parts.append(root.attr)
                root = root.value
            if isinstance(root, ast.Name) and root.id in imported:
                yield ".".join([imported[root.id], *reversed(parts)])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            first, dot, _ = node.value.partition(".")
            if dot and first in sys.modules and re.fullmatch(r"[\w.]+", node.value):
                yield node.value


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import allauth.core.internal.ratelimit", {"allauth.core.internal.ratelimit"}),
        ("from allauth.core import internal", {"allauth.core.internal"}),
        ("from django.forms import forms\nforms._thing()", {"django.forms.forms._thing"}),
        ("import requests as web\nweb.api._hidden.get", {"requests.api._hidden", "requests.api._hidden.get"}),
        ("patch('django.http._private.time')", {"django.http._private.time"}),
        ("from __future__ import annotations\nfrom apps.text import _own", set()),
        ("from apps.mail.models import Mail\nMail._meta.get_fields()", set()),
    ],
)
def test_private_names_of_libraries_are_recognised(source, names):
    assert not names or MAY_BE_PRIVATE.search(source)
    assert {name for name in dotted_names(ast.parse(source)) if is_foreign_and_private(name)} == names


def test_no_private_module_or_name_of_a_library_is_used():
    found, known = set(), set()
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if path != Path(__file__) and MAY_BE_PRIVATE.search(text):
            names = set(filter(is_foreign_and_private, dotted_names(ast.parse(text))))
            known |= names & WITHOUT_PUBLIC_NAME
            found |= {f"{path.relative_to(PROJECT)}: {name}" for name in names - WITHOUT_PUBLIC_NAME}
    assert found == set()
    assert known == WITHOUT_PUBLIC_NAME, "what nobody uses any more goes"


def private_names_inherited(kind: type, tree: ast.Module) -> set[str]:
    """What a class of ours uses or replaces of the private methods of the libraries' classes it inherits."""
    theirs = {
        name
        for base in kind.__mro__
        if base.__module__.partition(".")[0] not in OURS
        for name in vars(base)
        if name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED
    }
    bodies = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__]
    nodes = [node for body in bodies for node in ast.walk(body)] if theirs else []
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return theirs & (used | defined)


def test_no_class_uses_or_replaces_a_private_method_it_inherits_from_a_library():
    found = {}
    for name, path in MODULES.items():
        if name in STARTS or ".migrations." in name:
            continue
        kinds = [kind for kind in vars(import_module(name)).values() if isinstance(kind, type)]
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for kind in kinds:
            if kind.__module__ == name and (names := private_names_inherited(kind, tree)):
                found[f"{name}.{kind.__name__}"] = names
    assert found == {}
