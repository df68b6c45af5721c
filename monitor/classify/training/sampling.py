"""Active-learning sampling: articles to mark, near the threshold and at random far below it.

A mark near the threshold teaches the pack the most; relevant articles that it misses lie far below
and are found only by a random sample.
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
POOL = 5  # candidates for each chosen article, so that languages and feeds can be spread


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledArticle:
    """An article to mark, and the reason for the choice."""

    article: Article
    reason: str


def start_of_sample(day: date) -> str:
    """The digest at which the random sample of a day begins, in the order of article keys."""
    return key_of("sample", day.isoformat())


def choose_articles(
    near: Sequence[Article], deep: Sequence[Article], *, number: int
) -> list[SampledArticle]:
    """Choose two thirds from `near`, the nearest first, and a third from `deep`, in its order.

    Each choice prefers the feed and language that were chosen least.  When one pool runs out the
    other fills the rest.  No headline is chosen twice.
    """
    spread = _Spread()
    sampled = spread.take(deep, number // DEEP_ONE_IN)
    uncertain = spread.take(near, number - len(sampled))
    sampled += spread.take(deep, number - len(sampled) - len(uncertain))
    return [
        SampledArticle(article=article, reason=choice_reason(article))
        for article in (*uncertain, *sampled)
    ]


def choice_reason(article: Article) -> str:
    """Why an article is one to mark: near the threshold, far above, or a sample from far below."""
    decision = article.decision
    if decision.score < decision.threshold / 2:
        return f"random sample far below the threshold: {decision.score:.2f}"
    score = f"{decision.score:.2f} of {decision.threshold:.2f}"
    if decision.score > (1 + decision.threshold) / 2:
        return f"far above the threshold, for want of nearer ones: {score}"
    return f"near the threshold: {score}"


class _Spread:
    """Chooses articles evenly over feeds and languages."""

    def __init__(self) -> None:
        self._chosen: Counter[str] = Counter()  # by feed and by language
        self._headlines: set[str] = set()

    def take(self, pool: Sequence[Article], number: int) -> list[Article]:
        """Return up to `number` articles of the pool."""
        chosen: list[Article] = []
        while len(chosen) < number:
            remaining = [
                article for article in pool if folded(article.entry.title) not in self._headlines
            ]
            if not remaining:
                break
            best = min(remaining, key=self._times_chosen)  # the first of equals
            chosen.append(best)
            self._chosen.update((best.feed_key, _language(best)))
            self._headlines.add(folded(best.entry.title))
        return chosen

    def _times_chosen(self, article: Article) -> int:
        return self._chosen[article.feed_key] + self._chosen[_language(article)]


def _language(article: Article) -> str:
    return (article.entry.language or "unknown").partition("-")[0]
