"""The pages of a feed's new articles, asked for their full text: few, and not for long."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from monitor.articles import full_text, identity
from monitor.articles.full_text import Page
from monitor.domain.errors import FetchError, ParseError, StoreError
from monitor.domain.feeds import Feed, Parsed
from monitor.domain.ports import Pages, RunInStore
from monitor.pipeline import new_entries
from monitor.store.repositories.articles import Articles

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FullTextStage:
    """Asks for the pages of one answer; `app` puts it together.

    Called with a feed, what it says, the time, and whether its backlog alerts; returns by
    article key what came of the page of each article that is new or edited.  Whatever a page
    does, this takes `wait` at most and never raises.
    """

    articles: Articles
    run_in_store: RunInStore
    pages: Pages
    connections: asyncio.Semaphore  # shared with the feeds
    most: int  # pages asked in one poll of one feed
    wait: timedelta  # for all of them together

    async def __call__(
        self, feed: Feed, parsed: Parsed, now: datetime, alert_backlog: bool
    ) -> Mapping[str, Page]:
        if not feed.fulltext:
            return {}
        try:
            look = partial(new_entries.finds, [new_entries.Document(feed=feed, parsed=parsed)])
            (found,) = await self.run_in_store(partial(look, self.articles, now))
        except StoreError:  # the commit meets it too, and says so
            return {}
        watched = [
            find for find in found if alert_backlog or not new_entries.was_there_before(feed, find)
        ]
        ends = asyncio.get_running_loop().time() + self.wait.total_seconds()
        asked = watched[: self.most]
        answers = await asyncio.gather(*(self._one(find.entry.url, ends) for find in asked))
        pages = {find.key: page for find, page in zip(asked, answers, strict=True)}
        over = Page(why=f"more than {self.most} articles were new at once (fulltext.pages)")
        pages |= {find.key: over for find in watched[self.most :]}
        if watched:
            taken, reasons = _account(watched, pages)
            log.info(
                "fulltext.read",
                extra={"feed": feed.url, "new": len(watched), "taken": taken, "not": reasons},
            )
        return pages

    async def _one(self, url: str | None, ends: float) -> Page:
        if url is None:
            return Page(why="the entry names no page")
        try:
            async with asyncio.timeout_at(ends), self.connections:
                return Page(text=await self.pages.read(url))
        except TimeoutError:
            seconds = self.wait.total_seconds()
            return Page(why=f"not read within the {seconds:g} s of one poll (fulltext.wait)")
        except (FetchError, ParseError) as error:
            return Page(why=str(error))
        except Exception as error:  # a loop edge: one page harms only itself
            log.exception("fulltext.crashed", extra={"page": url})
            return Page(why=f"a fault of ours: {error!r}")


def _account(watched: Sequence[identity.NewEntry], pages: Mapping[str, Page]) -> tuple[int, str]:
    """How many were taken, and why the others were not: "timeout 2, too short 1"."""
    not_taken = [
        pages[find.key].why.partition(":")[0] or "too short"
        for find in watched
        if full_text.best_text(find.entry.text, pages[find.key]).feed_text is None
    ]
    reasons = ", ".join(f"{reason} {count}" for reason, count in Counter(not_taken).items())
    return len(watched) - len(not_taken), reasons
