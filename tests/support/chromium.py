"""Finds Chromium for the browser tests, and installs it where that is allowed. Without it the tests fail."""

import os
import shutil
import subprocess
import sys

#: Chromium without windows to look at: opening one takes a quarter of the processor's time, and pages are the same.
LIGHT = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium as people have it: `CHROMIUM` from the environment, else one of the usual names."""
    return _first_of(*WHOLE, LIGHT)


def find_light_chromium() -> str | None:
    """The path of the one that takes least: `CHROMIUM` from the environment, else the light one, else a whole one."""
    return _first_of(LIGHT, *WHOLE)


def _first_of(*names: str) -> str | None:
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


def install_chromium() -> None:
    """Install Debian's light package, or its whole one, as root or by sudo without a question; nothing elsewhere.

    Where a whole one is there already, the light one is taken if apt knows of it: its lists are not fetched for that.
    """
    has_any = find_chromium() is not None
    if not has_any:
        _apt_get("update")
    if not _apt_get("install", LIGHT) and not has_any:
        _apt_get("install", "chromium")


def _apt_get(command: str, *arguments: str) -> bool:
    """Whether it was done; nothing is removed for it."""
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo"):
        prefix = ["sudo", "-n"]
    else:
        return False
    done = subprocess.run(
        [*prefix, "apt-get", command, "-y", "-qq", "--no-install-recommends", "--no-remove", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return done.returncode == 0


def main() -> int:
    """Make sure there is a Chromium; 1 and a plain sentence when there is none."""
    if not os.environ.get("CHROMIUM") and not shutil.which(LIGHT):
        install_chromium()
    if find_light_chromium():
        return 0
    sys.stderr.write(
        "The browser tests need Chromium: install the package `chromium`, or name one with CHROMIUM=/path.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
