"""Which articles would teach the pack most?  Those it is unsure of, and some that it is sure of.

Near the threshold a mark settles most; deep below it lies what the pack overlooks, and only a draw
by lot finds that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.domain.articles import Article
from monitor.domain.keys import key_of
from monitor.text.comparison import folded

DEEP_ONE_IN = 3
POOL = 5  # articles looked at for each one chosen, so that languages and feeds can be spread


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledArticle:
    """An article to mark, and why this one."""

    article: Article
    reason: str


def daily_sample(keys: Sequence[str], day: date, number: int) -> list[str]:
    """So many of the keys, by lot: the same ones all day, others tomorrow."""
    return sorted(keys, key=lambda key: key_of(key, day.isoformat()))[:number]


def choose_articles(
    near: Sequence[Article], deep: Sequence[Article], *, number: int
) -> list[SampledArticle]:
    """Two thirds from `near`, the nearest first, a third from `deep`, in the order drawn.

    Each next one is of the feed and language that were chosen least.  Where one kind runs out the
    other fills up; no headline comes twice.
    """
    spread = _Spread()
    lots = spread.take(deep, number // DEEP_ONE_IN)
    unsure = spread.take(near, number - len(lots))
    lots += spread.take(deep, number - len(lots) - len(unsure))
    return [SampledArticle(article=one, reason=_near(one)) for one in unsure] + [
        SampledArticle(article=one, reason=_deep(one)) for one in lots
    ]


class _Spread:
    """Chooses, and remembers what was chosen."""

    def __init__(self) -> None:
        self._chosen: Counter[str] = Counter()  # feeds and languages
        self._headlines: set[str] = set()

    def take(self, pool: Sequence[Article], number: int) -> list[Article]:
        """Up to so many of the pool."""
        taken: list[Article] = []
        while len(taken) < number:
            left = [one for one in pool if folded(one.entry.title) not in self._headlines]
            if not left:
                break
            best = min(left, key=self._seen)  # of equals the first
            taken.append(best)
            self._chosen.update((best.feed_key, _language(best)))
            self._headlines.add(folded(best.entry.title))
        return taken

    def _seen(self, article: Article) -> int:
        return self._chosen[article.feed_key] + self._chosen[_language(article)]


def _language(article: Article) -> str:
    return (article.entry.language or "unknown").partition("-")[0]


def _near(article: Article) -> str:
    decision = article.decision
    return f"near the threshold: {decision.score:.2f} of {decision.threshold:.2f}"


def _deep(article: Article) -> str:
    return f"drawn by lot from far below, where misses hide: {article.decision.score:.2f}"
