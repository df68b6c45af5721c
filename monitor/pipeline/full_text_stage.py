"""Full text: read the web pages of a feed's new articles, a few of them, for a limited time."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from monitor.articles import full_text
from monitor.articles.full_text import Page
from monitor.articles.identity import NewEntry
from monitor.domain.errors import FetchError, ParseError, StoreError
from monitor.domain.ports import Pages, RunInStore
from monitor.pipeline import new_entries
from monitor.pipeline.new_entries import Document
from monitor.store.repositories.articles import Articles

log = logging.getLogger(__name__)

_BACKLOG = Page(why="it was there before we watched")
PAGE_NOT_READ = Page(why="the database could not be asked what is new")


@dataclass(frozen=True, slots=True, kw_only=True)
class FullTextStage:
    """Finds what is new in one document and reads the pages of that."""

    articles: Articles
    run_in_store: RunInStore
    pages: Pages
    connections: asyncio.Semaphore  # shared with the feeds
    limit: int  # pages read in one poll of one feed
    wait: timedelta  # for all of them together

    async def new_entries(
        self, document: Document, *, alert_backlog: bool
    ) -> list[NewEntry] | None:
        """The document's new and edited entries, each with its page's text or why it has none.

        None when the store can't be asked.  This takes `wait` at most and never raises.
        """
        look_up = partial(new_entries.new_entries, [document], self.articles)
        try:
            (entries,) = await self.run_in_store(look_up)
        except StoreError:  # the commit meets it too, and says so
            return None
        feed = document.feed
        readable = [
            new for new in entries if alert_backlog or not new_entries.is_backlog(feed, new)
        ]
        pages = await self._read_pages(readable)
        if readable:
            used, reasons = _tally(readable, pages)
            log.info(
                "fulltext.read",
                extra={"feed": feed.url, "new": len(readable), "taken": used, "not": reasons},
            )
        return [with_page(new, pages.get(new.key, _BACKLOG)) for new in entries]

    async def _read_pages(self, readable: Sequence[NewEntry]) -> dict[str, Page]:
        """By article key, what came of asking for each page."""
        deadline = asyncio.get_running_loop().time() + self.wait.total_seconds()
        chosen = readable[: self.limit]
        answers = await asyncio.gather(*(self._read(new.entry.url, deadline) for new in chosen))
        pages = {new.key: page for new, page in zip(chosen, answers, strict=True)}
        over = Page(why=f"more than {self.limit} articles were new at once (fulltext.pages)")
        for new in readable[self.limit :]:
            pages[new.key] = over
        return pages

    async def _read(self, url: str | None, deadline: float) -> Page:
        if url is None:
            return Page(why="the entry names no page")
        try:
            async with asyncio.timeout_at(deadline), self.connections:
                return Page(text=await self.pages.read(url))
        except TimeoutError:
            seconds = self.wait.total_seconds()
            return Page(why=f"not read within the {seconds:g} s of one poll (fulltext.wait)")
        except (FetchError, ParseError) as error:
            return Page(why=str(error))
        except Exception as error:  # a loop edge: one page harms only itself
            log.exception("fulltext.crashed", extra={"page": url})
            return Page(why=f"a fault of ours: {error!r}")


def with_page(new: NewEntry, page: Page) -> NewEntry:
    """The entry with its page's text, where that is worth more than the feed's."""
    reading = full_text.best_text(new.entry.text, page)
    entry = replace(new.entry, text=reading.text)
    return replace(new, entry=entry, own_text=reading.feed_text, page=reading.summary)


def _tally(readable: Sequence[NewEntry], pages: Mapping[str, Page]) -> tuple[int, str]:
    """How many were taken, and why the others were not: "timeout 2, too short 1"."""
    not_taken = [
        pages[new.key].why.partition(":")[0] or "too short"
        for new in readable
        if full_text.best_text(new.entry.text, pages[new.key]).feed_text is None
    ]
    reasons = ", ".join(f"{reason} {count}" for reason, count in Counter(not_taken).items())
    return len(readable) - len(not_taken), reasons
