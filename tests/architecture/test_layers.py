"""The shape of the code: who imports whom, and what no code and no template does."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
#: A file that extends another is a page, whatever it is called.
FRAGMENTS = [
    path
    for path in TEMPLATES
    if path.name.startswith("_") and not path.read_text(encoding="utf-8").startswith("{% extends")
]
SOURCES = sorted(path for folder in ("apps", "integr8admin") for path in (PROJECT / folder).rglob("*.py"))
#: Ways to put a text into a page without escaping it.
UNESCAPED = {"mark_safe", "SafeString", "SafeText"}
#: The files that may, and why.
TRUSTED = {
    "apps/ui/choice_widgets.py": "draws long lists of choices, and escapes every value and label",
    "apps/ui/cells.py": "draws the cells of tables, and escapes every value (tests/ui/test_tables.py)",
    "apps/ui/tables.py": "draws the rows of tables, and escapes every value (tests/ui/test_tables.py)",
    "apps/ui/templatetags/assets.py": "says how a script is loaded, in words that stand in the code alone",
    "apps/ui/templatetags/keyboard.py": "writes names and keys that stand in the code alone",
    "integr8admin/drawing/quick_nodes.py": "draws what Django does (tests/ui/test_quick_nodes.py)",
    "integr8admin/template_loader.py": "isolates values, escaped before (templates/test_direction.py)",
    "apps/ui/charts/svg.py": "puts the elements of a picture together, each value escaped (tests/ui/charts)",
    "apps/ui/waiting/frame.py": "names the style sheets that our own page named",
    "apps/ui/waiting/known_pages.py": "shows a page again that our own templates made of escaped values",
    "apps/resources/templatetags/facts.py": "draws a record's facts, and escapes every value (tests/resources/details)",
    "apps/ui/icons.py": "keeps the icons that the library drew from its own files",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def for_each(paths: list[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make one test of a check of a file, that names every file it fails for: a test each is mostly overhead."""

    def made(check: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = {}
            for path in paths:
                try:
                    check(path)
                except AssertionError as error:
                    wrong[name_of(path)] = str(error) or "does not hold"
            assert wrong == {}

        return test

    return made


def test_each_app_imports_only_what_stands_below_it():
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 50
    assert len(FRAGMENTS) > 10


@for_each(FRAGMENTS)
def test_a_fragment_opens_with_a_comment_that_names_its_context(path):
    text = path.read_text(encoding="utf-8").lstrip()
    comment = re.match(r"{#(.+?)#}|{% comment %}(.+?){% endcomment %}", text, re.DOTALL)
    assert comment, "the first thing in the file must be a comment"
    assert "Context" in (comment[1] or comment[2])


@for_each(TEMPLATES)
def test_what_a_template_names_of_the_code_stands_where_it_says(path):
    for name in re.findall(r"\bapps(?:\.\w+)+", path.read_text(encoding="utf-8")):
        parts = name.split(".")
        places = [PROJECT / Path(*parts[: end + 1]) for end in range(len(parts))]
        depth = sum(place.is_dir() or place.with_suffix(".py").is_file() for place in places)
        module = ".".join(parts[:depth])
        named = import_module(module)
        for part in parts[depth:]:
            named = getattr(named, part)
        assert getattr(named, "__module__", module) == module, name


@for_each(TEMPLATES)
def test_no_template_trusts_a_text_or_breaks_the_content_security_policy(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*(safe|safeseq)\b|{%\s*autoescape\s+off", text)
    if path.parent.name == "mail" and '{% extends "base.html" %}' not in text:
        # Never served by us: mail programs know no style sheets, so a mail carries its styles in its tags.
        text = re.sub(r'\sstyle="[^"]*"', "", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def calls_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        f.id if isinstance(f, ast.Name) else f.attr for f in called if isinstance(f, ast.Name | ast.Attribute)
    }


def test_markup_stands_in_python_in_the_known_places_alone():
    assert {name_of(path) for path in SOURCES if calls_in(path) & UNESCAPED} == TRUSTED.keys()
