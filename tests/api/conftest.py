"""A client of a raw server, with short limits and no real waiting between tries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from apps.api.client import PAGE, Client, Endpoint
from apps.api.contract import builtin_contract
from apps.api.credentials import Authentication, Credential, Secret
from apps.api.retry import RetryQuota
from apps.api.transport import Transport
from tests.api.raw_server import RawServer

KEY = "canary-key-5f1e0c8d77"
QUICK = replace(PAGE, between_bytes=0.15, attempt=0.3, maximum_bytes=200_000)


@dataclass
class Rig:
    """A server, a client that talks to it, and the waits the client asked for."""

    server: RawServer
    client: Client
    waits: list[float]


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.fixture
def rig(transport: Transport) -> Iterator[Callable[..., Rig]]:
    servers: list[RawServer] = []

    def start(*behaviours, profile=QUICK, authentication=Authentication.API_KEY, key=KEY) -> Rig:
        server = RawServer(*behaviours)
        servers.append(server)
        endpoint = Endpoint(
            f"{server.url}/api/v2", Credential(authentication, Secret(key)), builtin_contract(), "7.1"
        )
        waits: list[float] = []
        client = Client(
            endpoint, profile, transport=transport, quota=RetryQuota(), sleep=waits.append, uniform=_largest
        )
        return Rig(server, client, waits)

    yield start
    for server in servers:
        server.stop()


def _largest(low: float, high: float) -> float:
    return high
