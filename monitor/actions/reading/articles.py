"""Stored articles: list them, find one by the beginning of its key, and their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.domain.articles import Article, Decision, Source
from monitor.domain.errors import ConfigError
from monitor.runtime import topics

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleQuery:
    """Which articles to list; None does not restrict."""

    limit: int
    since: datetime | None = None  # seen at or after
    theme: str | None = None
    feed_key: str | None = None
    flagged_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """An article with what a list shows beside it."""

    article: Article
    feed_title: str
    sources: tuple[Source, ...]  # every feed that brought it, its own among them

    def as_json(self) -> JsonObject:
        """The article as `articles list --json` shows it."""
        return article_as_json(self.article, self.sources)

    def sources_as_json(self) -> list[JsonObject]:
        """Every feed that brought it."""
        return [_source_as_json(source) for source in self.sources]


def check_theme(slug: str | None, settings: Settings) -> None:
    """Raise InvalidOption when the topic has no such theme; None is no restriction."""
    if slug is not None:
        themes = topics.theme_titles(settings)
        if slug not in themes:
            raise InvalidOption("theme", f"{slug}: no such theme; there are: {', '.join(themes)}")


def list_articles(store: Store, query: ArticleQuery) -> list[ListedArticle]:
    """The articles that the query describes, newest first."""
    articles = store.articles.list(
        since=query.since,
        theme=query.theme,
        flagged=True if query.flagged_only else None,
        feed=query.feed_key,
        limit=query.limit,
    )
    sources = store.articles.sources(articles)
    titles = store.feeds.titles({article.feed_key for article in articles})
    return [
        ListedArticle(
            article=article,
            feed_title=titles.get(article.feed_key, ""),
            sources=tuple(sources[article.key]),
        )
        for article in articles
    ]


def find_article(store: Store, reference: str) -> Article:
    """The article whose key begins so.  Raise ConfigError when there is none or more than one."""
    article = store.articles.find(reference)
    if article is None:
        raise ConfigError(f"no article {reference!r}: `monitor articles list` shows their keys")
    return article


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    """An article with its whole text."""

    listed: ListedArticle

    def as_json(self) -> JsonObject:
        """The article as `articles show --json` shows it."""
        article = self.listed.article
        return {
            **self.listed.as_json(),
            "feed_title": self.listed.feed_title,
            "author": article.entry.author,
            "tags": list(article.entry.tags),
            "text": article.entry.text,
            "decision": decision_as_json(article.decision),
            **other_decisions_as_json(article),
        }


def show_article(store: Store, reference: str) -> ShownArticle:
    """The article whose key begins so, with text and sources.  Raise ConfigError."""
    article = find_article(store, reference)
    listed = ListedArticle(
        article=article,
        feed_title=store.feeds.titles({article.feed_key}).get(article.feed_key, ""),
        sources=tuple(store.articles.sources([article])[article.key]),
    )
    return ShownArticle(listed=listed)


def article_as_json(article: Article, sources: Sequence[Source] = ()) -> JsonObject:
    """An article with its decision, its edits and its sources.

    `themes` (probabilities) and `labels` (the themes it counts for) are the older names of
    `theme_probabilities` and `theme_slugs`.
    """
    entry, decision = article.entry, article.decision
    return {
        "key": article.key,
        "feed": article.feed_key,
        "url": entry.url,
        "title": entry.title,
        "language": entry.language,
        "published_at": as_json.instant(entry.published_at),
        "seen_at": as_json.instant(article.seen_at),
        "score": as_json.score(decision.score),
        "relevant": decision.relevant,
        "tier": decision.tier,
        **_topics_as_json(article),
        "themes": as_json.probabilities(decision.themes),
        "labels": decision.labels,
        **as_json.theme_readings(decision),
        "rules": [hit.rule for hit in decision.rules],
        "backlog": article.backlog,
        "full_text": {"taken": article.own_text is not None, "said": article.page},
        "edits": article.edits,
        "edited_at": as_json.instant(article.edited_at),
        "text_pruned_at": as_json.instant(article.text_pruned_at),
        "sources": [_source_as_json(source) for source in sources],
    }


def _source_as_json(source: Source) -> JsonObject:
    return {
        "article": source.article_key,
        "feed": source.feed_key,
        "feed_title": source.feed_title,
        "url": source.url,
        "seen_at": as_json.instant(source.seen_at),
    }


def _topics_as_json(article: Article) -> JsonObject:
    """The topic of the leading decision, and all topics that the article is relevant for.

    Nothing of an article that was judged for one topic: it looks as it always did.
    """
    if not article.other_decisions:
        return {}
    return {"topic": article.decision.topic, "topics": list(article.topics)}


def other_decisions_as_json(article: Article) -> JsonObject:
    """The decisions beside the leading one; nothing where there is none."""
    others = [
        {"topic": decision.topic, **decision_as_json(decision)}
        for decision in article.other_decisions
    ]
    return {"other_decisions": others} if others else {}


def decision_as_json(decision: Decision) -> JsonObject:
    """A decision with its terms, its keyword rules and the versions that decided."""
    return {
        "relevant": decision.relevant,
        "tier": decision.tier,
        "confirmed_by": decision.confirmed_by or None,
        "review_threshold": decision.review_threshold,
        "reason": decision.reason,
        "score": as_json.score(decision.score),
        "threshold": decision.threshold,
        "themes": as_json.probabilities(decision.themes),
        "labels": decision.labels,
        **as_json.theme_readings(decision),
        "terms": [{"text": term.text, "weight": round(term.weight, 3)} for term in decision.terms],
        "rules": [
            {"rule": hit.rule, "action": hit.action, "terms": hit.terms, "theme": hit.theme}
            for hit in decision.rules
        ],
        "pack": decision.pack,
        "config": decision.config,
        "memory": _memory_as_json(decision),
    }


def _memory_as_json(decision: Decision) -> JsonObject | None:
    """What similar articles of the three days before did to the score; None without any."""
    similar = decision.similar
    if similar is None or decision.own_score is None:
        return None
    return {
        "articles": similar.count,
        "flagged": similar.flagged,
        "own_score": as_json.score(decision.own_score),
        "shift": round(similar.shift, 3),
        "sentence": memory_sentence(decision),
    }


def memory_sentence(decision: Decision) -> str:
    """What similar articles of the three days before did to the score; "" without any."""
    if decision.similar is None or decision.own_score is None:
        return ""
    return decision.similar.sentence(decision.own_score, decision.pack_score)
