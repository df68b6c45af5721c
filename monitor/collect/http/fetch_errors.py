"""What does a failed request mean?  A status or a library's error as our reason and a sentence."""

from __future__ import annotations

import os
import socket
import ssl
from datetime import timedelta
from http import HTTPStatus

import aiohttp

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason
from monitor.net import egress

_PHRASES = {status.value: status.phrase for status in HTTPStatus}

# Which error is what, the special ones first.
_KINDS: tuple[tuple[type[Exception], FeedReason, str], ...] = (
    (aiohttp.ClientConnectorDNSError, FeedReason.DNS, "no address is known for its host"),
    (aiohttp.ClientSSLError, FeedReason.TLS, "no trusted connection"),
    (ssl.SSLError, FeedReason.TLS, "no trusted connection"),
    (aiohttp.ClientConnectorError, FeedReason.CONNECT, "no connection"),
    (aiohttp.InvalidURL, FeedReason.ADDRESS, "this address can't be asked"),
    (aiohttp.ServerDisconnectedError, FeedReason.PROTOCOL, "it hung up without an answer"),
    (aiohttp.ClientPayloadError, FeedReason.PROTOCOL, "the answer breaks off"),
    (aiohttp.ClientResponseError, FeedReason.PROTOCOL, "the answer is not HTTP as it should be"),
)


def check_status(status: int, asked: timedelta | None) -> None:
    """Raise FetchError unless it is 2xx; `asked` is how long the server wants to be left alone."""
    if 200 <= status < 300:
        return
    if status == 410:
        raise FetchError(FeedReason.GONE, "the publisher says it is gone for good (410)")
    if status == 429 or (status == 503 and asked is not None):
        raise FetchError(
            FeedReason.THROTTLED, f"asked to come back later ({status})", retry_after=asked
        )
    said = f"the publisher answered {status} {_PHRASES.get(status, '')}".rstrip()
    raise FetchError(FeedReason.STATUS, said, retry_after=asked)


def fetch_error_from(error: aiohttp.ClientError | OSError) -> FetchError:
    """Why there is no answer; nothing that the server sent is in it."""
    if refused := egress.refused(error):
        return FetchError(FeedReason.EGRESS, str(refused.strerror))
    for kind, reason, said in _KINDS:
        if isinstance(error, kind):
            return FetchError(reason, said + _cause(getattr(error, "os_error", None)))
    return FetchError(FeedReason.PROTOCOL, "the connection was lost")


def _cause(error: OSError | None) -> str:
    """What the system says of it, as the end of a sentence."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f": {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f": {error.reason or 'the handshake failed'}".replace("_", " ").lower()
    if isinstance(error, socket.gaierror):
        return f": {error.strerror}"
    return f": {os.strerror(error.errno)}" if error and error.errno else ""
