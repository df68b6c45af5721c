"""Collecting one feed puts exactly one answer, whatever its publisher or its pages do."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import ClaimedFeed, Feed
from monitor.domain.reasons import FeedReason
from monitor.pipeline.collection import AnswerQueue, FeedAnswer, collect
from monitor.pipeline.poll_context import PollContext
from monitor.polling import poll_state
from monitor.store.store import Store
from tests.contexts import DOCUMENTS, poll_context
from tests.fakes import NOW, FakeFetcher, FakeParser, feed, fetched


async def answer(context: PollContext, polled: Feed | None = None) -> FeedAnswer:
    answers = AnswerQueue(asyncio.Semaphore(1))
    claimed = ClaimedFeed(feed=polled or feed(), token="t")
    await collect(claimed, b"", context, answers, alert_backlog=False)
    taken = answers.get_nowait()
    assert taken is not None
    assert answers.get_nowait() is None
    return taken


async def test_a_document_is_parsed(store: Store):
    read = await answer(poll_context(store, f=[fetched("two")]))
    assert (read.parsed, read.entry_count, read.error) == (DOCUMENTS["two"], 2, None)


async def test_nothing_new_is_not_parsed(store: Store):
    same = feed(poll=poll_state.next_state(feed(), NOW, fetched("one"), DOCUMENTS["one"], None))
    for body in (None, "one"):
        unchanged = await answer(poll_context(store, f=[fetched(body)]), same)
        assert (unchanged.parsed, unchanged.entry_count) == (None, 0)
        assert unchanged.document.feed == same


@pytest.mark.parametrize(
    "error",
    [FetchError(FeedReason.TIMEOUT, "30 s"), ParseError(FeedReason.NOT_A_FEED, "a page")],
    ids=str,
)
async def test_a_failure_is_an_answer_without_a_traceback(store: Store, error):
    context = poll_context(store, f=[error if isinstance(error, FetchError) else fetched("x")])
    context = replace(context, parser=FakeParser(x=error))
    failed = await answer(context)
    assert failed.error is error
    assert failed.error.__traceback__ is None


async def test_a_fault_of_ours_costs_its_feed_alone_and_is_logged(store: Store, caplog):
    context = replace(poll_context(store, f=[fetched("unknown")]), parser=FakeParser())
    crashed = await answer(context)
    assert crashed.error.reason is FeedReason.CRASH
    assert "unknown" in str(crashed.error)
    assert "poll.crashed" in caplog.text


class BrokenPages:
    """A stage of full text that fails, and counts the free connections when it is asked."""

    def __init__(self, connections: asyncio.Semaphore) -> None:
        self.connections = connections
        self.was_free: bool | None = None

    async def new_entries(self, _document, *, alert_backlog):
        self.was_free = not self.connections.locked()
        raise RuntimeError("ours")


async def test_pages_are_read_without_a_connection_of_the_feed_and_their_faults_cost_no_answer(
    store: Store, caplog
):
    context = replace(poll_context(store, f=[fetched("two")]), connections=asyncio.Semaphore(1))
    pages = BrokenPages(context.connections)
    context = replace(context, full_text=pages)
    read = await answer(context, feed(fulltext=True))
    assert (read.parsed, read.new_entries) == (DOCUMENTS["two"], None)
    assert pages.was_free is True
    assert "fulltext.crashed" in caplog.text


async def test_a_feed_without_full_text_has_no_page_read(store: Store):
    context = poll_context(store, f=[fetched("two")])
    pages = BrokenPages(context.connections)
    assert (await answer(replace(context, full_text=pages))).parsed == DOCUMENTS["two"]
    assert pages.was_free is None


async def test_a_document_is_not_parsed_before_there_is_room_for_it(store: Store):
    context = poll_context(store, a=[fetched("one")], b=[fetched("two")], c=[fetched(None)])
    answers = AnswerQueue(asyncio.Semaphore(1))
    tasks = [
        asyncio.create_task(
            collect(
                ClaimedFeed(feed=feed(name), token=name), b"", context, answers, alert_backlog=False
            )
        )
        for name in "abc"
    ]
    for _ in range(20):  # more turns of the loop than the three need
        await asyncio.sleep(0)
    assert [task.done() for task in tasks].count(True) == 2  # a document, and the one without
    for _ in tasks:
        taken = await answers.get()
        assert taken.fetched is not None
        assert not taken.fetched.body
    await asyncio.gather(*tasks)


async def test_the_body_goes_when_it_was_parsed_and_its_digest_stays(store: Store):
    read = await answer(poll_context(store, f=[fetched("two")]))
    assert read.fetched is not None
    assert read.fetched.body == b""
    assert read.fetched.body_digest == poll_state.body_digest(fetched("two"))


async def test_a_request_ends_with_the_lease_and_its_answer_is_late(store: Store):
    class Hanging(FakeFetcher):
        async def fetch(self, asked, /):
            await asyncio.Event().wait()

    def ends_at_once(_token: str) -> asyncio.Timeout:
        return asyncio.timeout(0)

    context = replace(poll_context(store), fetcher=Hanging())
    answers = AnswerQueue(asyncio.Semaphore(1))
    claimed = ClaimedFeed(feed=feed(), token="t")
    await collect(claimed, b"", context, answers, ends_at_once, alert_backlog=False)
    ended = await answers.get()
    assert ended.is_late
    assert ended.error is None


async def test_a_closed_queue_gives_the_places_of_its_documents_back(store: Store):
    places = asyncio.Semaphore(1)
    answers = AnswerQueue(places)
    await answers.place(ClaimedFeed(feed=feed(), token="t"))
    assert places.locked()
    answers.close()
    answers.close()
    assert not places.locked()
