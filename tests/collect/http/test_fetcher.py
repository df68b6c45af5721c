"""One polite request: conditional, bounded in time and size, redirected with care."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import suppress
from datetime import timedelta

import pytest

from monitor.collect.http.fetcher import HttpFetcher
from monitor.domain.errors import FetchError
from monitor.domain.feeds import Feed, Fetched, PollState
from monitor.domain.reasons import FeedReason
from monitor.net import egress
from tests.fakes import NOW, feed
from tests.web_fixtures import LOOPBACK, RSS, Call, Server, bomb

MEGABYTE = 2**20


def fetcher(session, **changes) -> HttpFetcher:
    plain = {"user_agent": "Test/1", "timeout": timedelta(seconds=20), "max_body_bytes": MEGABYTE}
    return HttpFetcher(session, **{**plain, **changes})


def at(url: str, **poll: str) -> Feed:
    return feed(url=url, poll=PollState(due_at=NOW, **poll))


async def fetch(session, url: str, **changes) -> Fetched:
    return await fetcher(session, **changes).fetch(at(url))


async def failure(session, url: str, **changes) -> FetchError:
    with pytest.raises(FetchError) as raised:
        await fetch(session, url, **changes)
    return raised.value


# ── what is asked ────────────────────────────────────────────────────────────────────────────────


async def test_a_request_states_user_agent_and_accepted_types_only(session, server: Server):
    await fetch(session, server.serve("/"))
    (call,) = server.calls
    assert call.headers["user-agent"] == "Test/1"
    assert "application/rss+xml" in call.headers["accept"]
    assert call.headers["accept-encoding"] == "gzip, deflate"
    assert set(call.headers) == {"host", "user-agent", "accept", "accept-encoding"}


async def test_validators_are_sent_back_unchanged(session, server: Server):
    url = server.serve("/", b"", "304 Not Modified", ETag='W/"x,  y"')
    etag, date = 'W/"x,  y"', "Wed, 31 Feb 2024 25:00:00 GMT"
    got = await fetcher(session).fetch(at(url, etag=etag, last_modified=date))
    assert (got.status, got.body) == (304, None)
    (call,) = server.calls
    assert (call.headers["if-none-match"], call.headers["if-modified-since"]) == (etag, date)


async def test_a_304_to_an_unconditional_request_is_an_error(session, server: Server):
    error = await failure(session, server.serve("/", b"", "304 Not Modified"))
    assert (error.reason, error.detail) == (
        FeedReason.STATUS,
        "the publisher answered 304 Not Modified",
    )


async def test_an_answer_is_returned_with_its_validators(session, server: Server):
    url = server.serve(
        "/f", RSS, ETag='"v1"', Last_Modified="Tue", Content_Type="text/xml", Retry_After="90"
    )
    assert await fetch(session, url) == Fetched(
        url=url, status=200, body=RSS, content_type="text/xml", etag='"v1"',
        last_modified="Tue", retry_after=timedelta(seconds=90),
    )  # fmt: skip


@pytest.mark.parametrize("etag", ['"\xe9"', '"a\tb"', '"' + "a" * 2_000 + '"'])
async def test_a_validator_that_cannot_be_sent_back_is_not_kept(session, server: Server, etag):
    assert (await fetch(session, server.serve("/", ETag=etag))).etag is None


# ── what the status means ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "retry", "reason", "seconds"),
    [
        ("400 Bad", None, FeedReason.STATUS, None),
        ("401 No", None, FeedReason.STATUS, None),
        ("404 No", "5", FeedReason.STATUS, 5),
        ("410 Gone", None, FeedReason.GONE, None),
        ("429 Slow", None, FeedReason.THROTTLED, None),
        ("429 Slow", "3600", FeedReason.THROTTLED, 3_600),
        ("429 Slow", "-999999999999999999999", FeedReason.THROTTLED, 1),
        ("429 Slow", "9" * 30, FeedReason.THROTTLED, 86_400),
        ("429 Slow", "soon", FeedReason.THROTTLED, None),
        ("429 Slow", "Tue, 17 Jun 2025 14:00:00 GMT", FeedReason.THROTTLED, 7_200),
        ("429 Slow", "Tue, 17 Jun 2003 14:00:00 GMT", FeedReason.THROTTLED, 1),
        ("503 Down", None, FeedReason.STATUS, None),
        ("503 Down", "60", FeedReason.THROTTLED, 60),
        ("500 Down", None, FeedReason.STATUS, None),
        ("300 Many", None, FeedReason.STATUS, None),
        ("999 What", None, FeedReason.STATUS, None),
    ],
)
async def test_each_status_has_one_meaning(session, server: Server, status, retry, reason, seconds):
    headers = {"Retry_After": retry} if retry else {}
    url = server.serve("/", b"secret", status, Date="Tue, 17 Jun 2025 12:00:00 GMT", **headers)
    error = await failure(session, url)
    assert error.reason is reason
    assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))
    assert status[:3] in error.detail
    assert "secret" not in error.detail


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────


async def hang(call: Call) -> None:
    await asyncio.Event().wait()


async def drip_header(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await call.send(b"x")
        await asyncio.sleep(0.05)


async def drip_body(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await call.send(b"1\r\n \r\n")
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("slowly", [hang, drip_header, drip_body])
async def test_one_deadline_holds_for_all_of_a_fetch(session, server: Server, slowly):
    url = server.on("/", slowly)
    async with asyncio.timeout(5):
        error = await failure(session, url, timeout=timedelta(seconds=0.4))
    assert error.reason is FeedReason.TIMEOUT
    assert error.detail == "no complete answer within 0.4 s"


async def test_redirects_share_the_deadline(session, server: Server):
    async def slow_redirect(call: Call) -> None:
        await asyncio.sleep(0.25)
        await call.reply(b"", "302 Found", Location=f"{call.target}x")

    for length in range(1, 7):
        server.on("/" + "x" * length, slow_redirect)
    error = await failure(session, server.base + "/x", timeout=timedelta(seconds=0.6))
    assert error.reason is FeedReason.TIMEOUT


async def test_hung_feeds_do_not_hold_up_the_others(server: Server):
    hung = [server.on(f"/hung/{number}", hang) for number in range(30)]
    good = [server.serve(f"/good/{number}") for number in range(10)]
    async with egress.open_session(allow=LOOPBACK, connections=60, per_host=50) as session:
        asking = fetcher(session, timeout=timedelta(seconds=2))
        waiting = [asyncio.ensure_future(asking.fetch(at(url))) for url in hung]
        async with asyncio.timeout(1.5):
            got = await asyncio.gather(*(asking.fetch(at(url)) for url in good))
        assert all(answer.body == RSS for answer in got)
        errors = await asyncio.gather(*waiting, return_exceptions=True)
    assert {str(error).partition(":")[0] for error in errors} == {"timeout"}


async def test_waiting_for_a_slow_feed_of_the_same_host_is_no_timeout(server: Server):
    async def slow(call: Call) -> None:
        await asyncio.sleep(0.3)
        await call.reply()

    urls = [server.on(f"/{number}", slow) for number in range(3)]
    async with egress.open_session(allow=LOOPBACK, per_host=1) as session:
        asking = fetcher(session, timeout=timedelta(seconds=0.7))
        got = await asyncio.gather(*(asking.fetch(at(url)) for url in urls))
    assert [answer.status for answer in got] == [200] * 3


async def endless(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        await call.send(b"<!-- " + b"A" * 60_000 + b" -->")


async def test_a_body_without_end_is_too_large(session, server: Server):
    error = await failure(session, server.on("/", endless))
    assert (error.reason, error.detail) == (
        FeedReason.TOO_LARGE,
        "larger than 1,048,576 bytes (poll.max_body_bytes)",
    )


async def test_a_bomb_is_too_large(session, server: Server):
    error = await failure(session, server.serve("/", bomb(100), Content_Encoding="gzip"))
    assert error.reason is FeedReason.TOO_LARGE


# ── what comes over the wire ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("coding", ["gzip", None])
async def test_gzip_without_a_header_is_decompressed(session, server: Server, coding):
    headers = {"Content_Encoding": coding} if coding else {}
    assert (await fetch(session, server.serve("/", gzip.compress(RSS), **headers))).body == RSS


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip, gzip", gzip.compress(gzip.compress(RSS))), ("br", b"words"), ("gzip", b"words")],
)
async def test_a_coding_that_is_chained_unknown_or_broken_is_refused(
    session, server: Server, coding, body
):
    error = await failure(session, server.serve("/", body, Content_Encoding=coding))
    assert error.reason is FeedReason.ENCODING


async def short(call: Call) -> None:
    await call.reply(RSS[:-8], length=100_000)


async def reset_early(call: Call) -> None:
    call.reset()


async def reset_late(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss")
    call.reset()


async def silent(call: Call) -> None:
    pass


async def old_http(call: Call) -> None:
    await call.send(RSS)


async def bad_chunks(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n")


async def long_header(call: Call) -> None:
    with suppress(OSError):
        await call.send(b"HTTP/1.1 200 OK\r\nX: " + b"A" * 5_000_000 + b"\r\n\r\n")


async def many_headers(call: Call) -> None:
    lines = b"".join(b"X-%d: y\r\n" % number for number in range(1_000))
    await call.send(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (short, "the answer breaks off"),
        (reset_early, ""),
        (reset_late, ""),
        (silent, "the server closed the connection"),
        (old_http, "not HTTP"),
        (bad_chunks, ""),
        (long_header, "not HTTP"),
        (many_headers, "not HTTP"),
    ],
)
async def test_invalid_http_is_reported_in_a_sentence(session, server: Server, answer, message):
    error = await failure(session, server.on("/", answer))
    assert error.reason is FeedReason.PROTOCOL
    assert message in error.detail
    assert "<" not in error.detail
