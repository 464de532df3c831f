"""Several web processes that share what was read at the start: the application is loaded once, then forked.

The process that loaded it serves nothing. Once the others are begun it becomes `supervisor.py`, by `exec`: its own copy
of everything would be as large as theirs. One that is begun later loads the application anew.
"""

import gc
import json
import logging
import logging.config
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress

import uvicorn
from django.db import connections
from uvicorn import Config

from integr8admin.serving.supervisor import AWAITED

logger = logging.getLogger("integr8admin.serving")


def run_processes(config: Config, application: str) -> None:
    """Load the application, serve it in the processes that `config` asks for, and have them looked after."""
    config.load()
    # A connection must not be of two processes.
    connections.close_all()
    gc.collect()
    gc.freeze()
    listening = config.bind_socket()
    # Whatever comes from here on waits for who looks after them.
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    begun: list[tuple[int, int]] = []
    for _ in range(config.workers):
        begun.append(_forked(config, listening, [pair for _, pair in begun]))
    listening.set_inheritable(True)
    place = [application, config.host, str(config.port), str(listening.fileno())]
    told = {"processes": begun, "command": [sys.executable, "-m", __name__, *place]}
    os.execv(  # noqa: S606  # nosec B606: our own program
        sys.executable, [sys.executable, "-S", "-m", "integr8admin.serving.supervisor", json.dumps(told)]
    )


def _forked(config: Config, listening: socket.socket, others: Iterable[int]) -> tuple[int, int]:
    """A process that has the memory of this one until it writes to it: its number, and our end of their pair.

    `others` are our ends of pairs before: who holds one keeps that process from noticing that it is left alone.
    """
    ours, theirs = socket.socketpair()
    number = os.fork()
    if not number:
        status = 1
        try:
            ours.close()
            for pair in others:
                os.close(pair)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
            serve_one(config, listening, theirs)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except Exception:
            # The end below is no ordinary one: it would take the reason along.
            logger.exception("A web process could not serve")
        finally:
            logging.shutdown()
            os._exit(status)
    theirs.close()
    ours.set_inheritable(True)
    return number, ours.detach()


def serve_one(config: Config, listening: socket.socket, pair: socket.socket) -> None:
    """Serve until a signal comes, and answer by the pair."""
    threading.Thread(target=_answer, args=(pair,), daemon=True).start()
    uvicorn.Server(config).run(sockets=[listening])


def _answer(pair: socket.socket) -> None:
    with suppress(OSError):
        while pair.recv(1024):
            pair.send(b"!")
    # Nobody looks after this process any more.
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """One process that takes the place of another."""
    application, host, port, listening, pair = sys.argv[1:]
    from django.conf import settings

    from integr8admin.serving.configuration import configuration

    logging.config.dictConfig(settings.LOGGING)
    config = configuration(application, host, int(port), processes=1)
    config.load()
    serve_one(config, socket.socket(fileno=int(listening)), socket.socket(fileno=int(pair)))


if __name__ == "__main__":
    main()
