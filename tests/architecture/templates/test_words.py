"""Pages say a thing with one word. The words that were dropped stay dropped, and times are written one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

#: Dropped words, and what is said in their place (docs/design-system.md, Words).
DROPPED = {
    r"\bask(?:s|ed|ing)? again\b": "Run again, or: tries again",
    r"\bwhat was asked\b": "Settings",
    r"\basked (?:by|from|at)\b": "Requested by, from, at",
    r"\b(?:was|were|is|are|being|been|you|it|we|nobody|somebody|colleagues) (?:have |has )?asked for\b": "requested",
    r">\s*ask for\s+(?:exports|all|the)\b": "Request, on a button",
    r"\bcopy link\b": "Copy page address, or: Copy the link, of a tracking link",
    r"\blook inside\b": "Preview and analyse",
    r"\bneeds? a look\b": "1 warning, 2 warnings",
    r"\bto the end of\b": "on or before",
    r"\bmake (?:a|the) link\b": "Create links",
    r"\bmake the file\b": "Create the file",
}
#: The only ways a page writes a date and a time, and an input's own format. Seconds: of ranges, and to tell two apart.
DATE_FORMATS = {
    "c",
    "H:i",
    "j M Y",
    "j M Y, H:i",
    "j M Y, H:i:s",
    "j M Y, H:i e",
    "j M Y, H:i:s e",
    "Y-m-d\\TH:i",
}

_COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
#: Names in the code of a template are no words of the page.
_CODE = re.compile(
    r"{{.*?}}|{%(?! include).*?%}|\b(?:id|class|href|name|aria-labelledby)=\"[^\"]*\"", re.DOTALL
)


def templates() -> Iterator[Path]:
    return (path for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".txt"))


def sentences_of_template(path: Path) -> str:
    return _CODE.sub(" ", _COMMENT.sub(" ", path.read_text()))


def sentences_of_module(path: Path) -> str:
    """The texts of a module that may reach a page: not its docstrings."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings)
    return "\n".join(node.value for node in found if isinstance(node.value, str))


def modules() -> Iterator[Path]:
    for root in ("apps", "integr8admin"):
        for path in (ROOT / root).rglob("*.py"):
            if not {"migrations", "sandbox", "management"} & set(path.parts):
                yield path


@pytest.fixture(scope="module")
def words_of_pages() -> dict[str, str]:
    words = {str(path.relative_to(ROOT)): sentences_of_template(path) for path in templates()}
    return words | {str(path.relative_to(ROOT)): sentences_of_module(path) for path in modules()}


@pytest.mark.parametrize("pattern", DROPPED)
def test_a_word_that_was_dropped_does_not_come_back(pattern, words_of_pages):
    again = [
        f"{path}: “{found[0]}”, say: {DROPPED[pattern]}"
        for path, words in words_of_pages.items()
        for found in re.finditer(pattern, words, re.IGNORECASE)
    ]
    assert not again


def test_templates_write_times_one_way():
    others = [
        f"{path.relative_to(ROOT)}: {wrong}"
        for path in templates()
        for wrong in re.findall(r'\|date:"([^"]*)"', path.read_text())
        if wrong not in DATE_FORMATS
    ]
    assert not others


def test_a_page_shows_no_bound_of_a_range_as_the_api_writes_it():
    raw = [
        f"{path.relative_to(ROOT)}: {shown}"
        for path in templates()
        for shown in re.findall(r">[^<>]*({{ [\w.]*(?:start|end)_time }})", path.read_text())
    ]
    assert not raw


@pytest.mark.parametrize(
    ("words", "is_dropped"),
    [
        ("<a>Ask again</a>", True),
        ("The export was asked for.", True),
        ("{# asked by #}", False),
        ('<h2 id="asked by">', False),
    ],
)
def test_the_words_of_a_page_are_seen_and_its_code_is_not(tmp_path, words, is_dropped):
    (tmp_path / "page.html").write_text(words)
    shown = sentences_of_template(tmp_path / "page.html")
    assert is_dropped is any(re.search(pattern, shown, re.IGNORECASE) for pattern in DROPPED)
