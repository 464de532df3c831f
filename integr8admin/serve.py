"""The web server: `python -m integr8admin.serve --host 0.0.0.0 --port 8000`. SIGTERM lets running requests end."""

import argparse
import logging.config
import os
import resource

import uvicorn

APPLICATION = "integr8admin.asgi:application"


def main() -> None:
    """Serve until a signal comes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
    from django.conf import settings

    parser = argparse.ArgumentParser(prog="python -m integr8admin.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int, default=settings.WEB_PROCESSES)
    options = parser.parse_args()
    logging.config.dictConfig(settings.LOGGING)
    serve(APPLICATION, options.host, options.port, options.processes)


def serve(application: str, host: str, port: int, processes: int) -> None:
    """Serve the application of that name in so many processes, until a signal comes."""
    from integr8admin.serving.configuration import configuration

    _allow_many_connections()
    config = configuration(application, host, port, processes=processes)
    if processes > 1:
        from integr8admin.serving.processes import run_processes

        run_processes(config, application)
    else:
        uvicorn.Server(config).run()


def _allow_many_connections() -> None:
    """As many open files as the system grants: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
