"""Pruning: remove what retention no longer keeps, in short transactions beside the service's work.

A pruned text leaves its article: the decision with its terms, the headline and the address stay.
A pruned article leaves its names, so that a feed that still lists it brings nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    and_,
    cast,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    union,
    update,
)

from monitor.domain.errors import StoreError
from monitor.store.database.stored_states import Pruned
from monitor.store.database.transactions import Database
from monitor.store.events import event_pruning
from monitor.store.reports import poll_counts
from monitor.store.retention import file_pruning, table_sizes
from monitor.store.retention.prunable import AGED, IS_PRUNABLE, in_order_of_age
from monitor.store.retention.table_sizes import TableSize
from monitor.store.schema.tables import (
    articles,
    attempts,
    prune_positions,
    pruned_articles,
    revisions,
)
from monitor.store.search import index_writes

_DAY = timedelta(days=1)

BATCH = 200  # rows of one transaction: some tens of milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneStep:
    """What one transaction removed."""

    pruned: int  # texts, articles, alerts whose attempts were removed, events, or files
    is_last: bool  # nothing older is left to look at


@dataclass(frozen=True, slots=True, kw_only=True)
class Prunable:
    """What would be removed now."""

    rows: int
    text_bytes: int  # of texts, and of headlines of articles that go whole; 0 for what has none


class Pruning:
    """Removes what is older than an instant; several processes may prune at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def step(
        self, kind: Pruned, before: datetime, now: datetime, *, batch: int = BATCH
    ) -> PruneStep:
        """Look at the next rows that are older than `before`, and remove what may be removed."""
        if kind is Pruned.EVENTS:
            pruned = self._database.write(
                lambda connection: event_pruning.prune_oldest(connection, before, batch)
            )
            return PruneStep(pruned=pruned, is_last=pruned < batch)
        if kind is Pruned.EXPORTS:
            files = self._database.write(
                lambda connection: file_pruning.prune_oldest(connection, before)
            )
            return PruneStep(pruned=files or 0, is_last=files is None)

        def prune(connection: Connection) -> PruneStep:
            position = self._position(connection, kind)
            rows = connection.execute(_after(kind, position, before).limit(batch)).all()
            keys = [row.key for row in rows if row.is_prunable]
            if keys:
                _REMOVALS[kind](self._database, connection, keys, now)
                poll_counts.add_pruned(self._database, connection, kind, len(keys), now)
            if rows:
                _advance(self._database, connection, kind, rows[-1], len(keys))
            return PruneStep(pruned=len(keys), is_last=len(rows) < batch)

        return self._database.write(prune)

    def is_credible(self, now: datetime) -> bool:
        """Whether a service ran a day before `now`: a clock that jumped years ahead is not obeyed,
        because by it everything is old.
        """
        return self._database.read(
            lambda connection: poll_counts.has_beat(connection, now - 2 * _DAY, now - _DAY)
        )

    def start_anew(self) -> None:
        """Look at all rows again: marks may have been taken back, edits have brought texts."""
        self._database.write(lambda connection: connection.execute(delete(prune_positions)))

    def prunable(
        self, kind: Pruned, before: datetime, *, articles_before: datetime | None = None
    ) -> Prunable:
        """How much is older than `before` and may be removed; reads all of it.

        Articles older than `articles_before` go whole: their texts are not counted once more.
        """
        if kind in _COUNTS:
            number = self._database.read(lambda connection: _COUNTS[kind](connection, before))
            return Prunable(rows=number, text_bytes=0)
        table, aged_at = AGED[kind]
        size: Any = literal(0)
        if table is articles:
            size = func.coalesce(func.sum(self._text_bytes(kind)), 0)
        query = select(func.count(), size).select_from(table)
        query = query.where(aged_at < before, IS_PRUNABLE[kind])
        if kind is Pruned.TEXTS and articles_before is not None:
            goes_whole = IS_PRUNABLE[Pruned.ARTICLES]
            query = query.where(not_(and_(aged_at < articles_before, goes_whole)))
        rows, text_bytes = self._database.read(lambda connection: connection.execute(query).one())
        return Prunable(rows=int(rows), text_bytes=int(text_bytes))

    def table_sizes(self) -> list[TableSize]:
        """Every table, the largest first; reads the whole database."""
        return table_sizes.table_sizes(self._database)

    def compact(self) -> None:
        """Shrink the file of a SQLite database; it needs as much free space as the file has.

        Raise StoreError on PostgreSQL, whose server reuses the space by itself.
        """
        if not self._database.is_sqlite:
            raise StoreError(
                "PostgreSQL reuses the space of removed rows by itself (autovacuum):"
                " run `VACUUM FULL` with its own tools to shrink its files"
            )
        self._database.vacuum()

    def _text_bytes(self, kind: Pruned) -> ColumnElement[int]:
        """Of the texts of an article; the headline stays unless the article goes whole."""
        texts = articles.c.text + func.coalesce(articles.c.own_text, "")
        if kind is Pruned.ARTICLES:
            texts = articles.c.title + texts
        if self._database.is_sqlite:
            return func.length(cast(texts, LargeBinary))  # of a text it counts characters
        return func.octet_length(texts)

    def _position(self, connection: Connection, kind: Pruned) -> Any:
        """Where the last step ended; locked, so that two processes take turns."""
        query = select(prune_positions).where(prune_positions.c.kind == kind).with_for_update()
        return connection.execute(query).first()


def _after(kind: Pruned, position: Any, before: datetime) -> Select[Any]:
    """The rows of the kind that are older than `before` and behind the position."""
    table, aged_at = AGED[kind]
    query = in_order_of_age(kind).where(aged_at < before)
    if position is None:
        return query
    return query.where(
        aged_at >= position.at,  # for the index
        or_(aged_at > position.at, table.c.key > position.key),
    )


def _advance(
    database: Database, connection: Connection, kind: Pruned, last: Any, count: int
) -> None:
    row = {"kind": kind, "at": last.at, "key": last.key, "pruned": count}
    insert = database.insert(prune_positions).values(row)
    change = {
        "at": insert.excluded.at,
        "key": insert.excluded.key,
        "pruned": prune_positions.c.pruned + insert.excluded.pruned,
    }
    connection.execute(insert.on_conflict_do_update(index_elements=["kind"], set_=change))


def _prune_texts(
    database: Database, connection: Connection, keys: Sequence[str], now: datetime
) -> None:
    indexed = index_writes.stored_texts(connection, keys)
    emptied = {"text": "", "own_text": None, "text_pruned_at": now}
    connection.execute(update(articles).where(articles.c.key.in_(keys)).values(emptied))
    connection.execute(update(revisions).where(revisions.c.article_key.in_(keys)).values(emptied))
    index_writes.replace(database, connection, indexed)


def _prune_articles(
    database: Database, connection: Connection, keys: Sequence[str], _now: datetime
) -> None:
    pruned = articles.c.key.in_(keys)
    names = (articles.c.key, articles.c.wording, articles.c.feed_key, articles.c.alias)
    former_names = (revisions.c.article_key, revisions.c.wording, *names[2:])
    former = select(*former_names).join(articles, articles.c.key == revisions.c.article_key)
    all_names = union(select(*names).where(pruned), former.where(pruned))
    keep = database.insert(pruned_articles).from_select([name.name for name in names], all_names)
    connection.execute(keep.on_conflict_do_nothing())
    index_writes.remove(database, connection, keys)
    connection.execute(delete(articles).where(pruned))


def _prune_attempts(
    _database: Database, connection: Connection, keys: Sequence[str], _now: datetime
) -> None:
    connection.execute(delete(attempts).where(attempts.c.alert_key.in_(keys)))


# Kinds whose rows have no position of their own.
_COUNTS = {
    Pruned.EVENTS: event_pruning.count_prunable,
    Pruned.EXPORTS: file_pruning.count_prunable,
}

_REMOVALS = {
    Pruned.TEXTS: _prune_texts,
    Pruned.ARTICLES: _prune_articles,
    Pruned.ATTEMPTS: _prune_attempts,
}
