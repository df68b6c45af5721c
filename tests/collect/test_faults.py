"""Every fault of the fault server, through the real fetcher and parser, as one table.

Tests with the fixture `faults` need the server and are skipped without it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from monitor.collect.http.fetcher import HttpFetcher
from monitor.collect.workers.pool import ParserPool
from monitor.domain.errors import FetchError
from monitor.domain.feeds import Parsed, PollState
from monitor.store.store import Store
from tests.conformance.faults_page import (
    ASKED,
    HANGING,
    OUR_TIME,
    PAGE,
    ROOT,
    THEIR_TIME,
    THROTTLED,
    Outcome,
    documented_outcomes,
)
from tests.conformance.full_pipeline import poll_all, poll_context
from tests.fakes import NOW, feed


@pytest.fixture
async def parser() -> AsyncIterator[ParserPool]:
    parser = ParserPool(workers=2)
    yield parser
    await parser.close()


async def outcome(url: str, session: aiohttp.ClientSession, parser: ParserPool) -> Parsed:
    """What was read of it."""
    return await parser.parse(await HttpFetcher(session, user_agent="Test/1").fetch(feed(url=url)))


async def test_the_page_names_every_fault(faults: str, session: aiohttp.ClientSession):
    async with session.get(f"{faults}/") as answer:
        offered = set(await answer.json())
    assert set(documented_outcomes()) == offered


def test_each_test_that_the_page_names_is_there():
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )
    listed = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    assert len(listed) > 30
    assert not [test for test in listed if f"def {test}(" not in tests]


async def test_every_fault_ends_as_the_page_says(
    faults: str, session: aiohttp.ClientSession, tmp_path: Path
):
    page = documented_outcomes()
    # The others have time: the tool needs seconds to make its bombs.
    groups = [(page.keys() - HANGING - THROTTLED, 60.0), (HANGING, OUR_TIME.total_seconds())]
    groups += [({name}, 10.0) for name in THROTTLED]
    outcomes: dict[str, Outcome] = {}
    with Store.open(f"sqlite:///{tmp_path / 'faults.db'}") as store:
        for names, seconds in groups:
            urls = {name: f"{faults}/f/{name}{ASKED.get(name, '')}" for name in names}
            async with poll_context(store, patience=timedelta(seconds=seconds)) as context:
                stored = await poll_all(urls, store, context)
            for name, result in stored.items():
                error = (result.feed.poll.last_error or "").replace("1.5 s", THEIR_TIME)
                outcomes[name] = Outcome(len(result.articles), result.feed.poll.state.value, error)
    async with session.get(f"{faults}/log") as answer:
        log = await answer.json()
    assert outcomes == page
    assert not [request for request in log if "via=body" in request["path"]]


async def test_letters_titles_and_links_come_out_right(
    faults: str, session: aiohttp.ClientSession, parser: ParserPool
):
    async def read(name: str) -> list[tuple[str, str | None]]:
        got = await outcome(f"{faults}/f/{name}", session, parser)
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
async def test_retry_after_is_returned_with_the_error(
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
    faults: str, session: aiohttp.ClientSession, parser: ParserPool
):
    got = await outcome(f"{faults}/f/backdated", session, parser)
    assert [entry.published_at for entry in got.entries] == [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1601, 1, 1, tzinfo=UTC),
    ]
