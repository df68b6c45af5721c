"""Marks: what people said of articles, and the articles to ask about next."""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from monitor.articles.contested_marks import is_contested
from monitor.domain.articles import Article, Mark
from monitor.domain.keys import key_of
from monitor.domain.review.mark_changes import MarkChange
from monitor.store.database.transactions import Database, select_in
from monitor.store.events import event_contents, event_writes
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import (
    IS_NUMBERED_NEAR,
    article_numbers,
    articles,
    mark_changes,
    marks,
)
from monitor.store.stories import story_changes
from monitor.text.formats import rfc3339

_IS_FAR_BELOW = articles.c.score < articles.c.threshold / 2


class Marks:
    """The table of marks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mark: Mark) -> bool:
        """Store a mark; it replaces an earlier one of the same person on the same article.

        False, and nothing is stored, when there is no such article.
        """
        act = key_of("mark", mark.article_key, mark.by, rfc3339(mark.marked_at, "milliseconds"))
        return bool(self.set_all([mark], act))

    def set_all(self, new: Sequence[Mark], act: str) -> builtins.list[MarkChange]:
        """Store marks in one act, each instead of an earlier one of its person on its article.

        Marks on articles that do not exist are left out; returns what changed.
        """

        def store(connection: Connection) -> builtins.list[MarkChange]:
            changes = [
                change
                for mark in sorted(new, key=lambda mark: mark.article_key)
                if (change := store_mark(connection, self._database, mark, act)) is not None
            ]
            return self._with_events(connection, changes)

        return self._database.write(store)

    def undo_last(
        self, by: str, act: str, now: datetime, *, since: datetime
    ) -> builtins.list[MarkChange]:
        """Take back the last act of a person that is not undone yet; empty when there is none.

        Acts before `since` can't be undone any more.
        """

        def undo(connection: Connection) -> builtins.list[MarkChange]:
            last = _last_act(connection, by, since)
            changes = [_take_back(connection, self._database, change, act, now) for change in last]
            return self._with_events(connection, changes)

        return self._database.write(undo)

    def remove(
        self, article_key: str, by: str, act: str, now: datetime, *, topic: str = ""
    ) -> MarkChange | None:
        """Take away the mark of a person on an article and topic, or the last one of any topic.

        None when there is none.
        """

        def take_away(connection: Connection) -> MarkChange | None:
            before = _current(connection, article_key, by, topic)
            if before is None:
                return None
            change = MarkChange(
                act=act,
                article_key=article_key,
                topic=before.topic,
                by=by,
                at=now,
                before=before,
                after=None,
            )
            _write(connection, self._database, change)
            self._with_events(connection, [change])
            return change

        return self._database.write(take_away)

    def _with_events(
        self, connection: Connection, changes: builtins.list[MarkChange]
    ) -> builtins.list[MarkChange]:
        """The changes, whose events are stored; the last call of the transaction."""
        new = builtins.list(map(event_contents.article_marked, changes))
        event_writes.add(self._database, connection, new)
        return changes

    def history(self, article_key: str) -> builtins.list[MarkChange]:
        """Every change of the marks on an article, the oldest first."""
        query = select(mark_changes).where(mark_changes.c.article_key == article_key)
        query = query.order_by(mark_changes.c.number)
        return self._database.read(
            lambda connection: [
                article_rows.mark_change_from_row(row) for row in connection.execute(query)
            ]
        )

    def last_change(self) -> int:
        """The number of the last change of any mark; 0 before the first.

        Whoever stores what depends on marks knows by it that it is out of date.
        """
        query = select(func.max(mark_changes.c.number))
        return self._database.read(lambda connection: connection.scalar(query)) or 0

    def list(self) -> builtins.list[tuple[Mark, Article]]:
        """Every mark with its article, the newest first."""
        marked = (
            select(articles, *(column.label(f"mark_{column.name}") for column in marks.c))
            .join(marks, marks.c.article_key == articles.c.key)
            .order_by(marks.c.marked_at.desc(), marks.c.article_key, marks.c.marked_by)
        )
        return self._database.read(
            lambda connection: [
                (article_rows.mark_from_row(row, "mark_"), article_rows.article_from_row(row))
                for row in connection.execute(marked)
            ]
        )

    def settled(self, topic: str = "") -> builtins.list[tuple[Mark, Article]]:
        """The last mark of each article on whose relevance everybody agrees, the newest first.

        Of the marks on this topic; an empty one: of all.
        """
        by_article: dict[str, builtins.list[tuple[Mark, Article]]] = {}
        for mark, article in self.list():
            if topic in ("", mark.topic):
                by_article.setdefault(article.key, []).append((mark, article))
        return [pairs[0] for pairs in by_article.values() if _is_settled(pairs)]

    def settled_labels(self, since: datetime, until: datetime) -> dict[str, bool]:
        """Article key → whether it matters for any topic, of the articles seen then, without texts.

        What is contested is left out, as in `settled`.
        """
        # Behind a function SQLite does not take the index of the times: it would look for a mark of
        # each article of the span, and there are far fewer marks than articles.
        seen_at = func.coalesce(articles.c.seen_at, since)
        query = (
            select(marks.c.article_key, marks.c.topic, marks.c.relevant)
            .join(articles, articles.c.key == marks.c.article_key)
            .where(seen_at >= since, seen_at <= until, articles.c.text_pruned_at.is_(None))
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        opinions: dict[tuple[str, str], set[bool]] = defaultdict(set)
        for row in rows:
            opinions[row.article_key, row.topic].add(row.relevant)
        labels: dict[str, bool] = {}
        for (key, _), opinion in opinions.items():
            if len(opinion) == 1:
                labels[key] = labels.get(key, False) or True in opinion
        return labels

    def of_articles(self, keys: Iterable[str], topic: str = "") -> dict[str, tuple[Mark, ...]]:
        """Article key → its marks, the newest first; an article without one is left out.

        Of the marks on this topic; an empty one: of all.
        """
        rows = self._database.read(
            lambda connection: builtins.list(
                select_in(connection, select(marks), marks.c.article_key, keys)
            )
        )
        by_article: dict[str, builtins.list[Mark]] = defaultdict(builtins.list)
        for row in rows:
            if topic in ("", row.topic):
                by_article[row.article_key].append(article_rows.mark_from_row(row))
        return {
            key: tuple(sorted(of_article, key=lambda mark: mark.marked_at, reverse=True))
            for key, of_article in by_article.items()
        }

    def nearest_to_threshold(self, *, since: datetime, limit: int) -> builtins.list[Article]:
        """Articles without a mark; those whose score is nearest to their threshold come first.

        Articles whose score is under half of it are left out: see `sample_far_below`.
        """
        distance = func.abs(articles.c.score - articles.c.threshold)
        nearest = (
            select(articles)
            .where(*_unmarked(since), ~_IS_FAR_BELOW)
            .order_by(distance, articles.c.key)
            .limit(limit)
        )
        numbers_near = select(article_numbers.c.key).where(IS_NUMBERED_NEAR)

        def read(connection: Connection) -> builtins.list[Article]:
            # those near the line come before all others, and there is an index of them
            rows = connection.execute(nearest.where(articles.c.key.in_(numbers_near))).all()
            if len(rows) < limit:
                rows = connection.execute(nearest).all()
            return [article_rows.article_from_row(row) for row in rows]

        return self._database.read(read)

    def sample_far_below(
        self, *, since: datetime, start: str, limit: int
    ) -> builtins.list[Article]:
        """Articles without a mark whose score is under half of their threshold, by lot.

        Keys are digests: those that follow `start`, any digest, are a random sample, the same at
        every call.  After the highest key the lowest follow.
        """
        sample = select(articles).where(*_unmarked(since), _IS_FAR_BELOW).order_by(articles.c.key)

        def read(connection: Connection) -> builtins.list[Article]:
            following = sample.where(articles.c.key >= start).limit(limit)
            rows = builtins.list(connection.execute(following))
            if len(rows) < limit:
                lowest = sample.where(articles.c.key < start).limit(limit - len(rows))
                rows += connection.execute(lowest)
            return [article_rows.article_from_row(row) for row in rows]

        return self._database.read(read)


def _unmarked(since: datetime) -> tuple[ColumnElement[bool], ...]:
    marked = select(marks.c.article_key).where(marks.c.article_key == articles.c.key)
    return articles.c.seen_at >= since, ~marked.exists(), articles.c.text_pruned_at.is_(None)


def store_mark(
    connection: Connection, database: Database, mark: Mark, act: str
) -> MarkChange | None:
    """Store a mark as a part of a transaction, which stores its event at its end.

    A mark without a topic answers for the one that leads the article.  None when there is no such
    article.  An article in review that is marked irrelevant leaves the story where it waited.
    """
    article_pack = select(articles.c.pack).where(articles.c.key == mark.article_key)
    pack = connection.scalar(article_pack.with_for_update())
    if pack is None:
        return None
    leading_topic = pack.partition("@")[0]
    mark = replace(mark, topic=mark.topic or leading_topic)
    change = MarkChange(
        act=act,
        article_key=mark.article_key,
        topic=mark.topic,
        by=mark.by,
        at=mark.marked_at,
        before=_current_on(connection, mark.article_key, mark.by, mark.topic),
        after=mark,
    )
    _write(connection, database, change)
    if not mark.relevant and mark.topic == leading_topic:
        story_changes.leave_review(database, connection, mark.article_key)
    return change


def _take_back(
    connection: Connection, database: Database, change: MarkChange, act: str, now: datetime
) -> MarkChange:
    undoing = MarkChange(
        act=act,
        article_key=change.article_key,
        topic=change.topic,
        by=change.by,
        at=now,
        before=_current_on(connection, change.article_key, change.by, change.topic),
        after=change.before,
        undoes=change.act,
    )
    _write(connection, database, undoing)
    return undoing


def _current(connection: Connection, article_key: str, by: str, topic: str) -> Mark | None:
    """The mark of a person on this topic, or the last one on any where the topic is empty."""
    if topic:
        return _current_on(connection, article_key, by, topic)
    query = select(marks).where(marks.c.article_key == article_key, marks.c.marked_by == by)
    row = connection.execute(query.order_by(marks.c.marked_at.desc(), marks.c.topic)).first()
    return article_rows.mark_from_row(row) if row else None


def _current_on(connection: Connection, article_key: str, by: str, topic: str) -> Mark | None:
    query = select(marks).where(
        marks.c.article_key == article_key, marks.c.marked_by == by, marks.c.topic == topic
    )
    row = connection.execute(query).one_or_none()
    return article_rows.mark_from_row(row) if row else None


def _write(connection: Connection, database: Database, change: MarkChange) -> None:
    """Make the current mark that of the change, and keep the change."""
    if change.after is None:
        connection.execute(
            delete(marks).where(
                marks.c.article_key == change.article_key,
                marks.c.marked_by == change.by,
                marks.c.topic == change.topic,
            )
        )
    else:
        values = article_rows.mark_values(change.after)
        upsert = database.insert(marks).values(values)
        connection.execute(
            upsert.on_conflict_do_update(
                index_elements=["article_key", "marked_by", "topic"], set_=values
            )
        )
    connection.execute(insert(mark_changes).values(article_rows.mark_change_values(change)))


def _last_act(connection: Connection, by: str, since: datetime) -> builtins.list[MarkChange]:
    """The changes of the last act of a person that is neither undone nor an undo itself."""
    undone = select(mark_changes.c.undoes).where(mark_changes.c.undoes != "")
    last = (
        select(mark_changes.c.act)
        .where(
            mark_changes.c.marked_by == by,
            mark_changes.c.at >= since,
            mark_changes.c.undoes == "",
            mark_changes.c.act.not_in(undone),
        )
        .order_by(mark_changes.c.number.desc())
        .limit(1)
    )
    act = connection.scalar(last)
    query = select(mark_changes).where(mark_changes.c.act == act).order_by(mark_changes.c.number)
    return [article_rows.mark_change_from_row(row) for row in connection.execute(query)]


def _is_settled(pairs: Sequence[tuple[Mark, Article]]) -> bool:
    """Whether everybody who marked the article agrees on its relevance."""
    return not is_contested([mark for mark, _ in pairs])
