"""A device that makes passkeys and shows them, as a browser would send what it says."""

import hashlib
import json
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

HOST = "localhost"
ORIGIN = f"http://{HOST}"
FLAG = AuthenticatorData.FLAG


class Device:
    """One passkey; `host` is the site it believes to be at."""

    def __init__(self, host: str = HOST, origin: str = ORIGIN) -> None:
        self.host, self.origin = host, origin
        self.id = secrets.token_bytes(32)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def created(self, options: dict[str, Any]) -> str:
        """The answer to a question for a new passkey."""
        client_data = self._client_data(CollectedClientData.TYPE.CREATE, options)
        credential = AttestedCredentialData.create(
            bytes(16), self.id, ES256.from_cryptography_key(self._key.public_key())
        )
        data = AuthenticatorData.create(self._host_hash, FLAG.UP | FLAG.UV | FLAG.AT, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        return self._json(client_data, attestationObject=websafe_encode(bytes(attestation)))

    def shown(self, options: dict[str, Any], owner: object, *, is_verified: bool = True) -> str:
        """The answer to a question for a passkey; `owner` is whom the device says it is of."""
        client_data = self._client_data(CollectedClientData.TYPE.GET, options)
        flags = FLAG.UP | FLAG.UV if is_verified else FLAG.UP
        data = AuthenticatorData.create(self._host_hash, flags, 1)
        signature = self._key.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        return self._json(
            client_data,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=websafe_encode(str(owner).encode()),
        )

    @property
    def _host_hash(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _client_data(self, kind: str, options: dict[str, Any]) -> CollectedClientData:
        challenge = options["publicKey"]["challenge"]
        return CollectedClientData.create(kind, challenge, self.origin)

    def _json(self, client_data: CollectedClientData, **response: str) -> str:
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "clientExtensionResults": {"credProps": {"rk": True}},
                "response": {"clientDataJSON": websafe_encode(client_data), **response},
            }
        )


def give_passkey(
    person, name: str = "Work laptop", number: int | None = None
) -> tuple[Device, Authenticator]:
    """A passkey of the person; `number` is its row's."""
    device = Device()
    options = {"publicKey": {"challenge": websafe_encode(secrets.token_bytes(32))}}
    data = {"name": name, "credential": json.loads(device.created(options))}
    row = Authenticator.objects.create(pk=number, user=person, type=Authenticator.Type.WEBAUTHN, data=data)
    person.refresh_from_db()
    return device, row
