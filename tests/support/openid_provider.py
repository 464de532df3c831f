"""An OpenID provider that can be told to answer wrongly; it checks client, code and proof itself."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT_ID, CLIENT_SECRET = "desk", "a secret: of/the client?"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_KEY_ID = "key-1"


@dataclass
class Provider:
    """What it answers with; a test changes it."""

    server: ThreadingHTTPServer
    #: Claims of whoever signs in.
    person: dict[str, Any] = field(default_factory=dict)
    #: Claims of the ID token that are other than they should be; None takes one away.
    wrong_claims: dict[str, Any] = field(default_factory=dict)
    #: Makes the ID token, from its claims.
    sign: Callable[[dict[str, Any]], str] | None = None
    #: Whole answers, by path: status and body.
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    user_info: dict[str, Any] | None = None
    #: What it says of itself that is other than it should be.
    wrong_facts: dict[str, Any] = field(default_factory=dict)
    #: When the person signed in there last; None for somebody who is to.
    signed_in_at: int | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Paths that were asked for.
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def facts(self) -> dict[str, Any]:
        """What it says of itself."""
        own = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/leave",
        }
        if self.user_info is not None:
            own["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return own | self.wrong_facts

    def keys(self) -> dict[str, Any]:
        """The key it signs with."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key()))
        return {"keys": [{**key, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to, with a code."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The answer to a code; None where the client, the code or its proof is not right."""
        asked = self.codes.pop(form.get("code", ""), None)
        client = base64.b64encode(b"desk:a+secret%3A+of%2Fthe+client%3F").decode()
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = (
            asked is not None
            and authorization == f"Basic {client}"
            and asked["code_challenge"] == base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
            and asked["redirect_uri"] == form.get("redirect_uri")
        )
        if asked is None or not is_right:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        if self.signed_in_at is None or "login" in asked.get("prompt", ""):
            self.signed_in_at = now
        claims["auth_time"] = self.signed_in_at
        claims |= self.person | self.wrong_claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return {
            "access_token": "the-access-token",
            "token_type": "Bearer",
            "id_token": (self.sign or signed)(claims),
        }


def signed(claims: dict[str, Any], key: Any = _KEY, algorithm: str = "RS256", key_id: str = _KEY_ID) -> str:
    """An ID token."""
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id})


def signed_with_the_public_key(claims: dict[str, Any]) -> str:
    """A token of whoever mixes up algorithms: HMAC, with what everybody knows as its secret."""
    public = _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [_encoded({"alg": "HS256", "kid": _KEY_ID, "typ": "JWT"}), _encoded(claims)]
    signature = hmac.digest(public, ".".join(parts).encode(), "sha256")
    return ".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=").decode()])


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                self._answer(302, b"", provider.authorize(asked))
                return
            made = {
                "/.well-known/openid-configuration": provider.facts,
                "/keys": provider.keys,
                "/userinfo": lambda: provider.user_info,
            }
            self._answer(200, json.dumps(made[path]()).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            found = provider.tokens(form, self.headers.get("Authorization", ""))
            self._answer(200 if found else 400, json.dumps(found or {"error": "invalid_grant"}).encode())

        def _answer(self, status: int, body: bytes, location: str = "") -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            status, body = provider.answers.get(path, (status, body))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
