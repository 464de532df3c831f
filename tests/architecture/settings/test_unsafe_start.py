"""A site that people reach does not start unsafe, whichever process is started."""

import base64
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from integr8admin.environment import new_key_ring, new_secret
from integr8admin.unsafe_settings import CheckedSettings, problems_of

ROOT = Path(__file__).resolve().parents[3]
SAFE = CheckedSettings(
    debug=False,
    failpoints="",
    secret_key=new_secret(),
    secret_key_fallbacks=[new_secret()],
    api_key_ring={"new": os.urandom(32), "old": os.urandom(32)},
    allowed_hosts=["desk.example.com", ".desk.example.com"],
    mail_scheme="smtp+tls",
)
SAME = os.urandom(32)


def test_a_safe_site_has_no_problem():
    assert list(problems_of(SAFE)) == []
    for key in (base64.b64encode(os.urandom(48)).decode(), os.urandom(32).hex()):
        assert list(problems_of(replace(SAFE, secret_key=key))) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("DEBUG", {"debug": True}),
        ("FAILPOINTS", {"failpoints": "export.sent=raise"}),
        ("EMAIL_URL", {"mail_scheme": "mailbox"}),
        ("EMAIL_URL", {"mail_scheme": "console"}),
        ("ALLOWED_HOSTS", {"allowed_hosts": ["desk.example.com", "*"]}),
        ("ALLOWED_HOSTS", {"allowed_hosts": [".com"]}),
        *(
            ("SECRET_KEY", {"secret_key": key})
            for key in (
                "build",
                "x" * 64,
                "abcdefgh" * 8,
                "0123456789" * 6,
                "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz",
                "django-insecure-k2j4h5k2j3h4k5j2h3k4j5h2k3j4h5k23j4h5",
                "changeme-with-something-of-many-characters",
                "qwertyuiopasdfghjklzxcvbnmqwertyuiopasdf",
            )
        ),
        ("SECRET_KEY_FALLBACKS", {"secret_key_fallbacks": ["build"]}),
        *(
            ("API_KEY_RING", {"api_key_ring": {"first": os.urandom(32), "second": key}})
            for key in (
                bytes(32),
                b"\xff" * 32,
                bytes(range(32)),
                bytes(range(0, 64, 2)),
                b"A" * 32,
                b"0123456789abcdef" * 2,
                b"password" * 4,
            )
        ),
        ("API_KEY_RING", {"api_key_ring": {"a": SAME, "b": SAME}}),
        ("API_KEY_RING", {"api_key_ring": {"a": SAME}, "secret_key": base64.b64encode(SAME).decode()}),
    ],
)
def test_each_unsafe_value_is_named_and_not_printed(name, changes):
    problems = list(problems_of(replace(SAFE, **changes)))
    assert [problem.split(":")[0] for problem in problems] == [name]
    for value in (*changes.get("secret_key_fallbacks", []), changes.get("secret_key", "")):
        assert not value or value not in " ".join(problems)


PUBLIC = {"SITE_URL": "https://desk.example.com", "EMAIL_URL": "smtps://mail.example.com"}


@pytest.mark.parametrize(
    "process",
    [
        ["-c", "import integr8admin.wsgi"],
        ["-m", "integr8admin.serve", "--port", "0"],
        ["manage.py", "worker"],
        ["manage.py", "migrate"],
    ],
)
def test_no_process_starts_unsafe(process, tmp_path):
    unsafe = {"DEBUG": "true", "FAILPOINTS": "a=raise", "SECRET_KEY": "build", "API_KEY_RING": new_key_ring()}
    done = run(process, PUBLIC | unsafe | {"EMAIL_URL": "mailbox:///tmp", "DATA_DIRECTORY": str(tmp_path)})
    assert done.returncode != 0
    for name in ("DEBUG", "FAILPOINTS", "SECRET_KEY", "EMAIL_URL"):
        assert f"{name}:" in done.stderr + done.stdout
    assert not list(tmp_path.glob("secret_key"))


def test_a_safe_site_starts_with_its_mail_servers_user_and_password_decoded(tmp_path):
    safe = PUBLIC | {
        "SECRET_KEY": new_secret(),
        "API_KEY_RING": new_key_ring(),
        "DATA_DIRECTORY": str(tmp_path),
    }
    safe["EMAIL_URL"] = "smtp+tls://us%40er:p%2Fw%23%25@mail.example.com"
    show = "from django.conf import settings; print(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)"
    done = run(["-c", f"import integr8admin.wsgi; {show}"], safe)
    assert done.stdout.strip() == "us@er p/w#%", done.stderr
    kept = [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077]
    assert kept == []


def dockerfile() -> tuple[dict[str, str], dict[str, str]]:
    """The variables that the image sets, and those it is built with."""
    text = (ROOT / "Dockerfile").read_text()
    image = dict(re.findall(r"(\w+)=(\S+)", " ".join(re.findall(r"^ENV (.+)$", text, re.MULTILINE)[1:])))
    [build] = re.findall(r"^RUN (.*)/venv/bin/python manage.py collectstatic", text, re.MULTILINE)
    return image, dict(re.findall(r"(\w+)=(\S+)", build))


def test_the_image_does_not_start_without_its_address(tmp_path):
    image, _ = dockerfile()
    done = run(
        ["-c", "import integr8admin.wsgi"],
        {**image, "DATA_DIRECTORY": str(tmp_path), "SECRET_KEY": new_secret()},
    )
    assert done.returncode != 0
    assert "SITE_URL: must be set" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_image_is_built_without_secrets_and_serves_nothing_with_what_it_was_built_with(tmp_path):
    _, build = dockerfile()
    variables = {**build, "STATIC_ROOT": str(tmp_path / "static")}
    collected = run(["manage.py", "collectstatic", "--noinput"], variables)
    assert collected.returncode == 0, collected.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()
    servers = [["-c", f"import integr8admin.{entry}", "collectstatic"] for entry in ("wsgi", "asgi")]
    for process in (*servers, ["-c", "import integr8admin.asgi"], ["manage.py", "worker"]):
        done = run(process, variables | PUBLIC)
        assert done.returncode != 0
        assert "IMAGE_BUILD" in done.stderr.splitlines()[-1]


def run(process: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start a process of the product in an environment with only these variables."""
    return subprocess.run(
        [sys.executable, *process],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
