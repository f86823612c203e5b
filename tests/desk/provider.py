"""A small OpenID Connect provider on loopback: discovery, keys and the token endpoint, with PKCE checked as it should."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "zhiyin-desk", "provider secret"


@dataclass
class ProviderAt:
    """A running provider; ``fault`` is what it does wrong."""

    fault: str
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def agree(self, address: str, subject: str) -> str:
        """Do what the person and the provider's page do: return the address that the browser comes back by."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "subject": subject}
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?code={code}&state={asked['state']}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, object] | None:
        """Return the answer of the token endpoint; None where the request is not as it must be."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        known = self.codes.pop(form.get("code", ""), None)
        challenge = (
            base64.urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        )
        if known is None or given.replace("+", " ").replace("%20", " ") != f"{CLIENT}:{SECRET}":
            return None
        if challenge != known["code_challenge"] or form.get("redirect_uri") != known["redirect_uri"]:
            return None
        claims = {
            "iss": "http://another.example" if self.fault == "issuer" else self.issuer,
            "aud": "another" if self.fault == "audience" else CLIENT,
            "sub": known["subject"],
            "nonce": "another" if self.fault == "nonce" else known["nonce"],
            "iat": int(time.time()),
            "exp": int(time.time()) + (-3600 if self.fault == "expired" else 300),
        }
        if self.fault == "none-algorithm":
            parts = [json.dumps(part).encode() for part in ({"alg": "none", "kid": "1"}, claims)]
            token = ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) + "."
        else:
            key = self.other if self.fault == "signature" else self.key
            token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


@contextmanager
def provider(fault: str = "") -> Iterator[ProviderAt]:
    """Run a provider that is sound, or has one fault."""
    at = ProviderAt(fault)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Write nothing."""

        def _answer(self, body: object, status: int = 200) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            if self.path.endswith("openid-configuration"):
                names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                self._answer({"issuer": at.issuer, **{name: f"{at.issuer}/{name}" for name in names}})
            else:
                self._answer({"keys": [at.key.as_dict(private=False)]})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            answer = at.token(form, self.headers.get("Authorization", ""))
            self._answer({"error": "invalid_grant"} if answer is None else answer, 400 if answer is None else 200)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    at.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield at
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
