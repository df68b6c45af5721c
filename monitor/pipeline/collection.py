"""Collect one feed: fetch it, parse it, and read the pages of its new articles (full text)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
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


GROUP = 50  # answers judged and committed together; more only delays the first alert
GROUP_ENTRIES = 1_000  # of all of them; one document may have more

# Cancels its block, and raises TimeoutError, when the lease with this token ends.
WhileHeld = Callable[[str], AbstractAsyncContextManager[None]]


def _held_for_ever(_token: str) -> AbstractAsyncContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer:
    """One feed's answer: a document, "nothing new" (parsed is None), or an error."""

    claimed: ClaimedFeed
    fetched: Fetched | None = None
    parsed: Parsed | None = None
    new_entries: Sequence[NewEntry] | None = None  # with their pages' texts; None: not known yet
    error: FetchError | ParseError | None = None
    is_late: bool = False  # its lease ended first: nothing is stored, and the feed is due as before

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


class AnswerQueue:
    """The answers that wait to be judged; of documents as many as there is room for.

    A document takes its place before it is parsed, and leaves it when its answer is taken: parsed
    documents cost the memory of a poll.
    """

    def __init__(self, places: asyncio.Semaphore, *, awaited: int = 1) -> None:
        """`places` is the room for documents, shared by all rounds of a process."""
        self.awaited = awaited  # answers that were not taken yet
        self._answers: asyncio.Queue[FeedAnswer] = asyncio.Queue()
        self._places = places
        self._placed: set[str] = set()  # tokens of the claims whose documents have a place

    async def place(self, claimed: ClaimedFeed) -> None:
        """Wait until there is room for the document of this claim."""
        await self._places.acquire()
        self._placed.add(claimed.token)

    def leave(self, claimed: ClaimedFeed) -> None:
        """Give the place to another document, if this claim has one."""
        if claimed.token in self._placed:
            self._placed.remove(claimed.token)
            self._places.release()

    def close(self) -> None:
        """Give every place back: the answers that wait are not taken any more."""
        for _ in range(len(self._placed)):
            self._places.release()
        self._placed.clear()

    def put(self, answer: FeedAnswer) -> None:
        """Add an answer."""
        self._answers.put_nowait(answer)

    async def get(self) -> FeedAnswer:
        """Wait for an answer and take it."""
        return self._taken(await self._answers.get())

    def get_nowait(self) -> FeedAnswer | None:
        """Take an answer; None when none waits."""
        if self._answers.empty():
            return None
        return self._taken(self._answers.get_nowait())

    def _taken(self, answer: FeedAnswer) -> FeedAnswer:
        self.awaited -= 1
        self.leave(answer.claimed)
        return answer

    async def next_group(self) -> list[FeedAnswer]:
        """The next answer and those that wait behind it, as far as a group has room.

        Late ones are left out, so that it may be empty.
        """
        group = [await self.get()]
        entries = group[0].entry_count
        while len(group) < GROUP and entries < GROUP_ENTRIES and (answer := self.get_nowait()):
            group.append(answer)
            entries += answer.entry_count
        return [answer for answer in group if not answer.is_late]


async def collect(
    claimed: ClaimedFeed,
    memory: bytes,
    context: PollContext,
    answers: AnswerQueue,
    while_held: WhileHeld = _held_for_ever,
    *,
    alert_backlog: bool,
) -> None:
    """Put exactly one answer for this feed, whatever its publisher does.

    The request ends with the lease, which `while_held` watches: then another process may ask.

    A connection is held until the document is parsed, because bodies that wait cost memory; the
    reading of pages, which needs connections itself, does without, and without a place.
    """
    async with context.connections:
        answer = await _fetch_and_parse(claimed, memory, context, answers, while_held)
    if context.full_text is not None and claimed.feed.fulltext and answer.parsed is not None:
        answers.leave(claimed)  # pages may take long
        answer = replace(answer, new_entries=await _with_pages(answer, context, alert_backlog))
    answers.put(answer)


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


async def _fetch_and_parse(
    claimed: ClaimedFeed,
    memory: bytes,
    context: PollContext,
    answers: AnswerQueue,
    while_held: WhileHeld,
) -> FeedAnswer:
    """The publisher's answer; never raises, whatever it is."""
    feed = claimed.feed
    try:
        async with while_held(claimed.token):
            fetched = await context.fetcher.fetch(feed)
        failpoints.hit(Point.FETCHED)
        fetched = replace(fetched, body_digest=poll_state.body_digest(fetched))
        if fetched.body is None or poll_state.is_same_body(feed, fetched):
            return FeedAnswer(claimed=claimed, fetched=fetched)
        await answers.place(claimed)
        parsed = await context.parser.parse(fetched, memory)
        return FeedAnswer(claimed=claimed, fetched=replace(fetched, body=b""), parsed=parsed)
    except (FetchError, ParseError) as error:
        # A traceback would hold the document in memory.
        return FeedAnswer(claimed=claimed, error=error.with_traceback(None))
    except TimeoutError:
        log.warning("poll.lease_ended", extra={"feed": feed.url})
        return FeedAnswer(claimed=claimed, is_late=True)
    except Exception as error:  # a loop edge: one feed harms only itself
        log.exception("poll.crashed", extra={"feed": feed.url})
        return FeedAnswer(claimed=claimed, error=FetchError(FeedReason.CRASH, repr(error)))
