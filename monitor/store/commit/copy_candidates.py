"""Look up the stored articles of which new ones may be copies, inside the commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from sqlalchemy import Connection, delete, func, select, tuple_

from monitor.articles import near_duplicates
from monitor.articles.copy_groups import (
    MOST_AT_ADDRESS,
    CandidateIndex,
    ComparableArticle,
    CopyCandidate,
)
from monitor.articles.wordings import Wording
from monitor.domain.articles import Article
from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.transactions import Database, chunks
from monitor.store.schema.tables import articles, prints

# Fingerprints live for one to two eras; an era is longer than copies may lie apart.
_ERA = timedelta(days=2)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

# Expired fingerprints removed for each one that is added, and at least so many a time.
_TIDY, _TIDY_AT_LEAST = 2, 200


def find_candidates(connection: Connection, new: Sequence[ComparableArticle]) -> CandidateIndex:
    """The stored articles of which any of these may be a copy, or they themselves.

    No other transaction can look up candidates, or store any, until this one ends.
    """
    index = CandidateIndex()
    if not new:
        return index
    # two processes at once would each miss what the other is about to store
    take_lock(connection, AdvisoryLock.COPY_CANDIDATES)
    _find_same_address(connection, new, index)
    _find_common_fingerprints(connection, new, index)
    keys = set(chain.from_iterable(index.by_alias.values()))
    for item in new:
        keys.update(index.keys_with_common_fingerprints(item.fingerprints))
    index.by_key = {candidate.key: candidate for candidate in _candidates(connection, keys)}
    index.shared_copy_keys = _shared_copy_keys(connection, new)
    return index


def _find_same_address(
    connection: Connection, new: Sequence[ComparableArticle], index: CandidateIndex
) -> None:
    place = func.row_number().over(
        partition_by=articles.c.alias, order_by=(articles.c.seen_at.desc(), articles.c.key)
    )
    for chunk in chunks(sorted({item.article.alias for item in new if item.article.alias})):
        placed = select(articles.c.alias, articles.c.key, place.label("place"))
        placed_rows = placed.where(articles.c.alias.in_(chunk)).subquery()
        newest = select(placed_rows.c.alias, placed_rows.c.key)
        newest = newest.where(placed_rows.c.place <= MOST_AT_ADDRESS)
        newest = newest.order_by(placed_rows.c.place.desc())
        for alias, key in connection.execute(newest):
            index.by_alias[alias].append(key)


def _find_common_fingerprints(
    connection: Connection, new: Sequence[ComparableArticle], index: CandidateIndex
) -> None:
    era = _era(max(_worded_at(item.article) for item in new))
    for numbers in chunks(chain.from_iterable(item.fingerprints for item in new)):
        holders = select(prints.c.print, prints.c.article_key).distinct()
        holders = holders.where(prints.c.era.in_((era, era - 1)), prints.c.print.in_(numbers))
        for number, key in connection.execute(holders):
            index.by_fingerprint[number].append(key)


def store_fingerprints(
    database: Database,
    connection: Connection,
    stored: Iterable[Article],
    fingerprints: Mapping[str, Sequence[int]],
) -> None:
    """Store the fingerprints of these articles, by article key, and remove some expired ones."""
    times = [_worded_at(article) for article in stored if article.key in fingerprints]
    if not times:
        return
    era = _era(max(times))
    rows: list[dict[str, object]] = []
    for key, numbers in sorted(fingerprints.items()):
        rows += [{"era": era, "print": number, "article_key": key} for number in numbers]
    database.insert_new(connection, prints, rows)
    names = prints.c.era, prints.c.print, prints.c.article_key
    limit = max(_TIDY_AT_LEAST, _TIDY * len(rows))
    expired = select(*names).where(prints.c.era < era - 1).limit(limit)
    connection.execute(delete(prints).where(tuple_(*names).in_(expired)))


def _worded_at(article: Article) -> datetime:
    """When these words were seen.  Raise ValueError for an instant without a zone."""
    at = article.edited_at or article.seen_at
    if at.tzinfo is None:
        raise ValueError(f"{at} names no zone")
    return at


def _era(when: datetime) -> int:
    return (when - _EPOCH) // _ERA


def _shared_copy_keys(connection: Connection, new: Iterable[ComparableArticle]) -> set[str]:
    """Of the edited articles that may join another: the copy keys that others have too."""
    edited = [item.article.copy_key for item in new if item.may_join and item.article.edits]
    shared: set[str] = set()
    for chunk in chunks(edited):
        counted = select(articles.c.copy_key).where(articles.c.copy_key.in_(chunk))
        counted = counted.group_by(articles.c.copy_key).having(func.count() > 1)
        shared.update(connection.scalars(counted))
    return shared


_CANDIDATE_COLUMNS = (
    articles.c.key,
    articles.c.copy_key,
    articles.c.feed_key,
    articles.c.seen_at,
    articles.c.published_at,
    articles.c.title,
    func.substr(
        func.coalesce(articles.c.own_text, articles.c.text), 1, near_duplicates.LONGEST_LEAD
    ).label("lead"),
)


def _candidates(connection: Connection, keys: Iterable[str]) -> Iterator[CopyCandidate]:
    for chunk in chunks(sorted(keys)):
        rows = select(*_CANDIDATE_COLUMNS).where(articles.c.key.in_(chunk))
        for key, copy_key, feed, seen_at, published_at, title, lead in connection.execute(rows):
            compared = near_duplicates.comparable_text(
                title=title, text=lead, published_at=published_at or seen_at, feed=feed
            )
            yield CopyCandidate(
                key=key,
                copy_key=copy_key,
                seen_at=seen_at,
                wording=Wording(title, lead),
                text=compared,
            )
