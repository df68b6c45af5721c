"""How often does this feed publish, lately?  Pure: an average that forgets."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from monitor.domain.feeds import Entry

MEMORY = timedelta(days=2)  # what is older than this counts for a third or less
USUAL = timedelta(hours=3)  # what we expect of a feed that has shown nothing
LONGEST = timedelta(days=365)
TOGETHER = timedelta(minutes=5)  # what is published within it is one publication


def first(entries: Iterable[Entry], now: datetime) -> timedelta | None:
    """The gap between publications that a document's dates show; None for fewer than two."""
    dates = _publications(
        entry.published_at for entry in entries if entry.published_at and entry.published_at <= now
    )
    if len(dates) < 2:
        return None
    watched = 1 - _kept(max(now - dates[0], TOGETHER))
    return _gap(sum(_kept(now - date) for date in dates) / (_seconds(MEMORY) * watched))


def later(
    gap: timedelta | None, news: Collection[Entry], since: datetime, now: datetime
) -> timedelta:
    """The gap after one more look, which found `news` (or none) since the one at `since`."""
    elapsed = max(now - since, timedelta(seconds=1))
    kept = _kept(elapsed)
    rate = kept / _seconds(gap or USUAL)
    rate += (1 - kept) * _count(news, since, now) / _seconds(elapsed)
    return _gap(rate)


def _count(news: Collection[Entry], since: datetime, now: datetime) -> int:
    """How many publications these entries are; those without a fitting date are one together."""
    dates = [entry.published_at for entry in news]
    fitting = _publications(date for date in dates if date and since < date <= now)
    return max(len(fitting), 1) if news else 0


def _publications(dates: Iterable[datetime]) -> list[datetime]:
    """The first date of each group that lies closer together than a publication takes."""
    found: list[datetime] = []
    for date in sorted(dates):
        if not found or date - found[-1] >= TOGETHER:
            found.append(date)
    return found


def _kept(span: timedelta) -> float:
    """What is left of a thing's weight after `span`."""
    return math.exp(-(span / MEMORY))


def _seconds(span: timedelta) -> float:
    return max(span.total_seconds(), 1.0)


def _gap(rate: float) -> timedelta:
    longest = _seconds(LONGEST)
    return timedelta(seconds=round(min(1 / rate, longest) if rate * longest > 1 else longest))
