"""The collected static files, as a demo makes them; made anew when one of them changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from apps.sandbox.demo.setup import StaticFiles
from tests.support.prepared import KEPT, PROJECT, one_at_a_time


def copy_static_files(data: Path) -> None:
    """Files for a demo in this directory, which finds them current and collects none."""
    with one_at_a_time("static"):
        static = StaticFiles(KEPT)
        if not static.are_current():
            static.begin()
            subprocess.run(
                [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"],
                cwd=PROJECT,
                env={**os.environ, "STATIC_ROOT": str(KEPT / "static"), "DATA_DIRECTORY": str(data)},
                check=True,
            )
            static.finish()
    shutil.copytree(KEPT / "static", data / "static")
    shutil.copy2(KEPT / "static.sha256", data)
