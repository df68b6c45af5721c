"""Sign-in flow (OAuth 2.0 code flow with PKCE): what a browser keeps until the provider answers.

Nothing is stored here before somebody is signed in: the browser keeps a secret, from which state,
nonce and verifier are derived with the secret of the installation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.access.secret_text import new_secret

FLOW_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFlow:
    """One visit to the provider, from the request to its answer."""

    secret: str
    until: datetime
    redirect_url: str  # where the provider sends the browser
    way_back: str  # the address that was asked for
    person_key: str = ""  # who connects their account; empty: somebody signs in

    def state(self, key: str) -> str:
        """What the answer must repeat."""
        return _derived(key, "state", self.secret)

    def nonce(self, key: str) -> str:
        """What the ID token must contain."""
        return _derived(key, "nonce", self.secret)

    def verifier(self, key: str) -> str:
        """The PKCE verifier (RFC 7636): 43 characters."""
        return _derived(key, "verifier", self.secret)

    def challenge(self, key: str) -> str:
        """The PKCE challenge of the method S256."""
        return _text(hashlib.sha256(self.verifier(key).encode()).digest())

    def cookie(self, key: str) -> str:
        """The flow as the browser keeps it."""
        until = int(self.until.timestamp())
        fields = [self.secret, until, self.redirect_url, self.way_back, self.person_key]
        content = _text(json.dumps(fields).encode())
        return f"{content}.{_derived(key, 'cookie', content)}"


def new_flow(
    now: datetime, redirect_url: str, way_back: str, *, person_key: str = ""
) -> SignInFlow:
    """A flow that begins now."""
    return SignInFlow(
        secret=new_secret(),
        until=now + FLOW_LIFE,
        redirect_url=redirect_url,
        way_back=way_back,
        person_key=person_key,
    )


def read_flow(cookie: str, key: str, now: datetime) -> SignInFlow | None:
    """The flow in a cookie that we made; None for another one, or one that is over."""
    content, _, signature = cookie.partition(".")
    if not hmac.compare_digest(signature.encode(), _derived(key, "cookie", content).encode()):
        return None
    padded = content + "=" * (-len(content) % 4)
    secret, until, redirect_url, way_back, person_key = json.loads(base64.urlsafe_b64decode(padded))
    flow = SignInFlow(
        secret=secret,
        until=datetime.fromtimestamp(until, UTC),
        redirect_url=redirect_url,
        way_back=way_back,
        person_key=person_key,
    )
    return flow if now < flow.until else None


def _derived(key: str, purpose: str, content: str) -> str:
    signed = f"sign-in flow\x1f{purpose}\x1f{content}".encode()
    return _text(hmac.digest(key.encode(), signed, hashlib.sha256))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
