"""Publishing rate of a feed: an exponentially weighted average of the gap between publications."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from monitor.domain.feeds import Entry

MEMORY = timedelta(days=2)  # what is older counts for a third or less
EXPECTED_GAP = timedelta(hours=3)  # assumed of a feed that has shown nothing
LONGEST_GAP = timedelta(days=365)
ONE_PUBLICATION = timedelta(minutes=5)  # entries dated within it are one publication


def initial_gap(entries: Iterable[Entry], now: datetime) -> timedelta | None:
    """The gap between publications that a first document's dates show; None for fewer than two."""
    dates = _publications(
        entry.published_at for entry in entries if entry.published_at and entry.published_at <= now
    )
    if len(dates) < 2:
        return None
    observed = 1 - _weight_after(max(now - dates[0], ONE_PUBLICATION))
    return _gap(sum(_weight_after(now - date) for date in dates) / (_seconds(MEMORY) * observed))


def updated_gap(
    gap: timedelta | None, news: Collection[Entry], since: datetime, now: datetime
) -> timedelta:
    """The gap after one more successful poll, which brought `news` since the one at `since`."""
    elapsed = max(now - since, timedelta(seconds=1))
    weight = _weight_after(elapsed)
    rate = weight / _seconds(gap or EXPECTED_GAP)
    rate += (1 - weight) * _count(news, since, now) / _seconds(elapsed)
    return _gap(rate)


def _count(news: Collection[Entry], since: datetime, now: datetime) -> int:
    """The number of publications among the entries; all without a date in range count as one."""
    dates = [entry.published_at for entry in news]
    in_range = _publications(date for date in dates if date and since < date <= now)
    return max(len(in_range), 1) if news else 0


def _publications(dates: Iterable[datetime]) -> list[datetime]:
    """The first date of each publication, in order."""
    starts: list[datetime] = []
    for date in sorted(dates):
        if not starts or date - starts[-1] >= ONE_PUBLICATION:
            starts.append(date)
    return starts


def _weight_after(age: timedelta) -> float:
    """The weight of an observation of this age, from 1 down to 0."""
    return math.exp(-(age / MEMORY))


def _seconds(length: timedelta) -> float:
    return max(length.total_seconds(), 1.0)


def _gap(rate: float) -> timedelta:
    """The gap for a rate in publications a second."""
    longest = _seconds(LONGEST_GAP)
    return timedelta(seconds=round(min(1 / rate, longest) if rate * longest > 1 else longest))
