"""What may be pruned: SQL conditions on rows that nothing else needs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select

from monitor.domain.alerts import AlertState
from monitor.store.database.stored_states import Pruned
from monitor.store.schema.tables import (
    COUNTS_IN_STORY,
    alert_articles,
    alerts,
    articles,
    attempts,
    figures,
    mark_changes,
    marks,
    story_articles,
)

# Tables whose rows need the article, with its text: somebody judged it, was told of it, or it is
# part of a story or of the ledger.  One that only waits in a story for review is not needed.
_NEEDED_BY = (marks, mark_changes, alert_articles, story_articles, figures)

_COPIES = articles.alias("copies")


def _is_needed() -> ColumnElement[bool]:
    needs: ColumnElement[bool] = literal(False)
    for table in _NEEDED_BY:
        is_of_article = table.c.article_key == articles.c.key
        counts = COUNTS_IN_STORY if table is story_articles else literal(True)
        needs = needs | exists().where(is_of_article, counts)
    return needs


_IS_REJECTED = and_(articles.c.relevant.is_(False), ~_is_needed())

# A flagged article names the feeds that brought copies of it.
_HAS_FLAGGED_COPY = exists().where(
    _COPIES.c.copy_key == articles.c.copy_key, _COPIES.c.relevant.is_(True)
)

IS_PRUNABLE: dict[Pruned, ColumnElement[bool]] = {
    Pruned.TEXTS: and_(_IS_REJECTED, articles.c.text_pruned_at.is_(None)),
    Pruned.ARTICLES: and_(_IS_REJECTED, ~_HAS_FLAGGED_COPY),
    Pruned.ATTEMPTS: and_(
        alerts.c.state == AlertState.SENT, exists().where(attempts.c.alert_key == alerts.c.key)
    ),
}

# The rows of each kind, and when each began to age.
AGED = {
    Pruned.TEXTS: (articles, articles.c.seen_at),
    Pruned.ARTICLES: (articles, articles.c.seen_at),
    Pruned.ATTEMPTS: (alerts, alerts.c.created_at),
}


def in_order_of_age(kind: Pruned) -> Select[Any]:
    """Key, instant and whether it may be pruned, for each row of the kind, the oldest first."""
    table, aged_at = AGED[kind]
    columns = (table.c.key, aged_at.label("at"), IS_PRUNABLE[kind].label("is_prunable"))
    return select(*columns).order_by(aged_at, table.c.key)
