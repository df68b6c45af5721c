"""The context of the pages: settings, clock, and stores of their own in threads of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from monitor.domain.ports import RunInStore
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.web.site.prometheus import Metrics
from monitor.web.site.turns import CountOrder, Turns

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ThreadedStore:
    """A store, and the one thread that calls it."""

    store: Store
    run: RunInStore

    async def call(self, query: Callable[[Store], Result]) -> Result:
        """Call `query` with the store, in its thread."""
        return await self.run(lambda: query(self.store))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContext:
    """What the routes need; made by `application.open_site`."""

    settings: Settings
    writing: ThreadedStore
    reading: ThreadedStore  # for long reads: a search or a chart never holds up a mark
    counting: ThreadedStore  # for counts over all articles: no page waits behind one
    clock: Callable[[], datetime]
    started_at: datetime
    counting_since: Callable[[], datetime]  # the start, or the last step of the clock
    topic: str  # the first one: the name of its pack
    topics: Mapping[str, str]  # the name of each topic → what it is about, for readers
    theme_titles: Mapping[str, str]  # of all topics
    fault_checks: Mapping[str, Callable[[], str]]  # name → a sentence, or "" when all is well
    metrics: Metrics
    turns: Turns = field(default_factory=Turns)  # of pages and of work in this process
    count_order: CountOrder = field(default_factory=CountOrder)
    # What pages would compute for their first request: called after the start, one by one.
    preparations: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    # For articles that a person confirms; None: the topic has no data for stories.  Used by the
    # thread of `writing` alone.
    stories: StoryGrouping | None = None

    @property
    def topic_names(self) -> str:
        """The names of the topics, for headings."""
        return ", ".join(self.topics)

    async def read(self, query: Callable[[Store], Result]) -> Result:
        """Call `query` with the reading store, in its thread."""
        return await self.reading.call(query)

    async def count(self, query: Callable[[Store], Result], *, is_urgent: bool = False) -> Result:
        """Call `query` with the store for counts, which gives way to pages, in its thread.

        For what takes long and is kept for a while; a page that waits for it is not waited for.
        What is urgent comes before all that waits for the thread.
        """
        self.turns.stop_waiting()
        async with self.count_order.turn(is_urgent=is_urgent):
            return await self.counting.call(query)

    async def write(self, command: Callable[[Store], Result]) -> Result:
        """Call `command` with the store for changes, in its thread."""
        self.turns.stop_waiting()
        return await self.writing.call(command)
