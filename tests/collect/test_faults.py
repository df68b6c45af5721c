"""Every fault of the shared fault server, through the real fetcher and parser, as one table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from monitor import egress
from monitor.collect.fetch import HttpFetcher
from monitor.collect.parse import FeedParser
from monitor.domain import Parsed, PollState
from monitor.errors import FetchError, ParseError
from tests.conformance import corpora
from tests.fakes import NOW, feed
from tests.web_fixtures import LOOPBACK

pytestmark = pytest.mark.skipif(not corpora.TOOL.is_file(), reason=f"{corpora.TOOL} is not there")

# fault → (how it ends, entries read).  How: "whole", "damaged", or the reason of the error.
OUTCOMES = {
    "ok": ("whole", 2),
    "etag": ("whole", 1),
    "steady-growth": ("whole", 1),
    "guid-storm": ("whole", 50),
    "guid-https-flip": ("whole", 20),
    "guid-reuse": ("whole", 10),
    "guid-missing": ("whole", 10),
    "content-edit": ("whole", 1),
    "feed-10k-items": ("whole", 10_000),
    "backdated": ("whole", 2),
    "future": ("whole", 2),
    "bad-dates": ("whole", 9),
    "truncated": ("damaged", 133),
    "html-login": ("not_a_feed", 0),
    "html-as-xml": ("not_a_feed", 0),
    "empty-200": ("empty_body", 0),
    "zero-items": ("whole", 1),
    "wrong-charset": ("whole", 1),
    "utf16": ("whole", 1),
    "enc-punycode": ("whole", 0),
    "enc-undefined": ("whole", 0),
    "lone-surrogate": ("whole", 1),
    "nul-chars": ("whole", 1),
    "laughs": ("whole", 1),
    "xxe-file": ("whole", 1),
    "body-path": ("not_a_feed", 0),
    "body-devzero": ("not_a_feed", 0),
    "body-url": ("not_a_feed", 0),
    "redos-author": ("whole", 1),
    "many-attrs": ("whole", 1),
    "many-categories": ("whole", 1),
    "deep": ("whole", 1),
    "big-token": ("too_large", 0),
    "header-inject": ("whole", 5),
    "template-inject": ("whole", 1),
    "csv-formula": ("whole", 1),
    "js-links": ("whole", 4),
    "gone": ("gone", 0),
    "not-found": ("status", 0),
    "error-500": ("status", 0),
    "unauthorized": ("status", 0),
    "rate-limited?times=99": ("throttled", 0),
    "retry-date": ("throttled", 0),
    "retry-garbage": ("throttled", 0),
    "moved": ("whole", 2),
    "temp": ("whole", 2),
    "loop": ("redirect", 0),
    "to": ("egress", 0),
    "no-location": ("redirect", 0),
    "gzip-bomb?mb=200": ("too_large", 0),
    "gzip-chain": ("encoding", 0),
    "gzip-corrupt": ("encoding", 0),
    "gzip-unlabelled": ("whole", 1),
    "opml-100k": ("not_a_feed", 0),
    "opml-deep": ("not_a_feed", 0),
    "drip-body": ("timeout", 0),
    "drip-header": ("timeout", 0),
    "hang": ("timeout", 0),
    "endless": ("too_large", 0),
    "reset": ("protocol", 0),
    "short": ("protocol", 0),
    "long-header": ("protocol", 0),
    "http09": ("protocol", 0),
    "chunk-garbage": ("protocol", 0),
}
HANGING = {"drip-body", "drip-header", "hang"}


@pytest.fixture
async def parser() -> AsyncIterator[FeedParser]:
    parser = FeedParser(workers=2)
    yield parser
    await parser.close()


async def outcome(url: str, session: aiohttp.ClientSession, parser: FeedParser) -> Parsed | str:
    """What one poll of it ends in: what was read, or the reason why not."""
    hangs = url.rpartition("/")[2] in HANGING
    # The others have time: the tool needs seconds to make its bombs.
    timeout = timedelta(seconds=1.5 if hangs else 60)
    fetcher = HttpFetcher(session, user_agent="Test/1", timeout=timeout)
    try:
        return await parser.parse(await fetcher.fetch(feed(url=url)))
    except (FetchError, ParseError) as error:
        return error.reason.value


async def test_the_table_knows_every_fault(faults: str, session: aiohttp.ClientSession):
    async with session.get(f"{faults}/") as answer:
        offered = set(await answer.json())
    assert {name.partition("?")[0] for name in OUTCOMES} == offered


async def test_every_fault_ends_as_it_should(faults: str, parser: FeedParser):
    async with egress.open_session(allow=LOOPBACK, connections=100, per_host=100) as session:
        ends = await asyncio.gather(
            *(outcome(f"{faults}/f/{name}", session, parser) for name in OUTCOMES)
        )
        async with session.get(f"{faults}/log") as answer:
            log = await answer.json()
    got = {
        name: (end, 0)
        if isinstance(end, str)
        else ("damaged" if end.damage else "whole", len(end.entries))
        for name, end in zip(OUTCOMES, ends, strict=True)
    }
    assert got == OUTCOMES
    assert not [request for request in log if "via=body" in request["path"]]


async def test_letters_titles_and_links_come_out_right(
    faults: str, session: aiohttp.ClientSession, parser: FeedParser
):
    async def read(name: str) -> list[tuple[str, str | None]]:
        got = await outcome(f"{faults}/f/{name}", session, parser)
        assert isinstance(got, Parsed)
        return [(entry.title, entry.url) for entry in got.entries]

    assert [title for title, _ in await read("wrong-charset")] == ["Café – “naïve” Ω"]
    assert [title for title, _ in await read("utf16")] == ["Ωmega"]
    assert [title for title, _ in await read("nul-chars")] == ["abc"]
    assert [title for title, _ in await read("xxe-file")] == ["&x;"]
    titles = [title for title, _ in await read("header-inject")]
    assert titles[1:4] == ["x Bcc: e@example.test", "x y…z", "gnp.exe"]
    assert len(titles[4]) == 500
    assert [link for _, link in await read("js-links")] == [
        None, None, "http://evil.test/x", "http://169.254.169.254/latest/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [("rate-limited?ra=120&times=99", 120), ("retry-garbage", 1), ("retry-garbage?ra=x", None)],
)
async def test_what_the_server_asks_for_is_known(
    faults: str, session: aiohttp.ClientSession, fault: str, seconds: int | None
):
    fetcher = HttpFetcher(session, user_agent="Test/1")
    with pytest.raises(FetchError) as raised:
        await fetcher.fetch(feed(url=f"{faults}/f/{fault}"))
    assert raised.value.retry_after == (timedelta(seconds=seconds) if seconds else None)


async def test_unchanged_is_nothing_new(faults: str, session: aiohttp.ClientSession):
    fetcher = HttpFetcher(session, user_agent="Test/1")
    url = f"{faults}/f/etag?every=1000000"
    first = await fetcher.fetch(feed(url=url))
    assert (first.etag, first.last_modified) == ('"v0"', "Thu, 01 Jan 2026 00:00:00 GMT")
    poll = PollState(due_at=NOW, etag=first.etag, last_modified=first.last_modified)
    assert (await fetcher.fetch(feed(url=url, poll=poll))).body is None


async def test_dates_are_instants_or_nothing(
    faults: str, session: aiohttp.ClientSession, parser: FeedParser
):
    got = await outcome(f"{faults}/f/backdated", session, parser)
    assert isinstance(got, Parsed)
    assert [entry.published_at for entry in got.entries] == [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1601, 1, 1, tzinfo=UTC),
    ]
