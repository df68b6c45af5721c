"""Stored decisions of a span of time, without the texts: what outcomes of rules are counted from.

The database counts the rejected articles that no rule applied to; of the others only the columns
are read that tell who would be alerted, and which rules applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Integer, Text, and_, cast, func, select

from monitor.domain.articles import DecisionReason, RuleHit
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import IS_RELEVANT, articles

POINTS = 100  # a score is counted by its whole per cent, 1.0 with 0.99
_PAGE = 1_000  # rows in memory: the decisions on further topics are long


# Without cycles, so the collector need not look at tens of thousands of them (`gc=False`).
class StoredDecision(msgspec.Struct, frozen=True, gc=False):
    """What outcomes need of a decision; also how one on a further topic is read from its JSON."""

    pack: str
    config: str
    relevant: bool
    reason: DecisionReason
    score: float
    labels: tuple[str, ...]
    rules: tuple[RuleHit, ...]


class DecidedArticle(msgspec.Struct, frozen=True, gc=False):
    """What outcomes need of an article whose decisions are stored."""

    key: str
    copy_key: str
    feed_key: str
    seen_at: datetime
    backlog: bool
    language: str | None
    is_pruned: bool  # its text was removed: it can't be decided again
    decisions: tuple[StoredDecision, ...]  # the leading one first
    is_readable: bool  # false: there is more that only a whole article tells


class DecidedBy(msgspec.Struct, frozen=True):
    """What decides: the settings, and the pack of each topic, the first one first."""

    configs: tuple[str, ...]  # each a `Settings.decision_digest`
    packs: tuple[str, ...]


# In the order in which `_article` unpacks them.
_COLUMNS = (
    *(articles.c[name] for name in ("key", "copy_key", "feed_key", "seen_at", "backlog")),
    articles.c.language,
    articles.c.text_pruned_at.is_not(None).label("is_pruned"),
    *(articles.c[name] for name in ("relevant", "reason", "score", "pack", "config")),
    # as texts: the same few occur again and again, and each is read once
    *(cast(articles.c[name], Text) for name in ("labels", "rules", "other_decisions")),
)
_read_labels = lru_cache(maxsize=10_000)(msgspec.json.Decoder(tuple[str, ...]).decode)
_read_hits = lru_cache(maxsize=10_000)(msgspec.json.Decoder(tuple[RuleHit, ...]).decode)
_read_further = msgspec.json.Decoder(tuple[StoredDecision, ...]).decode


class StoredDecisions:
    """Decisions of the articles seen from an instant on, and before another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rejected_scores(self, start: datetime, end: datetime) -> dict[int, int]:
        """Whole per cent of the score → articles that are rejected; all by an index alone."""
        percent = articles.c.score * float(POINTS)
        # a cast cuts the rest off on SQLite, which may lack `floor`, and rounds on PostgreSQL
        whole = percent if self._database.is_sqlite else func.floor(percent)
        point = cast(whole, Integer).label("point")
        query = select(point, func.count().label("number")).group_by(point)
        query = query.where(*_seen(start, end), ~articles.c.relevant)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        counts: dict[int, int] = {}
        for row in rows:
            last = min(row.point, POINTS - 1)
            counts[last] = counts.get(last, 0) + row.number
        return counts

    def noteworthy(
        self, start: datetime, end: datetime, decided_by: DecidedBy
    ) -> list[DecidedArticle]:
        """The relevant articles, and those rejected ones that are not rejected by score alone.

        That is without a rule, for the first topic alone, by such settings and with this pack.
        Pruned ones are among them.
        """
        is_plain = and_(
            articles.c.pack == decided_by.packs[0],
            articles.c.config.in_(decided_by.configs),
            cast(articles.c.rules, Text) == "[]",
            articles.c.other_decisions.is_(None),
            articles.c.text_pruned_at.is_(None),
        )
        query = select(*_COLUMNS).where(*_seen(start, end)).execution_options(yield_per=_PAGE)
        relevant, rejected = query.where(IS_RELEVANT), query.where(~articles.c.relevant, ~is_plain)

        def read(connection: Connection) -> list[DecidedArticle]:
            rows = chain(connection.execute(relevant), connection.execute(rejected))
            return [_article(row) for row in rows]

        return self._database.read(read)

    def first_seen(self, start: datetime, end: datetime) -> datetime | None:
        """When the first article with a text was seen; None where there is none."""
        query = select(articles.c.seen_at).where(*_seen(start, end))
        query = query.where(articles.c.text_pruned_at.is_(None))
        first = query.order_by(articles.c.seen_at, articles.c.key).limit(1)
        seen_at: datetime | None = self._database.read(lambda connection: connection.scalar(first))
        return seen_at


def _seen(start: datetime, end: datetime) -> Iterator[ColumnElement[bool]]:
    yield articles.c.seen_at >= start
    yield articles.c.seen_at < end


def _article(row: Any) -> DecidedArticle:
    """The article of a row of _COLUMNS."""
    (
        key, copy_key, feed_key, seen_at, backlog, language, is_pruned,
        relevant, reason, score, pack, config, labels, rules, other_decisions,
    ) = row  # fmt: skip
    further: tuple[StoredDecision, ...] = ()
    try:
        shown_labels, hits = _read_labels(labels), _read_hits(rules)
        if other_decisions:
            further = _read_further(other_decisions)
        is_readable = True
    except msgspec.DecodeError:  # half a character, which older versions stored
        shown_labels, hits, is_readable = (), (), False
    leading = StoredDecision(pack, config, relevant, reason, score, shown_labels, hits)
    decisions = leading, *further
    return DecidedArticle(
        key, copy_key, feed_key, seen_at, backlog, language, is_pruned, decisions, is_readable
    )
