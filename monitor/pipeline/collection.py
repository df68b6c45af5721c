"""Collect one feed: fetch it, parse it, and read the pages of its new articles (full text)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor import failpoints
from monitor.articles.identity import NewEntry
from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import ClaimedFeed, Feed, Fetched, Parsed
from monitor.domain.reasons import FeedReason
from monitor.failpoints import Point
from monitor.pipeline.new_entries import Document
from monitor.pipeline.poll_context import PollContext
from monitor.polling import poll_state

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer:
    """One feed's answer: a document, "nothing new" (parsed is None), or an error."""

    claimed: ClaimedFeed
    fetched: Fetched | None = None
    parsed: Parsed | None = None
    new_entries: Sequence[NewEntry] | None = None  # with their pages' texts; None: not known yet
    error: FetchError | ParseError | None = None

    @property
    def feed(self) -> Feed:
        return self.claimed.feed

    @property
    def document(self) -> Document:
        """The document, or one without entries."""
        return Document(feed=self.feed, parsed=self.parsed or Parsed())

    @property
    def entry_count(self) -> int:
        return len(self.document.parsed.entries)


async def collect(
    claimed: ClaimedFeed,
    memory: bytes,
    context: PollContext,
    answers: asyncio.Queue[FeedAnswer],
    *,
    alert_backlog: bool,
) -> None:
    """Put exactly one answer for this feed, whatever its publisher does.

    A connection is held until the answer is put, because answers that wait cost memory; only the
    reading of pages, which needs connections itself, does without.
    """
    async with context.connections:
        answer = await _fetch_and_parse(claimed, memory, context)
        if context.full_text is None or not claimed.feed.fulltext or answer.parsed is None:
            await answers.put(answer)
            return
    await answers.put(
        replace(answer, new_entries=await _with_pages(answer, context, alert_backlog))
    )


async def _with_pages(
    answer: FeedAnswer, context: PollContext, alert_backlog: bool
) -> Sequence[NewEntry] | None:
    """The new entries with the texts of their pages; None where they can't be told."""
    if context.full_text is None:
        return None
    try:
        return await context.full_text.new_entries(answer.document, alert_backlog=alert_backlog)
    except Exception:  # a loop edge: the group finds the entry at fault
        log.exception("fulltext.crashed", extra={"feed": answer.feed.url})
        return None


async def _fetch_and_parse(claimed: ClaimedFeed, memory: bytes, context: PollContext) -> FeedAnswer:
    """The publisher's answer; never raises, whatever it is."""
    feed = claimed.feed
    try:
        fetched = await context.fetcher.fetch(feed)
        failpoints.hit(Point.FETCHED)
        if fetched.body is None or poll_state.is_same_body(feed, fetched):
            return FeedAnswer(claimed=claimed, fetched=fetched)
        parsed = await context.parser.parse(fetched, memory)
        return FeedAnswer(claimed=claimed, fetched=fetched, parsed=parsed)
    except (FetchError, ParseError) as error:
        # A traceback would hold the document in memory.
        return FeedAnswer(claimed=claimed, error=error.with_traceback(None))
    except Exception as error:  # a loop edge: one feed harms only itself
        log.exception("poll.crashed", extra={"feed": feed.url})
        return FeedAnswer(claimed=claimed, error=FetchError(FeedReason.CRASH, repr(error)))
