"""Marks on articles (relevant or not): set one, list them, propose the next ones, see progress."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.domain.articles import Article, Mark
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.classify.training.sampling import SampledArticle
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRequest:
    """What a person says of an article."""

    article: str  # its key, or the beginning of it
    relevant: bool
    themes: tuple[str, ...] = ()  # that it belongs to; only of a relevant article
    by: str = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedArticle:
    """An article and its mark."""

    mark: Mark
    article: Article

    def as_json(self) -> JsonObject:
        """The mark as `marks list --json` shows it."""
        return {
            "key": self.mark.article_key,
            "label": mark_word(self.mark),
            "themes": self.mark.themes,  # the older name of the next
            "theme_slugs": self.mark.themes,
            "marked_at": as_json.instant(self.mark.marked_at),
            "by": self.mark.by,
            "title": self.article.entry.title,
            "language": self.article.entry.language,
            "score": as_json.score(self.article.decision.score),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedArticle:
    """An article whose mark would teach much, and why."""

    article: Article
    feed_title: str
    reason: str

    def as_json(self) -> JsonObject:
        """The proposal as `marks next --json` shows it."""
        article = self.article
        return {
            "key": article.key,
            "title": article.entry.title,
            "url": article.entry.url,
            "language": article.entry.language,
            "feed": article.feed_key,
            "score": as_json.score(article.decision.score),
            "threshold": article.decision.threshold,
            "why": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkProgress:
    """How many articles are marked."""

    relevant: int
    irrelevant: int

    @property
    def marked(self) -> int:
        """All of them."""
        return self.relevant + self.irrelevant


def mark_word(mark: Mark) -> str:
    """ "relevant" or "irrelevant" """
    return "relevant" if mark.relevant else "irrelevant"


def mark_article(
    store: Store, request: MarkRequest, now: datetime, *, topic_themes: Collection[str]
) -> MarkedArticle:
    """Mark an article; a later mark replaces an earlier one.

    Raise ConfigError when there is no such article, when a theme is not of the topic, or when an
    irrelevant article is given a theme.
    """
    _check_themes(request, topic_themes)
    article = store.articles.find(request.article)
    mark = Mark(
        article_key=article.key if article else request.article,
        relevant=request.relevant,
        themes=request.themes,
        marked_at=now,
        by=request.by,
    )
    if article is None or not store.marks.add(mark):
        raise ConfigError(
            f"no article {request.article!r}: `monitor articles list` and `monitor marks next`"
            " show keys"
        )
    return MarkedArticle(mark=mark, article=article)


def _check_themes(request: MarkRequest, topic_themes: Collection[str]) -> None:
    if request.themes and not request.relevant:
        raise ConfigError("an irrelevant article has no theme: name none")
    unknown = [slug for slug in request.themes if slug not in topic_themes]
    if unknown:
        raise ConfigError(
            f"no such theme: {', '.join(unknown)}; there are: {', '.join(topic_themes)}"
        )


def list_marks(store: Store) -> list[MarkedArticle]:
    """Every mark with its article, the newest first."""
    return [MarkedArticle(mark=mark, article=article) for mark, article in store.marks.list()]


def mark_progress(store: Store) -> MarkProgress:
    """How many articles are marked relevant, and how many irrelevant."""
    outcomes = [mark.relevant for mark, _ in store.marks.list()]
    return MarkProgress(relevant=outcomes.count(True), irrelevant=outcomes.count(False))


def propose_articles(
    store: Store, now: datetime, *, since: datetime, number: int
) -> list[ProposedArticle]:
    """The unmarked articles to mark next: near the threshold, and some from far below it.

    The draw from far below is the same for all calls of one day (UTC).
    """
    samples = _sample(store, now, since=since, number=number)
    titles = store.feeds.titles({sample.article.feed_key for sample in samples})
    return [
        ProposedArticle(
            article=sample.article,
            feed_title=titles.get(sample.article.feed_key, ""),
            reason=sample.reason,
        )
        for sample in samples
    ]


def _sample(store: Store, now: datetime, *, since: datetime, number: int) -> list[SampledArticle]:
    from monitor.classify.training import sampling

    pool = sampling.POOL * number
    keys = sampling.daily_sample(store.marks.far_below_threshold(since=since), now.date(), pool)
    articles = [store.articles.find(key) for key in keys]
    deep = [article for article in articles if article is not None]
    near = store.marks.nearest_to_threshold(since=since, limit=pool)
    return sampling.choose_articles(near, deep, number=number)
