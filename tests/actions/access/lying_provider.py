"""An OpenID provider on loopback that can lie in every part of its answers."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "watch"


@dataclass
class LyingProvider:
    """What the provider answers; tests change it before they ask."""

    now: datetime
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    shown_key: RSAKey | None = None  # in its key set; None: the one it signs with
    document: dict[str, Any] = field(default_factory=dict)  # changes of the discovery document
    claims: dict[str, Any] = field(default_factory=dict)  # changes of the ID token
    algorithm: str = "RS256"
    tokens: dict[str, Any] | None = None  # instead of the answer of the token endpoint
    forms: list[Mapping[str, Any]] = field(default_factory=list)  # what the token endpoint got
    requested: list[str] = field(default_factory=list)  # paths
    padding: int = 0  # blanks before the key set, in bytes

    async def discovery(self, request: web.Request) -> web.Response:
        self.requested.append(request.path)
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return web.json_response(document | self.document)

    async def keys(self, request: web.Request) -> web.Response:
        self.requested.append(request.path)
        shown = self.shown_key or self.key
        text = " " * self.padding + json.dumps({"keys": [shown.as_dict(private=False)]})
        return web.Response(text=text, content_type="application/json")

    async def token(self, request: web.Request) -> web.Response:
        self.forms.append(dict(await request.post()))
        if self.tokens is not None:
            return web.json_response(self.tokens, status=400 if "error" in self.tokens else 200)
        return web.json_response({"access_token": "a", "id_token": self.id_token()})

    def id_token(self) -> str:
        """A signed token; with the algorithm "none" an unsigned one."""
        stamp = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "248289761001",
            "iat": stamp,
            "exp": stamp + 300,
            **self.claims,
        }
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "HS256":  # signed with what everybody knows: the public key
            signed = f"{_part(header)}.{_part(claims)}"
            public = self.key.as_pem(private=False)
            return f"{signed}.{_text(hmac.digest(public, signed.encode(), 'sha256'))}"
        if self.algorithm == "none":
            return f"{_part(header)}.{_part(claims)}."
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])


def _part(content: object) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@asynccontextmanager
async def lying_provider(now: datetime) -> AsyncIterator[LyingProvider]:
    """The provider while the context is open."""
    provider = LyingProvider(now=now)
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", provider.discovery)
    app.router.add_get("/keys", provider.keys)
    app.router.add_post("/token", provider.token)
    async with TestServer(app) as server:
        provider.issuer = str(server.make_url("")).rstrip("/")
        yield provider
