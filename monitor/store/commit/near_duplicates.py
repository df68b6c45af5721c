"""Link new articles to those they are copies of, inside the transaction that stores them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, text, tuple_

from monitor.articles import identity, near_duplicates
from monitor.articles.near_duplicates import ComparableText
from monitor.domain.articles import Article
from monitor.store.database.transactions import Database, chunks
from monitor.store.schema.tables import articles, prints

# Prints live for one to two eras; an era is longer than copies may lie apart.
_ERA = timedelta(days=2)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

# A phrase that stands in so many different articles tells none of them from others.
_MOST_HOLDERS = 8
# Out of date prints taken away for each one that is added, and at least so many a time.
_TIDY, _TIDY_AT_LEAST = 2, 200

# Two processes may not look for copies at once: each would miss what the other is about to store.
# SQLite has one writer anyway.  The number is ours, and means nothing.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7305108203)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    """An article that may be the one that was copied."""

    key: str
    copy_key: str
    seen_at: datetime
    text: ComparableText
    words: tuple[str, str]  # headline and the beginning of the text


@dataclass(slots=True, kw_only=True)
class _Shelf:
    """All that new articles are held against: what is stored, and what is about to be."""

    others: dict[str, _Other] = field(default_factory=dict)
    by_alias: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_print: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def link(
    database: Database,
    connection: Connection,
    new: Sequence[Article],
    edited: Sequence[Article],
    moving: Collection[str],
) -> dict[str, Article]:
    """By key, these articles under the copy keys they shall have; their prints are stored.

    A copy takes the copy key of the first of its kind.  Of the edited ones do so those whose key
    is in `moving`, when no other shares their own.  They may be copies of each other: the first
    in the list comes first.
    """
    if not new and not edited:
        return {}
    if not database.is_sqlite:
        connection.execute(_ONE_AT_A_TIME)
    alone = _alone(connection, [one for one in edited if one.key in moving])
    linked: dict[str, Article] = {}
    mine = [(one, *_read(one)) for one in (*new, *edited)]
    shelf = _shelf(connection, mine)
    fresh: list[tuple[int, str]] = []
    for article, compared, numbers in mine:
        first = None
        if article.edits == 0 or article.key in alone:
            first = _first(article, compared, numbers, shelf)
        if first is not None:
            article = replace(article, copy_key=first.copy_key)
        linked[article.key] = article
        if first is None or (
            near_duplicates.is_headline_only(first.text)
            and not near_duplicates.is_headline_only(compared)
        ):
            _put(shelf, article, compared, numbers)
            fresh += [(number, article.key) for number in numbers if _tells(shelf, number)]
    _keep(database, connection, fresh, _era(max(_now(one) for one, _, _ in mine)))
    return linked


def _read(article: Article) -> tuple[ComparableText, tuple[int, ...]]:
    compared = near_duplicates.comparable_text(
        title=article.entry.title,
        text=article.feed_entry.text,
        published_at=article.entry.published_at or _now(article),
        feed=article.feed_key,
    )
    return compared, near_duplicates.fingerprints(compared)


def _now(article: Article) -> datetime:
    """When these words were seen.  Raise ValueError for an instant without a zone."""
    now = article.edited_at or article.seen_at
    if now.tzinfo is None:
        raise ValueError(f"{now} names no zone")
    return now


def _era(when: datetime) -> int:
    return (when - _EPOCH) // _ERA


def _alone(connection: Connection, edited: Sequence[Article]) -> set[str]:
    """The keys of those whose copy key is only theirs."""
    shared: set[str] = set()
    for chunk in chunks(article.copy_key for article in edited):
        counted = select(articles.c.copy_key).where(articles.c.copy_key.in_(chunk))
        counted = counted.group_by(articles.c.copy_key).having(func.count() > 1)
        shared.update(connection.scalars(counted))
    return {article.key for article in edited if article.copy_key not in shared}


# ── what is there ────────────────────────────────────────────────────────────────────────────────


def _shelf(
    connection: Connection, mine: Sequence[tuple[Article, ComparableText, tuple[int, ...]]]
) -> _Shelf:
    """What is stored that any of these may be a copy of."""
    shelf = _Shelf()
    wanted: set[str] = set()
    for chunk in chunks(article.alias for article, _, _ in mine if article.alias):
        named = select(articles.c.alias, articles.c.key).where(articles.c.alias.in_(chunk))
        for alias, key in connection.execute(named):
            shelf.by_alias[alias].append(key)
            wanted.add(key)
    era = _era(max(_now(article) for article, _, _ in mine))
    for some in chunks(number for _, _, numbers in mine for number in numbers):
        found = select(prints.c.print, prints.c.article_key).distinct()
        found = found.where(prints.c.era.in_((era, era - 1)), prints.c.print.in_(some))
        for number, key in connection.execute(found):
            shelf.by_print[number].append(key)
    for _, _, numbers in mine:
        wanted.update(_voted(numbers, shelf))
    for row in _rows(connection, wanted):
        shelf.others[row.key] = _other_of(row)
    return shelf


def _rows(connection: Connection, keys: Iterable[str]) -> Iterator[Any]:
    columns = [
        articles.c[name]
        for name in ("key", "copy_key", "feed_key", "seen_at", "published_at", "title")
    ]
    own = func.coalesce(articles.c.own_text, articles.c.text)
    beginning = func.substr(own, 1, near_duplicates.LONGEST_LEAD).label("text")
    for chunk in chunks(sorted(keys)):
        wanted = select(*columns, beginning).where(articles.c.key.in_(chunk))
        yield from connection.execute(wanted)


def _other_of(row: Any) -> _Other:
    return _Other(
        key=row.key,
        copy_key=row.copy_key,
        seen_at=row.seen_at,
        words=(row.title, row.text),
        text=near_duplicates.comparable_text(
            title=row.title,
            text=row.text,
            published_at=row.published_at or row.seen_at,
            feed=row.feed_key,
        ),
    )


def _put(shelf: _Shelf, article: Article, compared: ComparableText, numbers: Iterable[int]) -> None:
    shelf.others[article.key] = _Other(
        key=article.key,
        copy_key=article.copy_key,
        seen_at=article.seen_at,
        words=(article.entry.title, article.feed_entry.text),
        text=compared,
    )
    if article.alias:
        shelf.by_alias[article.alias].append(article.key)
    for number in numbers:
        if article.key not in shelf.by_print[number]:
            shelf.by_print[number].append(article.key)


# ── which is it a copy of ────────────────────────────────────────────────────────────────────────


def _first(
    article: Article, compared: ComparableText, numbers: Iterable[int], shelf: _Shelf
) -> _Other | None:
    """The first seen that this article is a copy of."""
    words = article.entry.title, article.feed_entry.text
    at_address = [key for key in shelf.by_alias.get(article.alias, ()) if key in shelf.others]
    found = [
        other for key in at_address if identity.are_alike(words, (other := shelf.others[key]).words)
    ]
    like_it = [shelf.others[key] for key in _voted(numbers, shelf) if key in shelf.others]
    found += [other for other in like_it if near_duplicates.are_copies(compared, other.text)]
    found = [other for other in found if other.key != article.key]
    return min(found, key=lambda other: (other.seen_at, other.key), default=None)


def _voted(numbers: Iterable[int], shelf: _Shelf) -> list[str]:
    """The keys of those that have enough prints in common with these."""
    votes: Counter[str] = Counter()
    for number in numbers:
        if _tells(shelf, number):
            for key in shelf.by_print.get(number, ()):
                votes[key] += near_duplicates.weight(number)
    return [key for key, count in votes.items() if count >= near_duplicates.REQUIRED_WEIGHT]


def _tells(shelf: _Shelf, number: int) -> bool:
    return len(shelf.by_print.get(number, ())) <= _MOST_HOLDERS


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────


def _keep(
    database: Database, connection: Connection, fresh: Sequence[tuple[int, str]], era: int
) -> None:
    """Store the prints, and take away some that are out of date."""
    rows = [{"era": era, "print": number, "article_key": key} for number, key in sorted(fresh)]
    database.insert_new(connection, prints, rows)
    names = prints.c.era, prints.c.print, prints.c.article_key
    most = max(_TIDY_AT_LEAST, _TIDY * len(rows))
    over = select(*names).where(prints.c.era < era - 1).limit(most)
    connection.execute(delete(prints).where(tuple_(*names).in_(over)))
