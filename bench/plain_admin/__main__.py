"""`python -m bench.plain_admin setup` makes the table from rows in JSON (stdin); `serve --port 8000` serves it."""

import argparse
import json
import os
import sys

import django

from bench.server_stack import EMAIL, PASSWORD


def setup() -> None:
    """The tables, an account and the rows."""
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from bench.plain_admin.rows import fill

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("bench", EMAIL, PASSWORD)
    fill(**json.load(sys.stdin))


def main() -> None:
    """Set up, or serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m bench.plain_admin", description=__doc__)
    parser.add_argument("what", choices=("setup", "serve"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.plain_admin.settings"
    if options.what == "setup":
        setup()
    else:
        from integr8admin.serve import serve

        serve("bench.plain_admin.asgi:application", "127.0.0.1", options.port, options.processes)


if __name__ == "__main__":
    main()
