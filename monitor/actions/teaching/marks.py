"""Marks on articles (relevant or not): set one, list them, propose the next ones, see progress."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import settings_of_topic
from monitor.domain.articles import Article, Mark
from monitor.domain.errors import ConfigError
from monitor.domain.review.mark_changes import MarkChange

if TYPE_CHECKING:
    from monitor.classify.training.sampling import SampledArticle
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

UNDO_TIME = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRequest:
    """What a person says of an article."""

    article: str  # its key, or the beginning of it
    relevant: bool
    themes: tuple[str, ...] = ()  # that it belongs to; only of a relevant article
    by: str = "operator"
    note: str = ""
    topic: str = ""  # that it answers for; empty: what leads the article


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkMarkRequest:
    """What a person says of several articles at once."""

    articles: tuple[str, ...]  # whole keys
    relevant: bool
    themes: tuple[str, ...] = ()
    by: str
    note: str = ""
    topic: str = ""  # that it answers for; empty: what leads each article


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkMark:
    """What an act of marking changed."""

    relevant: bool
    changed: tuple[MarkChange, ...]
    missing: tuple[str, ...]  # keys of articles that do not exist (any more)

    @property
    def sentence(self) -> str:
        """ "Marked 3 articles relevant." """
        noun = "article" if len(self.changed) == 1 else "articles"
        word = "relevant" if self.relevant else "not relevant"
        sentence = f"Marked {len(self.changed)} {noun} {word}."
        if self.missing:
            were = "was" if len(self.missing) == 1 else "were"
            sentence += f" {len(self.missing)} {were} removed meanwhile."
        return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedArticle:
    """An article and its mark."""

    mark: Mark
    article: Article

    def as_json(self) -> JsonObject:
        """The mark as `marks list --json` shows it."""
        return {
            "key": self.mark.article_key,
            "topic": self.mark.topic or None,
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


def mark_word(mark: Mark) -> str:
    """ "relevant" or "irrelevant" """
    return "relevant" if mark.relevant else "irrelevant"


def mark_article(
    store: Store, request: MarkRequest, now: datetime, *, topic_themes: Collection[str]
) -> MarkedArticle:
    """Mark an article on a topic; a later mark of the same person on it replaces an earlier one.

    Raise ConfigError when there is no such article, when a theme is not of the topic, or when an
    irrelevant article is given a theme.
    """
    check_themes(request.relevant, request.themes, topic_themes)
    article = store.articles.find(request.article)
    if article is None:
        raise ConfigError(_no_article(request.article))
    changed = store.marks.set_all([_mark(request, article.key, now)], uuid4().hex)
    if not changed or changed[0].after is None:
        raise ConfigError(_no_article(request.article))
    return MarkedArticle(mark=changed[0].after, article=article)


def mark_articles(
    store: Store, request: BulkMarkRequest, now: datetime, *, topic_themes: Collection[str]
) -> BulkMark:
    """Mark several articles at once; one undo takes all of it back.

    Articles that were removed meanwhile are named in the result.  Raise ConfigError for no article
    at all, and as `mark_article` does.
    """
    check_themes(request.relevant, request.themes, topic_themes)
    if not request.articles:
        raise ConfigError("no article is selected: tick some, or open one")
    marks = [_mark(request, key, now) for key in request.articles]
    changed = store.marks.set_all(marks, uuid4().hex)
    missing = sorted({*request.articles} - {change.article_key for change in changed})
    if not changed:
        raise ConfigError(_no_article(missing[0]))
    return BulkMark(relevant=request.relevant, changed=tuple(changed), missing=tuple(missing))


def remove_mark(
    store: Store, reference: str, by: str, now: datetime, *, topic: str = ""
) -> MarkChange:
    """Take away one's own mark on an article and topic, or the last one; the undo brings it back.

    Raise ConfigError when there is no such article, or no mark of this person on it.
    """
    article = store.articles.find(reference)
    if article is None:
        raise ConfigError(_no_article(reference))
    change = store.marks.remove(article.key, by, uuid4().hex, now, topic=topic)
    if change is None:
        on_topic = f" for {topic}" if topic else ""
        raise ConfigError(f"{by} has not marked the article {article.key[:8]}{on_topic}")
    return change


def undo_marks(store: Store, by: str, now: datetime) -> tuple[MarkChange, ...]:
    """Take back the last act of marking of a person, a bulk one as a whole; returns the changes.

    Raise ConfigError when there is nothing of the last day to undo.
    """
    undone = store.marks.undo_last(by, uuid4().hex, now, since=now - UNDO_TIME)
    if not undone:
        raise ConfigError(f"{by} has marked nothing within a day that could be undone")
    return tuple(undone)


def mark_history(store: Store, reference: str) -> tuple[MarkChange, ...]:
    """Every change of the marks on an article, the oldest first.

    Raise ConfigError when there is no such article.
    """
    article = store.articles.find(reference)
    if article is None:
        raise ConfigError(_no_article(reference))
    return tuple(store.marks.history(article.key))


def change_as_json(change: MarkChange) -> JsonObject:
    """A change as `marks history --json` shows it."""
    return {
        "at": as_json.instant(change.at),
        "by": change.by,
        "topic": change.topic or None,
        "before": mark_word(change.before) if change.before else None,
        "after": mark_word(change.after) if change.after else None,
        "theme_slugs": list(change.after.themes) if change.after else [],
        "note": change.after.note if change.after else "",
        "is_undo": bool(change.undoes),
    }


def _mark(request: MarkRequest | BulkMarkRequest, article_key: str, now: datetime) -> Mark:
    return Mark(
        article_key=article_key,
        topic=request.topic,
        relevant=request.relevant,
        themes=request.themes,
        marked_at=now,
        by=request.by,
        note=request.note,
    )


def _no_article(reference: str) -> str:
    return f"no article {reference!r}: `monitor articles list` and `monitor marks next` show keys"


def check_themes(relevant: bool, themes: Collection[str], topic_themes: Collection[str]) -> None:
    """Raise ConfigError for a theme that is not of the topic, or of an irrelevant article."""
    if themes and not relevant:
        raise ConfigError("an irrelevant article has no theme: name none")
    unknown = [slug for slug in themes if slug not in topic_themes]
    if unknown:
        raise ConfigError(
            f"no such theme: {', '.join(unknown)}; there are: {', '.join(topic_themes)}"
        )


def themes_of_mark(settings: Settings, topic: str, all_themes: Collection[str]) -> Collection[str]:
    """The themes that a mark for this topic may have; all of them for one without a topic.

    Raise InvalidOption for a topic that is not watched; ConfigError, PackError.
    """
    from monitor.runtime import topic_pack

    if not topic:
        return all_themes
    return topic_pack.read_card(settings_of_topic(settings, topic)).theme_titles


def list_marks(store: Store) -> list[MarkedArticle]:
    """Every mark with its article, the newest first."""
    return [MarkedArticle(mark=mark, article=article) for mark, article in store.marks.list()]


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


def proposal_reason(article: Article) -> str:
    """Why an article was proposed, as `propose_articles` says it."""
    from monitor.classify.training import sampling

    return sampling.choice_reason(article)


def _sample(store: Store, now: datetime, *, since: datetime, number: int) -> list[SampledArticle]:
    from monitor.classify.training import sampling

    pool = sampling.POOL * number
    start = sampling.start_of_sample(now.date())
    deep = store.marks.sample_far_below(since=since, start=start, limit=pool)
    near = store.marks.nearest_to_threshold(since=since, limit=pool)
    return sampling.choose_articles(near, deep, number=number)
