"""Every script and style sheet of ours is named with the digest of what was built."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client, override_settings

from apps.ui import integrity

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))


def test_no_template_names_a_script_or_a_sheet_without_its_digest():
    bare = [
        (path.name, found)
        for path in TEMPLATES
        for found in re.findall(r"{% static [^%]*\.(?:js|css)|<script|rel=\"stylesheet\"", path.read_text())
    ]
    assert bare == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_loads_another_without_its_digest(path):
    loaded = re.findall(r"\bimport\b(?!\(href\))[^\n;]*", path.read_text())
    assert [line for line in loaded if not line.startswith("import.meta")] == []


@pytest.mark.django_db
def test_a_page_names_the_digests_of_what_it_is_served(admin_client):
    html = Client().get("/account/login/").content.decode() + admin_client.get("/").content.decode()
    named = re.findall(r'(?:src|href)="/static/([^"]+\.(?:js|css))" integrity="([^"]+)"', html)
    named += re.findall(r'[" ]/static/([^"# ]+\.(?:js|css))#(sha256-[^" ]+)', html)
    assert len(named) >= 15
    for name, digest in named:
        path = finders.find(name)
        assert path, name
        assert digest == integrity.digest_of(Path(path).read_bytes()), name
    assert len(re.findall(r"<script|rel=\"stylesheet\"", html)) == len(
        re.findall(r"integrity=\"sha256-[\w+/]{43}=\"", html)
    )


def test_the_manifest_has_the_digest_of_each_file_as_it_is_served(tmp_path, settings):
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "apps.ui.integrity.IntegrityManifestStorage"}}
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        manifest = json.loads((tmp_path / "staticfiles.json").read_text())
        digests = manifest["integrity"]
        assert {name for name in manifest["paths"] if name.endswith((".js", ".css"))} == digests.keys()
        for name, digest in digests.items():
            assert digest == integrity.digest_of((tmp_path / manifest["paths"][name]).read_bytes())
        built = (tmp_path / manifest["paths"]["js/page.js"]).read_text()
        source = Path("static/js/page.js").read_text()
        notes = [line for line in source.splitlines() if line.lstrip().startswith(("//", "/*"))]
        assert notes
        assert built.splitlines() == [line for line in source.splitlines() if line not in notes]
        sheet = (tmp_path / manifest["paths"]["css/components.css"]).read_text()
        assert ".table {" in sheet and "/*" not in sheet and "\n  " not in sheet
        # What is changed on the disk afterwards has another digest than pages say.
        script = tmp_path / manifest["paths"]["js/page.js"]
        script.write_text("alert(1)")
        assert integrity.integrity_of("js/page.js") == digests["js/page.js"]
        with pytest.raises(ValueError, match="collectstatic"):
            integrity.integrity_of("js/nothing.js")


def test_files_that_are_being_written_have_no_digest(settings):
    settings.DEBUG = True
    assert integrity.integrity_of("js/page.js") == ""
    assert "#" not in integrity.checked_address("js/page.js")
