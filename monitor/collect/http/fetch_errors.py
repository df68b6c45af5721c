"""Failed HTTP requests: maps a status or a library exception to a FetchError with its reason."""

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

# Exception → reason and sentence; subclasses come before their base classes.
_KINDS: tuple[tuple[type[Exception], FeedReason, str], ...] = (
    (aiohttp.ClientConnectorDNSError, FeedReason.DNS, "no address is known for its host"),
    (aiohttp.ClientSSLError, FeedReason.TLS, "no trusted connection"),
    (ssl.SSLError, FeedReason.TLS, "no trusted connection"),
    (aiohttp.ClientConnectorError, FeedReason.CONNECT, "no connection"),
    (aiohttp.InvalidURL, FeedReason.ADDRESS, "this address can't be requested"),
    (
        aiohttp.ServerDisconnectedError,
        FeedReason.PROTOCOL,
        "the server closed the connection without an answer",
    ),
    (aiohttp.ClientPayloadError, FeedReason.PROTOCOL, "the answer breaks off"),
    (aiohttp.ClientResponseError, FeedReason.PROTOCOL, "the answer is not HTTP as it should be"),
)


def check_status(status: int, wait: timedelta | None, bot_check: str | None = None) -> None:
    """Raise FetchError unless the status is 2xx.

    `wait` is the server's Retry-After, if any; `bot_check` the service whose check the answer is.
    """
    if 200 <= status < 300:
        return
    if status == 410:
        gone = "the publisher says that it is permanently gone (410)"
        raise _with_status(FetchError(FeedReason.GONE, gone), status)
    if status == 429 or (status == 503 and wait is not None):
        raise FetchError(
            FeedReason.THROTTLED, f"asked to come back later ({status})", retry_after=wait
        )
    message = f"the publisher answered {status} {_PHRASES.get(status, '')}".rstrip()
    if status == 401 and not bot_check:
        message += ": set a user name and password that it accepts with `monitor feeds login`"
    if bot_check:
        message += f": a check for browsers by {bot_check}; ask the publisher to exempt the feed"
    raise _with_status(FetchError(FeedReason.STATUS, message, retry_after=wait), status)


def _with_status(error: FetchError, status: int) -> FetchError:
    error.status = status
    return error


def fetch_error_from(error: aiohttp.ClientError | OSError) -> FetchError:
    """The reason why there is no answer, without any text that the server sent."""
    if refused := egress.refused(error):
        return FetchError(FeedReason.EGRESS, str(refused.strerror))
    for kind, reason, message in _KINDS:
        if isinstance(error, kind):
            return FetchError(reason, message + _cause(getattr(error, "os_error", None)))
    return FetchError(FeedReason.PROTOCOL, "the connection was lost")


def _cause(error: OSError | None) -> str:
    """The operating system's message, as the end of a sentence; empty when there is none."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f": {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f": {error.reason or 'the handshake failed'}".replace("_", " ").lower()
    if isinstance(error, socket.gaierror):
        return f": {error.strerror}"
    return f": {os.strerror(error.errno)}" if error and error.errno else ""
