"""Secrets of sessions, links and access tokens: made at random, stored as digests only."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import zlib

_RANDOM_BYTES = 32
TOKEN_PREFIX = "wpt_"  # noqa: S105 - secret scanners look for it
_CHECKSUM_BYTES = 4
_TOKEN = re.compile(rf"{TOKEN_PREFIX}[A-Za-z0-9_-]{{48}}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """A new secret of 256 random bits for a session or a link; 43 letters that a URL may hold."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def new_token() -> str:
    """A new access token: `wpt_`, 32 random bytes and their checksum, in base64url."""
    content = secrets.token_bytes(_RANDOM_BYTES)
    return TOKEN_PREFIX + base64.urlsafe_b64encode(content + _checksum(content)).decode()


def is_token(text: str) -> bool:
    """Whether the text has the form and the checksum of an access token.

    It need not exist: a mistyped one is recognised without a look into the database.
    """
    if not _TOKEN.fullmatch(text):
        return False
    content = base64.urlsafe_b64decode(text.removeprefix(TOKEN_PREFIX))
    return _checksum(content[:_RANDOM_BYTES]) == content[_RANDOM_BYTES:]


def is_secret(text: str) -> bool:
    """Whether the text has the form of a session's or a link's secret."""
    return _SECRET.fullmatch(text) is not None


def digest(secret: str) -> str:
    """SHA-256 of a secret, 64 hexadecimal digits.  The secret is random: it needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(TOKEN_PREFIX.encode() + content).to_bytes(_CHECKSUM_BYTES, "big")
