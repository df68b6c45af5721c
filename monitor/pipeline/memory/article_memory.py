"""Article memory: the score of an article moves towards those of similar ones of three days.

The history is what is stored when a group of answers is judged: articles of one group do not move
each other.  What moved a score is stored with the decision, so a replay takes the history as it
was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from monitor.articles.identity import NewEntry
from monitor.classify.memory.score_shift import shifted, similar_articles
from monitor.domain.articles import Verdict
from monitor.domain.judged.similar_articles import SPAN
from monitor.store.repositories.remembered_articles import RememberedArticle, RememberedArticles
from monitor.stories.origins import FEED

if TYPE_CHECKING:
    from monitor.classify.features.vectors import Vectoriser
    from monitor.classify.memory.recent_articles import RecentArticle, RecentArticles

log = logging.getLogger(__name__)

JudgedEntry = tuple[NewEntry, Verdict]


class ArticleMemory:
    """The memory of one topic; used by the one thread that owns the store.

    It is filled at the first article that passes the gate, and afterwards with what this and other
    processes stored since.
    """

    def __init__(self, vectoriser: Callable[[], Vectoriser]) -> None:
        """`vectoriser` is that of the topic's pack, loaded when it is needed."""
        self._vectoriser = vectoriser
        self._recent: RecentArticles | None = None
        self._last = 0  # number of the article that was read last

    def remember(
        self,
        batches: Sequence[Sequence[JudgedEntry]],
        stored: RememberedArticles,
        now: datetime,
    ) -> list[list[JudgedEntry]]:
        """The entries with the verdicts that similar articles have moved.

        A fault costs the memory of this group alone: its entries keep their own scores.
        """
        judged_entries = chain.from_iterable(batches)
        pack = next(
            (verdict.pack for new, verdict in judged_entries if _may_move(new, verdict, now)), None
        )
        if pack is None:
            return [list(batch) for batch in batches]
        try:
            recent = self._up_to_date(stored, pack.partition("@")[0], now)
            return [_all_moved(batch, recent, now) for batch in batches]
        except Exception:  # a loop edge: the articles keep their own scores
            log.exception("memory.failed")
            return [list(batch) for batch in batches]

    def _up_to_date(self, stored: RememberedArticles, topic: str, now: datetime) -> RecentArticles:
        # numpy is loaded here, because most rounds by hand or cron bring no article
        from monitor.classify.memory.recent_articles import MOST_ARTICLES, RecentArticles

        recent = self._recent = self._recent or RecentArticles(self._vectoriser())
        since = now - SPAN
        recent.forget_before(since)
        newest = stored.newest(since=since, after=self._last, topic=topic, limit=MOST_ARTICLES)
        for article in newest:
            self._last = article.number
            if article.at >= since:
                recent.add(_recent_article(article), article.entry)
        return recent


def _all_moved(
    batch: Sequence[JudgedEntry], recent: RecentArticles, now: datetime
) -> list[JudgedEntry]:
    return [(new, _moved(new, verdict, recent, now)) for new, verdict in batch]


def _moved(new: NewEntry, verdict: Verdict, recent: RecentArticles, now: datetime) -> Verdict:
    if not _may_move(new, verdict, now):
        return verdict
    neighbours = recent.neighbours(new.entry, _published(new, now))
    others = [neighbour for neighbour in neighbours if neighbour.article.key != new.key]
    return shifted(verdict, similar_articles(others, verdict))


def _may_move(new: NewEntry, verdict: Verdict, now: datetime) -> bool:
    """Whether it passes the gate and is news: older articles have no memory to be compared with."""
    return verdict.own_score is not None and _published(new, now) >= now - SPAN


def _published(new: NewEntry, now: datetime) -> datetime:
    return min(new.entry.published_at or now, now)


def _recent_article(article: RememberedArticle) -> RecentArticle:
    from monitor.classify.memory.recent_articles import RecentArticle

    return RecentArticle(
        key=article.key,
        copy_key=article.copy_key,
        origin=article.origin or f"{FEED}{article.feed_key}",
        at=article.at,
        score=article.score,
    )
