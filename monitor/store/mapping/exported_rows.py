"""Exported rows: the columns of `articles` that exports need, as exported articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.domain.articles import tier_for, topic_of
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.store.schema.tables import articles

# In the order in which `exported_article` unpacks them.
EXPORTED_COLUMNS = tuple(
    articles.c[name]
    for name in (
        "key", "feed_key", "seen_at", "published_at", "title", "text", "url", "author", "language",
        "backlog", "relevant", "reason", "score", "threshold", "review_threshold", "labels",
        "themes", "rules", "terms", "pack", "config", "confirmed_by", "other_decisions",
    )
)  # fmt: skip


def exported_article(row: Sequence[Any]) -> ExportedArticle:
    """The exported article of a row of EXPORTED_COLUMNS."""
    # unpacked at once: a row looks up each name in a dictionary, for every article anew
    (
        key, feed_key, seen_at, published_at, title, text, url, author, language,
        backlog, relevant, reason, score, threshold, review_threshold, labels,
        themes, rules, terms, pack, config, confirmed_by, other_decisions,
    ) = row  # fmt: skip
    topic = topic_of(pack)
    topics = [topic] if relevant else []
    if other_decisions:
        topics += [topic_of(other["pack"]) for other in other_decisions if other["relevant"]]
    return ExportedArticle(
        key,
        feed_key,
        seen_at,
        published_at,
        title,
        text,
        url,
        author,
        language,
        backlog,
        relevant,
        reason,
        tier_for(reason, score, review_threshold, relevant),
        score,
        threshold,
        labels,
        themes,
        [hit["rule"] for hit in rules],
        # PostgreSQL returns the 1e16 of a JSON document as an integer
        [[word, float(weight)] for word, weight in terms],
        pack,
        config,
        confirmed_by or "",
        topic,
        topics,
    )
