"""Every link of a document leads somewhere."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]


def headings(path: Path) -> set[str]:
    """The anchors of a document, as the pages that show it make them: words in small letters, joined by hyphens."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_to_a_file_or_heading_of_ours_is_there():
    broken = []
    for document in DOCUMENTS:
        text = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            file, _, anchor = link.partition("#")
            target = document.parent / file if file else document
            is_there = "://" in link or (target.exists() and (not anchor or anchor in headings(target)))
            if not is_there:
                broken.append(f"{document.relative_to(PROJECT)}: {link}")
    assert len(DOCUMENTS) > 10
    assert broken == []


def test_decisions_are_numbered_without_a_gap_and_say_what_was_decided():
    records = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
    for number, path in enumerate(records, 1):
        assert path.name.startswith(f"{number:04}-"), path.name
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. "), path.name
        assert "**Decided:**" in text, path.name


def test_every_module_that_a_document_names_is_there():
    modules = [
        f"/{path.relative_to(PROJECT)}"
        for folder in ("apps", "bench", "integr8admin", "tests")
        for path in (PROJECT / folder).rglob("*.py")
    ]
    missing = []
    for document in DOCUMENTS:
        if document.name == "CHANGELOG.md":
            continue
        for name in re.findall(r"`([a-z_/]+\.py)`", document.read_text(encoding="utf-8")):
            # `manage.py` stands at the top, and the resource that a document builds is not there before.
            is_there = name.startswith(("apps/coupons/", "manage.py")) or any(
                module.endswith(f"/{name}") for module in modules
            )
            if not is_there:
                missing.append(f"{document.relative_to(PROJECT)}: {name}")
    assert missing == []
