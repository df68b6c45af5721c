"""Rows of articles: from an article to its row and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from monitor.domain.articles import Article, Decision, RuleAction, RuleHit, Term
from monitor.domain.feeds import Entry
from monitor.store.mapping.common import Values, text_or_none
from monitor.text.comparison import wording_key


def article_values(article: Article) -> Values:
    """A row of `articles`."""
    entry, decision = article.entry, article.decision
    return {
        "key": article.key,
        "copy_key": article.copy_key,
        "feed_key": article.feed_key,
        "seen_at": article.seen_at,
        "backlog": article.backlog,
        "alias": article.alias,
        "wording": wording_key(entry.title, article.said.text),
        "edits": article.edits,
        "edited_at": article.edited_at,
        "title": entry.title,
        "text": entry.text,
        "own_text": article.own_text,
        "page": article.page,
        "url": text_or_none(entry.url, 4_000),
        "guid": entry.guid,
        "author": entry.author,
        "language": entry.language,
        "published_at": entry.published_at,
        "tags": list(entry.tags),
        "relevant": decision.relevant,
        "reason": decision.reason,
        "score": decision.score,
        "pack_score": decision.pack_score,
        "threshold": decision.threshold,
        "themes": dict(decision.themes),
        "labels": list(decision.labels),
        "terms": [[term.text, term.weight] for term in decision.terms],
        "rules": [_hit_values(hit) for hit in decision.rules],
        "pack": decision.pack,
        "config": decision.config,
    }


def _hit_values(hit: RuleHit) -> Values:
    return {
        "rule": hit.rule,
        "action": hit.action.value,
        "terms": list(hit.terms),
        "boost": hit.boost,
        "theme": hit.theme,
    }


def _hit_of(values: Values) -> RuleHit:
    return RuleHit(
        rule=values["rule"],
        action=RuleAction(values["action"]),
        terms=tuple(values["terms"]),
        boost=float(values["boost"]),
        theme=values["theme"],
    )


def article_from_row(row: Row[Any]) -> Article:
    """A row as the article it is."""
    return Article(
        key=row.key,
        copy_key=row.copy_key,
        feed_key=row.feed_key,
        alias=row.alias,
        seen_at=row.seen_at,
        backlog=row.backlog,
        entry=_entry_of(row),
        own_text=row.own_text,
        page=row.page,
        decision=_decision_of(row),
        edits=row.edits,
        edited_at=row.edited_at,
    )


def revision_from_row(row: Row[Any], newest: Article) -> Article:
    """A row of `revisions` as the article was then."""
    return replace(
        newest,
        entry=_entry_of(row),
        own_text=row.own_text,
        page=row.page,
        decision=_decision_of(row),
        edits=row.edits,
        edited_at=row.edited_at,
    )


def _entry_of(row: Row[Any]) -> Entry:
    return Entry(
        title=row.title,
        text=row.text,
        url=row.url,
        guid=row.guid,
        author=row.author,
        language=row.language,
        published_at=row.published_at,
        tags=tuple(row.tags),
    )


def _decision_of(row: Row[Any]) -> Decision:
    # PostgreSQL keeps the 1e16 of a JSON document as a whole number: hence every float()
    return Decision(
        relevant=row.relevant,
        reason=row.reason,
        score=row.score,
        pack_score=row.pack_score,
        threshold=row.threshold,
        themes={slug: float(chance) for slug, chance in row.themes.items()},
        labels=tuple(row.labels),
        terms=tuple(Term(text=text, weight=float(weight)) for text, weight in row.terms),
        rules=tuple(_hit_of(hit) for hit in row.rules),
        pack=row.pack,
        config=row.config,
    )
