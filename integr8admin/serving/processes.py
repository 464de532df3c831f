"""Several web processes that share what was read at the start: the application is loaded once, then forked."""

import gc
import multiprocessing
import signal
import socket
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connections
from uvicorn import Config
from uvicorn.supervisors import Multiprocess, multiprocess


def run_processes(config: Config) -> None:
    """Load the application, serve it in the processes that `config` asks for, and replace each one that ends."""
    config.load()
    # A connection must not be of two processes.
    connections.close_all()
    gc.collect()
    gc.freeze()
    # uvicorn starts each process from nothing, which costs every one of them the whole memory.
    multiprocess.get_subprocess = _forked  # type: ignore[assignment, attr-defined, unused-ignore]
    Multiprocess(config, sockets=[config.bind_socket()]).run()


def _forked(config: Config, target: Callable[..., None], sockets: list[socket.socket]) -> BaseProcess:
    """A process that has the memory of this one until it writes to it."""
    return multiprocessing.get_context("fork").Process(target=_serve, args=(target, sockets))


def _serve(target: Callable[..., Any], sockets: list[socket.socket]) -> None:
    # Until the server has handlers of its own, a signal ends the process: those of its parent would keep it in mind.
    for number in multiprocess.SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    target(sockets=sockets)
