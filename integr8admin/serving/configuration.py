"""How uvicorn runs the application, in one process or in several."""

from typing import Any

import uvicorn

from integr8admin.serving.protocol import Protocol

#: How long requests and downloads may take to end when the server is stopped.
GRACE_SECONDS = 25
#: Longer than a proxy keeps a connection, or it meets one that was just closed.
KEEP_ALIVE_SECONDS = 75


def configuration(application: Any, host: str, port: int, *, processes: int) -> uvicorn.Config:
    """How the server runs an application, or the one of that name."""
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        workers=processes,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # It would believe any client on this machine; our proxies are counted by TRUSTED_PROXY_COUNT.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=30,
    )
