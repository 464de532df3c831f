"""A command begins without looking for cycles of objects among what it reads, and looks for them once it runs."""

import subprocess
import sys

from django.conf import settings

#: Says what a command sees of the garbage collector.
CODE = "import gc; print(gc.isenabled(), gc.get_freeze_count() > 50_000)"


def test_what_was_read_is_not_looked_through_and_what_comes_is():
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "--no-imports", "-c", CODE],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "True"]
