"""The server's own modules are read before Django knows its apps."""

import subprocess
import sys

from django.conf import settings


def test_the_server_is_read_before_the_apps_are():
    environment = {"DJANGO_SETTINGS_MODULE": "integr8admin.settings", "PATH": "/usr/bin:/bin"}
    code = "import integr8admin.serving.protocol"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_reads_tokens_of_a_provider_is_not_read_before_somebody_comes_with_one():
    environment = {"DJANGO_SETTINGS_MODULE": "integr8admin.settings", "PATH": "/usr/bin:/bin"}
    code = (
        "import sys, django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "assert 'apps.accounts.openid.provider' in sys.modules; print('jwt' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
