"""A small OpenID provider on loopback whose every word a test can change (OpenID Connect Core 1.0, RFC 6749, RFC 7636).

It signs with joserfc, which the clinic does not use: a token that the clinic believes was written by another hand.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeyParameters, RSAKey

CLIENT, SECRET = "ketaminder", "a-secret-of-twenty-or-more"
NAME: KeyParameters = {"kid": "first", "use": "sig", "alg": "RS256"}
KEY, FOREIGN_KEY = RSAKey.generate_key(2048, NAME), RSAKey.generate_key(2048, NAME)

Sign = Callable[[dict[str, Any]], str]


def by_key(key: RSAKey) -> Sign:
    return lambda told: jwt.encode({"alg": "RS256", "kid": "first"}, told, key)


def by_secret(secret: bytes) -> Sign:
    """HMAC with SHA-256 (RFC 7515, appendix A.1), by hand: joserfc refuses to make a secret of a public key."""

    def sign(told: dict[str, Any]) -> str:
        text = _unsigned({"alg": "HS256", "kid": "first"}, told)
        return f"{text}.{_coded(hmac.digest(secret, text.encode(), 'sha256'))}"

    return sign


def by_nobody(told: dict[str, Any]) -> str:
    """RFC 7515, appendix A.5."""
    return f"{_unsigned({'alg': 'none'}, told)}."


def _unsigned(header: dict[str, Any], told: dict[str, Any]) -> str:
    return ".".join(_coded(json.dumps(part).encode()) for part in (header, told))


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Provider:
    """Who is at the provider's own sign-in page, and what it says of them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.person: dict[str, Any] = {"sub": "s-1", "email": "p.example@lindenhof.example", "email_verified": True}
        self.changed: dict[str, Any] = {}
        """Claims of the token that are not as they should be; None leaves one out."""
        self.described: dict[str, Any] = {}
        """What its description says otherwise than it should."""
        self.userinfo: dict[str, Any] | None = None
        self.sign: Sign = by_key(KEY)
        self.refuses = False
        self.asked: dict[str, dict[str, str]] = {}

    def description(self) -> dict[str, Any]:
        endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        if self.userinfo is not None:
            endpoints["userinfo_endpoint"] = "userinfo"
        told = {name: f"{self.url}/{path}" for name, path in endpoints.items()}
        return {"issuer": self.url, **told, **self.described}

    def authorize(self, question: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        if self.refuses:
            answer = {"error": "access_denied", "state": question["state"]}
        else:
            code = f"code-{len(self.asked)}"
            self.asked[code] = question
            answer = {"code": code, "state": question["state"]}
        return f"{question['redirect_uri']}?{urlencode(answer)}"

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code that was given to this client and was not used yet."""
        question = self.asked.pop(sent.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proven = authorization == f"Basic {basic}"
        if question is None or not proven or sent.get("redirect_uri") != question["redirect_uri"]:
            return None
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if _coded(digest) != question["code_challenge"]:
            return None
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token(question["nonce"])}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce, **self.person}
        told = {name: value for name, value in (claims | self.changed).items() if value is not None}
        return self.sign(told)


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            to = self.provider.authorize({name: values[0] for name, values in parse_qs(parts.query).items()})
            self._say(302, {}, Location=to)
            return
        told: dict[str, Callable[[], Any]] = {
            "/.well-known/openid-configuration": self.provider.description,
            "/keys": lambda: {"keys": [KEY.as_dict(private=False)]},
            "/userinfo": lambda: self.provider.userinfo,
        }
        self._say(200, told[parts.path]())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        told = self.provider.token(sent, self.headers.get("Authorization", ""))
        self._say(200 if told else 400, told or {"error": "invalid_grant"})

    def _say(self, status: int, told: Any, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    Handler.provider = provider
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
