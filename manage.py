#!/usr/bin/env python3
"""Django's command line for the dashboard."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
    from integr8admin.starting.command_line import run_command

    run_command(sys.argv)


if __name__ == "__main__":
    main()
