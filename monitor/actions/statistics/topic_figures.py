"""Figures by topic, for an installation that watches several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.teaching.backtest import LabelledShare
from monitor.store.teaching.review_list import REVIEW_SPAN

if TYPE_CHECKING:
    from monitor.store.store import Store

FIGURE_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFigures:
    """What was flagged for a topic in 30 days, what waits, and how right it was as marked."""

    topic: str
    flagged: int
    in_review: int
    precision: LabelledShare  # of the articles flagged for it that people marked for it

    def as_json(self) -> JsonObject:
        """The figures for programs; the share is null while too few are marked."""
        return {
            "topic": self.topic,
            "flagged": self.flagged,
            "in_review": self.in_review,
            "precision_as_marked": self.precision.as_json(),
        }


def _share(counts: tuple[int, int]) -> LabelledShare:
    relevant, marked = counts
    return LabelledShare(hits=relevant, n=marked)


def topic_figures(store: Store, now: datetime, topics: Sequence[str]) -> tuple[TopicFigures, ...]:
    """The figures of each topic in its order; none where only one is watched."""
    if len(topics) < 2:
        return ()
    since = now - timedelta(days=FIGURE_DAYS)
    flagged, marked = store.topic_counts.flagged(since), store.topic_counts.marked_flagged(since)
    waiting = store.topic_counts.in_review(now - REVIEW_SPAN)
    return tuple(
        TopicFigures(
            topic=topic,
            flagged=flagged.get(topic, 0),
            in_review=waiting.get(topic, 0),
            precision=_share(marked.get(topic, (0, 0))),
        )
        for topic in topics
    )
