"""Rows of `articles`, `revisions` and `marks`: articles and marks to columns, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, RowMapping

from monitor.domain.articles import (
    Article,
    Decision,
    DecisionReason,
    Mark,
    RuleAction,
    RuleHit,
    Term,
)
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SimilarArticles
from monitor.domain.review.mark_changes import MarkChange
from monitor.store.mapping.column_text import Values, text_or_none
from monitor.store.schema.tables import articles
from monitor.text.comparison import wording_key
from monitor.text.formats import rfc3339


def article_values(article: Article) -> Values:
    """The columns of an article."""
    entry, decision = article.entry, article.decision
    return {
        "key": article.key,
        "copy_key": article.copy_key,
        "feed_key": article.feed_key,
        "seen_at": article.seen_at,
        "backlog": article.backlog,
        "alias": article.alias,
        "wording": wording_key(entry.title, article.feed_entry.text),
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
        "text_pruned_at": article.text_pruned_at,
        **decision_values(decision),
        **topic_values(article),
    }


def _similar_json(similar: SimilarArticles | None) -> Values | None:
    if similar is None:
        return None
    return {
        "count": similar.count,
        "flagged": similar.flagged,
        "log_odds": similar.log_odds,
        "shift": similar.shift,
    }


def _similar(values: Values | None) -> SimilarArticles | None:
    if values is None:
        return None
    return SimilarArticles(
        count=values["count"],
        flagged=values["flagged"],
        log_odds=float(values["log_odds"]),
        shift=float(values["shift"]),
    )


def topic_values(article: Article) -> Values:
    """The columns of the topics beside that of the leading decision."""
    return {
        "topics": list(article.topics) or None,
        "other_decisions": [_decision_json(other) for other in article.other_decisions] or None,
        "opens_other_gate": any(other.own_score is not None for other in article.other_decisions),
    }


def _decision_json(decision: Decision) -> Values:
    """A decision beside the leading one, as one value."""
    values = decision_values(decision)
    return {**values, "reason": decision.reason.value, "confirmed_by": decision.confirmed_by}


def decision_values(decision: Decision) -> Values:
    """The columns of a leading decision."""
    return {
        "relevant": decision.relevant,
        "reason": decision.reason,
        "score": decision.score,
        "pack_score": decision.pack_score,
        "threshold": decision.threshold,
        "themes": dict(decision.themes),
        "labels": list(decision.labels),
        "terms": [[term.text, term.weight] for term in decision.terms],
        "rules": [_rule_hit_json(hit) for hit in decision.rules],
        "pack": decision.pack,
        "config": decision.config,
        "review_threshold": decision.review_threshold,
        "confirmed_by": decision.confirmed_by or None,
        "own_score": decision.own_score,
        "similar": _similar_json(decision.similar),
    }


def _decision_from_json(values: Values) -> Decision:
    return Decision(
        relevant=values["relevant"],
        reason=DecisionReason(values["reason"]),
        score=float(values["score"]),
        pack_score=float(values["pack_score"]),
        threshold=float(values["threshold"]),
        themes={slug: float(probability) for slug, probability in values["themes"].items()},
        labels=tuple(values["labels"]),
        terms=tuple(Term(text=text, weight=float(weight)) for text, weight in values["terms"]),
        rules=tuple(_rule_hit(hit) for hit in values["rules"]),
        pack=values["pack"],
        config=values["config"],
        review_threshold=_number_or_none(values["review_threshold"]),
        confirmed_by=values["confirmed_by"],
        own_score=_number_or_none(values["own_score"]),
        similar=_similar(values["similar"]),
    )


def _number_or_none(value: float | None) -> float | None:
    return None if value is None else float(value)


def _other_decisions(columns: RowMapping) -> tuple[Decision, ...]:
    return tuple(map(_decision_from_json, columns["other_decisions"] or ()))


def _rule_hit_json(hit: RuleHit) -> Values:
    return {
        "rule": hit.rule,
        "action": hit.action.value,
        "terms": list(hit.terms),
        "boost": hit.boost,
        "theme": hit.theme,
    }


def _rule_hit(values: Values) -> RuleHit:
    return RuleHit(
        rule=values["rule"],
        action=RuleAction(values["action"]),
        terms=tuple(values["terms"]),
        boost=float(values["boost"]),
        theme=values["theme"],
    )


def article_from_row(row: Row[Any]) -> Article:
    """The article of a row of `articles`."""
    columns = row._mapping  # a look-up in it takes a quarter of the time of one by attribute
    return Article(
        key=columns["key"],
        copy_key=columns["copy_key"],
        feed_key=columns["feed_key"],
        alias=columns["alias"],
        seen_at=columns["seen_at"],
        backlog=columns["backlog"],
        **_version(columns),
    )


# What keyword rules, a threshold and subscriptions without a filter read of an article.
DECIDABLE_COLUMNS = tuple(
    articles.c[name]
    for name in (
        "key", "copy_key", "feed_key", "seen_at", "backlog", "title", "text", "language",
        "relevant", "reason", "score", "pack_score", "threshold", "themes", "labels", "pack",
        "confirmed_by", "own_score", "similar", "other_decisions",
    )
)  # fmt: skip


def decidable_article_from_row(row: Row[Any]) -> Article:
    """The article of a row of DECIDABLE_COLUMNS: without its address, its tags, its terms …"""
    columns = row._mapping
    return Article(
        key=columns["key"],
        copy_key=columns["copy_key"],
        feed_key=columns["feed_key"],
        seen_at=columns["seen_at"],
        backlog=columns["backlog"],
        entry=Entry(
            title=columns["title"], text=columns["text"], language=columns["language"]
        ),
        decision=Decision(
            relevant=columns["relevant"],
            reason=columns["reason"],
            score=columns["score"],
            pack_score=columns["pack_score"],
            threshold=columns["threshold"],
            themes=_themes(columns),
            labels=tuple(columns["labels"]),
            pack=columns["pack"],
            confirmed_by=columns["confirmed_by"] or "",
            own_score=columns["own_score"],
            similar=_similar(columns["similar"]),
        ),
        other_decisions=_other_decisions(columns),
    )  # fmt: skip


def revision_from_row(row: Row[Any], newest: Article) -> Article:
    """The article as it was before an edit: a row of `revisions`, the rest from `newest`."""
    return replace(newest, **_version(row._mapping))


def _version(columns: RowMapping) -> dict[str, Any]:
    """What an edit changes of an article."""
    return {
        "entry": _entry(columns),
        "own_text": columns["own_text"],
        "page": columns["page"],
        "decision": _decision(columns),
        "other_decisions": _other_decisions(columns),
        "edits": columns["edits"],
        "edited_at": columns["edited_at"],
        "text_pruned_at": columns["text_pruned_at"],
    }


def mark_values(mark: Mark) -> Values:
    """The columns of a mark."""
    return {
        "article_key": mark.article_key,
        "topic": mark.topic,
        "relevant": mark.relevant,
        "themes": list(mark.themes),
        "marked_at": mark.marked_at,
        "marked_by": mark.by,
        "note": mark.note,
    }


def mark_json(mark: Mark) -> dict[str, object]:
    """A mark in the history of marks."""
    return {
        "relevant": mark.relevant,
        "themes": list(mark.themes),
        "marked_at": rfc3339(mark.marked_at, "milliseconds"),
        "note": mark.note,
    }


def mark_from_row(row: Row[Any], prefix: str = "") -> Mark:
    """The mark of a row whose columns are named `prefix` + column."""
    values = row._mapping
    return Mark(
        article_key=values[f"{prefix}article_key"],
        topic=values[f"{prefix}topic"],
        relevant=values[f"{prefix}relevant"],
        themes=tuple(values[f"{prefix}themes"]),
        marked_at=values[f"{prefix}marked_at"],
        by=values[f"{prefix}marked_by"],
        note=values[f"{prefix}note"],
    )


def mark_change_values(change: MarkChange) -> Values:
    """The columns of a change of a mark."""
    return {
        "act": change.act,
        "article_key": change.article_key,
        "topic": change.topic,
        "marked_by": change.by,
        "at": change.at,
        "before": mark_json(change.before) if change.before else None,
        "after": mark_json(change.after) if change.after else None,
        "undoes": change.undoes,
    }


def mark_change_from_row(row: Row[Any]) -> MarkChange:
    """The change of a row."""
    return MarkChange(
        act=row.act,
        article_key=row.article_key,
        topic=row.topic,
        by=row.marked_by,
        at=row.at,
        before=_mark_from_json(row, row.before),
        after=_mark_from_json(row, row.after),
        undoes=row.undoes,
    )


def _mark_from_json(row: Row[Any], fields: Mapping[str, Any] | None) -> Mark | None:
    if fields is None:
        return None
    return Mark(
        article_key=row.article_key,
        topic=row.topic,
        relevant=fields["relevant"],
        themes=tuple(fields["themes"]),
        marked_at=datetime.fromisoformat(fields["marked_at"]),
        by=row.marked_by,
        note=fields["note"],
    )


def _entry(columns: RowMapping) -> Entry:
    return Entry(
        title=columns["title"],
        text=columns["text"],
        url=columns["url"],
        guid=columns["guid"],
        author=columns["author"],
        language=columns["language"],
        published_at=columns["published_at"],
        tags=tuple(columns["tags"]),
    )


def _themes(columns: RowMapping) -> dict[str, float]:
    # PostgreSQL returns the 1e16 of a JSON document as an integer: hence every float()
    return {slug: float(probability) for slug, probability in columns["themes"].items()}


def _decision(columns: RowMapping) -> Decision:
    return Decision(
        relevant=columns["relevant"],
        reason=columns["reason"],
        score=columns["score"],
        pack_score=columns["pack_score"],
        threshold=columns["threshold"],
        themes=_themes(columns),
        labels=tuple(columns["labels"]),
        terms=tuple(Term(text=text, weight=float(weight)) for text, weight in columns["terms"]),
        rules=tuple(_rule_hit(hit) for hit in columns["rules"]),
        pack=columns["pack"],
        config=columns["config"],
        review_threshold=columns["review_threshold"],
        confirmed_by=columns["confirmed_by"] or "",
        own_score=columns["own_score"],
        similar=_similar(columns["similar"]),
    )
