"""Finds Chromium for the browser tests, and installs it where that is allowed. Without it the tests fail."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium: `CHROMIUM` from the environment, else one of the usual names."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> None:
    """Install Debian's package, as root or by sudo without a question; silently does nothing elsewhere."""
    if not shutil.which("apt-get"):
        return
    if os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo"):
        prefix = ["sudo", "-n"]
    else:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(
            [*prefix, "apt-get", *command], env=environment, check=False, stdout=subprocess.DEVNULL
        )


def main() -> int:
    """Make sure there is a Chromium; 1 and a plain sentence when there is none."""
    if not find_chromium():
        install_chromium()
    if find_chromium():
        return 0
    sys.stderr.write(
        "The browser tests need Chromium: install the package `chromium`, or name one with CHROMIUM=/path.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
