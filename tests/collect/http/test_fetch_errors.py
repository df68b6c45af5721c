"""Failed requests: one reason and one sentence for each status and each exception."""

from __future__ import annotations

import errno
import socket
import ssl
from datetime import timedelta
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from monitor.collect.http.fetch_errors import check_status, fetch_error_from
from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason

KEY = ConnectionKey("wire.example", 443, True, True, None, None, None)
NO_ROUTE = OSError(errno.EHOSTUNREACH, "unused")
NO_TLS = ssl.SSLError(1, "unused")
NO_TLS.reason = "WRONG_VERSION_NUMBER"  # as OpenSSL sets it


@pytest.mark.parametrize("status", [200, 204, 299])
def test_a_success_is_no_error(status):
    check_status(status, None)


@pytest.mark.parametrize(
    ("status", "wait", "reason", "words"),
    [
        (199, None, FeedReason.STATUS, "the publisher answered 199"),
        (300, None, FeedReason.STATUS, "the publisher answered 300 Multiple Choices"),
        (401, None, FeedReason.STATUS, "401 Unauthorized: set a user name and password"),
        (404, None, FeedReason.STATUS, "the publisher answered 404 Not Found"),
        (410, None, FeedReason.GONE, "permanently gone (410)"),
        (429, None, FeedReason.THROTTLED, "asked to come back later (429)"),
        (503, timedelta(minutes=5), FeedReason.THROTTLED, "asked to come back later (503)"),
        (503, None, FeedReason.STATUS, "the publisher answered 503 Service Unavailable"),
        (999, None, FeedReason.STATUS, "the publisher answered 999"),
    ],
)
def test_a_status_has_one_reason(status, wait, reason, words):
    with pytest.raises(FetchError) as failure:
        check_status(status, wait)
    assert failure.value.reason is reason
    assert words in str(failure.value)
    assert failure.value.retry_after == wait


def test_an_error_has_its_status_unless_the_publisher_only_asks_to_wait():
    statuses = []
    for status in (410, 429, 500):
        with pytest.raises(FetchError) as failure:
            check_status(status, None)
        statuses.append(failure.value.status)
    assert statuses == [410, None, 500]


@pytest.mark.parametrize("status", [401, 403])
def test_a_check_for_browsers_is_named_instead_of_a_login(status):
    with pytest.raises(FetchError, match="a check for browsers by Cloudflare") as failure:
        check_status(status, None, "Cloudflare")
    assert "feeds login" not in str(failure.value)


@pytest.mark.parametrize(
    ("error", "reason", "sentence"),
    [
        (aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "Name or service not known")),
         FeedReason.DNS, "no address is known for its host: Name or service not known"),
        (aiohttp.ClientConnectorError(KEY, NO_ROUTE),
         FeedReason.CONNECT, "no connection: No route to host"),
        (aiohttp.ClientConnectorError(KEY, OSError()), FeedReason.CONNECT, "no connection"),
        (aiohttp.ClientConnectorSSLError(KEY, NO_TLS),
         FeedReason.TLS, "no trusted connection: wrong version number"),
        (ssl.SSLError(), FeedReason.TLS, "no trusted connection"),
        (aiohttp.InvalidURL("http://"), FeedReason.ADDRESS, "this address can't be requested"),
        (aiohttp.ServerDisconnectedError(),
         FeedReason.PROTOCOL, "the server closed the connection without an answer"),
        (aiohttp.ClientPayloadError("secret"), FeedReason.PROTOCOL, "the answer breaks off"),
        (aiohttp.ClientResponseError(SimpleNamespace(real_url=""), (), message="secret"),
         FeedReason.PROTOCOL, "the answer is not HTTP as it should be"),
        (ConnectionResetError(), FeedReason.PROTOCOL, "the connection was lost"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)  # fmt: skip
def test_an_exception_has_a_sentence_without_any_text_of_the_server(error, reason, sentence):
    failure = fetch_error_from(error)
    assert (failure.reason, failure.detail) == (reason, sentence)
