"""Webhook signatures: version 1 of Standard Webhooks (HMAC-SHA256)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime

from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError

_PREFIX = "whsec_"
_NEW_SECRET_BYTES = 32
_SECRET_BYTES = range(24, 65)  # the range of the specification


def new_secret() -> str:
    """A new signing secret for one subscription."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode("ascii")


def check_secret(text: str) -> str:
    """The signing secret that a receiver brought, without white space at its ends.

    Raise ConfigError, without the secret, for one that can't sign.
    """
    secret = text.strip()
    if not secret.startswith(_PREFIX) or not _is_valid(secret):
        raise ConfigError(
            "a signing secret has the form whsec_ and 24 to 64 bytes in base64; without one the"
            " program makes one"
        )
    return secret


def _is_valid(secret: str) -> bool:
    try:
        _key(secret)
    except ConfigError:
        return False
    return True


def in_use(subscription: Subscription, now: datetime) -> str:
    """The signing secrets that are in use now, the newest first, separated by spaces."""
    old = [secret for secret, until in reversed(subscription.old_secrets) if until > now]
    return " ".join([subscription.signing_secret, *old])


def signature(secret: str, *, key: str, sent_at: datetime, body: bytes) -> str:
    """The `webhook-signature` header: one signature for each secret.

    `secret` holds one secret, or several separated by spaces while the receiver changes from an
    old one to a new one.  Raise ConfigError, without the secret, for one that can't sign.
    """
    signed = f"{key}.{timestamp(sent_at)}.".encode() + body
    keys = [_key(part) for part in secret.split() or [""]]
    digests = [hmac.new(key_bytes, signed, hashlib.sha256).digest() for key_bytes in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode('ascii')}" for digest in digests)


def timestamp(instant: datetime) -> int:
    """The `webhook-timestamp` header: seconds since 1970, whatever the instant's time zone."""
    return int(instant.timestamp())


def _key(secret: str) -> bytes:
    text = secret.removeprefix(_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _SECRET_BYTES:
        raise ConfigError(
            "the signing secret of the webhook is invalid: it must be whsec_ and 24 to 64 bytes in"
            " base64;"
            " remove the subscription and add it again for a new one"
        )
    return key
