"""Spikes: the volumes of themes and stories by window, and the spikes that were reported."""

from __future__ import annotations

import builtins
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from monitor.domain.alerts import Alert
from monitor.store.database.transactions import Database
from monitor.store.mapping import alert_rows
from monitor.store.reports.poll_counts import hour_of
from monitor.store.schema.tables import (
    COUNTS_IN_STORY,
    IS_RELEVANT,
    alerts,
    articles,
    hours,
    spikes,
    stories,
    story_articles,
)
from monitor.stories.volume_spikes import WINDOW, SpikeSubject, UsualBand, VolumeSpike

AnyRow = Row[*tuple[Any, ...]]

_HOUR = timedelta(hours=1)
MOST_STORIES = 50  # that are looked at, those with the most articles in the window


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyStory:
    """A story with articles in a window."""

    key: str
    number: int
    title: str
    first_at: datetime
    themes: frozenset[str]  # of its articles in the window
    volume: int


class Spikes:
    """The table of spikes, and the counts that they are found by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def theme_volumes(
        self, now: datetime, ends: Sequence[datetime]
    ) -> dict[datetime, Counter[str]]:
        """End of a window → theme → how many flagged articles were seen in it.

        Of the window that ends now, and of those of `ends` in whose hours feeds were polled; the
        backlog does not count.
        """

        def read(connection: Connection) -> dict[datetime, Counter[str]]:
            watched_ends = [now, *_watched(connection, ends)]
            in_window = or_(
                *(articles.c.seen_at.between(end - WINDOW, end) for end in watched_ends)
            )
            query = select(articles.c.seen_at, articles.c.labels).where(
                IS_RELEVANT, ~articles.c.backlog, in_window
            )
            rows: Sequence[AnyRow] = connection.execute(query).all()
            return {end: _themes(rows, end) for end in watched_ends}

        return self._database.read(read)

    def busy_stories(self, end: datetime) -> builtins.list[BusyStory]:
        """The stories with the most articles that were seen in the window, copies included."""
        query = (
            select(
                stories.c.key,
                stories.c.number,
                stories.c.title,
                stories.c.first_at,
                articles.c.labels,
            )
            .join(story_articles, story_articles.c.story == stories.c.number)
            .join(articles, articles.c.key == story_articles.c.article_key)
            .where(
                IS_RELEVANT,
                ~articles.c.backlog,
                articles.c.seen_at > end - WINDOW,
                articles.c.seen_at <= end,
            )
        )
        rows: Sequence[AnyRow] = self._database.read(
            lambda connection: connection.execute(query).all()
        )
        by_number: dict[int, builtins.list[AnyRow]] = defaultdict(list)
        for row in rows:
            by_number[row.number].append(row)
        busy = [_busy_story(number, members) for number, members in by_number.items()]
        return sorted(busy, key=lambda story: (-story.volume, story.number))[:MOST_STORIES]

    def story_volumes(self, number: int, ends: Sequence[datetime]) -> builtins.list[int]:
        """How many articles of a story were seen in each of these windows that was watched."""

        def read(connection: Connection) -> builtins.list[int]:
            watched_ends = _watched(connection, ends)
            if not watched_ends:
                return []
            query = (
                select(articles.c.seen_at)
                .join(story_articles, story_articles.c.article_key == articles.c.key)
                .where(
                    story_articles.c.story == number,
                    COUNTS_IN_STORY,
                    articles.c.seen_at > min(watched_ends) - WINDOW,
                )
            )
            rows = connection.execute(query).all()
            return [_count(rows, end) for end in watched_ends]

        return self._database.read(read)

    def latest(
        self, names: Iterable[tuple[SpikeSubject, str]]
    ) -> dict[tuple[str, str], VolumeSpike]:
        """(subject, name) → its last spike."""
        subjects = list(names)

        def read(connection: Connection) -> dict[tuple[str, str], VolumeSpike]:
            latest_spikes: dict[tuple[str, str], VolumeSpike] = {}
            for subject, name in subjects:
                row = _latest_row(connection, subject, name)
                if row is not None:
                    latest_spikes[subject.value, name] = _spike(row)
            return latest_spikes

        return self._database.read(read)

    def going_on(self) -> builtins.list[VolumeSpike]:
        """The spikes that have not ended."""
        return self._listed(spikes.c.ended_at.is_(None), limit=1_000)

    def list(self, *, since: datetime, limit: int = 100) -> builtins.list[VolumeSpike]:
        """The spikes that began since then or have not ended, the newest first."""
        return self._listed(
            or_(spikes.c.began_at >= since, spikes.c.ended_at.is_(None)), limit=limit
        )

    def record(
        self,
        before: VolumeSpike | None,
        after: VolumeSpike,
        make_alerts: Callable[[], Sequence[Alert]],
    ) -> bool:
        """Store a spike that began, or how it went on.

        The alerts are stored with one that began, in one transaction; False when another process
        has stored it meanwhile.
        """

        def store(connection: Connection) -> bool:
            row = _latest_row(connection, after.subject, after.name, lock=True)
            stored = None if row is None else _spike(row)
            if (stored and stored.key) != (before and before.key):
                return False
            if stored is not None and stored.key == after.key:
                change = spikes.update().where(spikes.c.key == after.key)
                connection.execute(change.values(**_values(after)))
                return True
            if not self._database.insert_new(connection, spikes, [_values(after)]):
                return False
            new_rows = [alert_rows.alert_values(alert) for alert in make_alerts()]
            self._database.insert_new(connection, alerts, new_rows)
            return True

        return self._database.write(store)

    def _listed(self, condition: Any, *, limit: int) -> builtins.list[VolumeSpike]:
        query = select(spikes).where(condition)
        query = query.order_by(spikes.c.began_at.desc(), spikes.c.key).limit(limit)
        return self._database.read(
            lambda connection: [_spike(row) for row in connection.execute(query)]
        )


def _busy_story(number: int, rows: Sequence[AnyRow]) -> BusyStory:
    return BusyStory(
        key=rows[0].key,
        number=number,
        title=rows[0].title,
        first_at=rows[0].first_at,
        themes=frozenset(chain.from_iterable(row.labels for row in rows)),
        volume=len(rows),
    )


def _watched(connection: Connection, ends: Iterable[datetime]) -> builtins.list[datetime]:
    """The ends of those windows in each of whose hours a feed was polled."""
    window_ends = list(ends)
    if not window_ends:
        return []
    query = select(hours.c.begins_at).where(
        hours.c.polls > 0, hours.c.begins_at >= hour_of(min(window_ends) - WINDOW)
    )
    polled = set(connection.scalars(query))
    return [end for end in window_ends if _hours_of(end) <= polled]


def _hours_of(end: datetime) -> set[datetime]:
    """The hours that begin in the window, and the one that it begins in."""
    first = hour_of(end - WINDOW)
    return {first + number * _HOUR for number in range(WINDOW // _HOUR)}


def _count(rows: Iterable[AnyRow], end: datetime) -> int:
    return sum(_is_in(row, end) for row in rows)


def _is_in(row: AnyRow, end: datetime) -> bool:
    return bool(end - WINDOW < row.seen_at <= end)


def _themes(rows: Iterable[AnyRow], end: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        if _is_in(row, end):
            counts.update(row.labels)
    return counts


def _latest_row(
    connection: Connection, subject: SpikeSubject, name: str, *, lock: bool = False
) -> AnyRow | None:
    query = (
        select(spikes)
        .where(and_(spikes.c.subject == subject, spikes.c.name == name))
        .order_by(spikes.c.began_at.desc())
        .limit(1)
    )
    return connection.execute(query.with_for_update() if lock else query).first()


def _values(spike: VolumeSpike) -> Mapping[str, object]:
    return {
        "key": spike.key,
        "subject": spike.subject,
        "name": spike.name,
        "title": spike.title,
        "began_at": spike.began_at,
        "last_at": spike.last_at,
        "ended_at": spike.ended_at,
        "volume": spike.volume,
        "peak": spike.peak,
        "usual_median": spike.band.median,
        "usual_low": spike.band.low,
        "usual_high": spike.band.high,
        "windows": spike.band.windows,
    }


def _spike(row: AnyRow) -> VolumeSpike:
    return VolumeSpike(
        subject=row.subject,
        name=row.name,
        title=row.title,
        began_at=row.began_at,
        last_at=row.last_at,
        ended_at=row.ended_at,
        volume=row.volume,
        peak=row.peak,
        band=UsualBand(
            median=row.usual_median,
            low=row.usual_low,
            high=row.usual_high,
            windows=row.windows,
        ),
    )
