"""The react-admin build that our steps are measured beside: what it is made of, and when it is made."""

import json
import re
import stat

import pytest

from bench.react_admin.build import SOURCES, build

#: As npm: `ci` does nothing, `run build` leaves a page.
NPM = """#!/bin/sh
[ "$1" = ci ] || { /bin/mkdir -p served/react && echo "A PAGE" > served/react/index.html; }
""".replace("A PAGE", "A page. " * 50)


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """A program called npm, the only one there is."""
    program = tmp_path / "programs" / "npm"
    program.parent.mkdir()
    program.write_text(NPM)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent))
    return program


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "sources"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    (folder / "src" / "main.jsx").write_text("first")
    return folder


def test_packages_have_exact_versions_and_a_hash_and_no_word_of_where_they_come_from():
    package = json.loads((SOURCES / "package.json").read_text())
    lock = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert wanted.items() <= {**lock[""]["dependencies"], **lock[""]["devDependencies"]}.items()
    installed = {name: each for name, each in lock.items() if name}
    assert len(installed) > 100
    assert all(each["integrity"].startswith("sha512-") for each in installed.values())
    assert not any("resolved" in each for each in installed.values())


def test_it_is_built_where_a_source_changed_and_compressed(npm, sources, tmp_path):
    home = tmp_path / "home"
    assert build(sources, home) == home / "served"
    assert (home / "src" / "main.jsx").read_text() == "first"
    assert (home / "served" / "react" / "index.html.gz").exists()
    npm.unlink()
    assert build(sources, home) == home / "served", "nothing changed, so nothing is built"
    (sources / "src" / "main.jsx").write_text("second")
    assert build(sources, home) is None


@pytest.mark.parametrize("fault", ["missing", "failing"])
def test_where_it_cannot_be_built_that_is_a_line_and_no_error(npm, sources, tmp_path, capsys, fault):
    if fault == "missing":
        npm.unlink()
    else:
        npm.write_text("#!/bin/sh\necho no network >&2; exit 1\n")
    assert build(sources, tmp_path / "home") is None
    said = capsys.readouterr().err
    assert "react-admin: left out" in said
    assert ("npm is not on this machine" if fault == "missing" else "no network") in said
