"""Whether a call is from Watchpost: Python's standard library alone."""

import base64
import hashlib
import hmac
import time


def is_authentic(headers, body: bytes, secret: str, now: float | None = None) -> bool:
    """`body` as it came, before any parsing; `secret` as whsec_…"""
    key, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs((now or time.time()) - int(sent_at)) > 300:
        return False
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(raw, f"{key}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    signatures = headers.get("webhook-signature", "").encode(errors="replace").split()
    return any(hmac.compare_digest(expected, signature) for signature in signatures)
