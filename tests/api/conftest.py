"""A client of a raw server, with short limits and no real waiting between tries."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from apps.api.client import PAGE, Client, Endpoint
from apps.api.contract.contract import builtin_contract
from apps.api.credentials import Authentication, Credential, Secret
from apps.api.http.retry import RetryQuota
from apps.api.http.transport import Transport
from tests.api.raw_server import RawServer

KEY = "canary-key-5f1e0c8d77"
#: A page's limits: a server that answers does so within them, however busy the machine is.
PATIENT = replace(PAGE, maximum_bytes=200_000)
#: For servers that never answer.
QUICK = replace(PATIENT, between_bytes=0.15, attempt=0.3)


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

    def start(*behaviours, profile=PATIENT, authentication=Authentication.API_KEY, tls=None) -> Rig:
        server = RawServer(*behaviours, tls=tls)
        servers.append(server)
        endpoint = Endpoint(
            f"{server.url}/api/v2", Credential(authentication, Secret(KEY)), builtin_contract(), "7.1"
        )
        waits: list[float] = []
        client = Client(
            endpoint, profile, transport=transport, quota=RetryQuota(), sleep=waits.append, uniform=_largest
        )
        return Rig(server, client, waits)

    yield start
    for server in servers:
        server.stop()


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1 and files.example: its file, and a server that shows it."""

    path: Path
    context: ssl.SSLContext


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("files.example")]
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    directory = tmp_path_factory.mktemp("tls")
    path, key_path = directory / "certificate.pem", directory / "key.pem"
    path.write_bytes(signed.public_bytes(Encoding.PEM))
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    return Certificate(path, context)


def _largest(low: float, high: float) -> float:
    return high
