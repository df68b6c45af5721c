"""What a round of polling works with; `runtime/build.py` puts it together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from monitor.classify.rules.keywords import KeywordRules
from monitor.domain.ports import (
    Classifier,
    Fetcher,
    GiveWay,
    Parser,
    RunInStore,
    never_wait,
)
from monitor.pipeline.full_text_stage import FullTextStage
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.pipeline.memory.article_memory import ArticleMemory
from monitor.polling import staleness
from monitor.polling.next_poll import PollIntervals
from monitor.store.store import Store

T = TypeVar("T")


class Current(Generic[T]):
    """Holds a value that is replaced whole while others use it."""

    def __init__(self, value: T) -> None:
        self._value = value

    def get(self) -> T:
        return self._value

    def replace(self, value: T) -> None:
        self._value = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What decides on one topic: its pack with the thresholds of the settings, rules and memory."""

    classifier: Classifier
    rules: KeywordRules
    memory: ArticleMemory | None = None  # None: similar articles move no score


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """What an edit of the settings changes while the service runs: all of it together."""

    topics: tuple[Topic, ...]  # at least one, in the order of the settings
    config: str  # digest of the settings that decide
    intervals: PollIntervals


# As many as one group of a commit takes, each with some hundred kilobytes.
DOCUMENTS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PollContext:
    """The parts of a round of polling.

    A group of answers is judged by the live settings of that moment, not by those of the moment
    when its feeds were asked.
    """

    store: Store
    run_in_store: RunInStore
    fetcher: Fetcher
    parser: Parser
    live: Current[LiveSettings]
    connections: asyncio.Semaphore  # how many feeds are asked at the same time
    # how many parsed documents wait, of all rounds together
    documents: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DOCUMENTS))
    full_text: FullTextStage | None = None  # None: no page is read, whatever a feed's setting
    stories: StoryGrouping | None = None  # None: the pack has no data for grouping
    lease: timedelta = timedelta(minutes=1)  # of the feeds that are being asked
    staleness: staleness.StalenessLimits = staleness.DEFAULT_LIMITS
    give_way: GiveWay = never_wait  # to the pages of this process


def running_clock(now: datetime, started: float | None = None) -> Callable[[], datetime]:
    """A clock that goes on from `now`, when `time.monotonic()` was `started`; None: this moment."""
    began = time.monotonic() if started is None else started
    return lambda: now + timedelta(seconds=time.monotonic() - began)
