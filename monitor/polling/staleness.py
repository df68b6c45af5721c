"""Staleness of feeds: a feed that is quieter than its own publishing history is silent.

The history holds the last days on which the feed published: how often, and the longest gap that
ended on each.  So nights, weekends and slow days are known of a feed that publishes every minute
and of a weekly one alike, in a few hundred bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median_low

from monitor.domain.articles import Article
from monitor.domain.feeds import HEALTHY_STATES, FeedState, PollState, PublishingHistory
from monitor.text.formats import readable_duration

MEMORY = 28  # publishing days: four weeks of a daily feed, half a year of a weekly one
ONE_PUBLICATION = timedelta(minutes=5)  # articles dated within it are one publication
REQUIRED_DAYS = 5  # with known gaps, before a feed is judged by its own history
TWO_WEEKENDS = 14  # days that the history must span to contain them
LEAST_BEFORE_TWO_WEEKENDS = timedelta(days=4)  # a weekend with a holiday
SLACK = 2.0  # times the longest usual gap: a holiday, a slow news day
LEAST_SLACK = 1.25  # also where the operator's `most` is shorter than that


@dataclass(frozen=True, slots=True, kw_only=True)
class StalenessLimits:
    """The operator's limits: no feed is silent before `least`, or unnoticed for longer than `most`.

    A feed whose usual gaps are longer than `most` may be quiet for longer.
    """

    least: timedelta = timedelta(days=1)
    most: timedelta = timedelta(days=14)


DEFAULT_LIMITS = StalenessLimits()


# ── learn ────────────────────────────────────────────────────────────────────────────────────────


def publication_times(articles: Iterable[Article], history: PublishingHistory) -> list[datetime]:
    """When the new articles of a poll were published, as far as their dates are credible.

    A new article dated before the newest known one, or without a date, counts as published when
    it was seen.  A backlog article counts by its date, and not at all without one.
    """
    times = []
    for article in articles:
        date, newest = article.entry.published_at, history.newest_at
        if date is not None and (article.backlog or newest is None or date > newest):
            times.append(min(date, article.seen_at))
        elif not article.backlog:
            times.append(article.seen_at)
    return times


def updated_history(history: PublishingHistory, published: Iterable[datetime]) -> PublishingHistory:
    """The history with these publications added; those before its newest one change nothing."""
    days = {day: (count, longest) for day, count, longest in history.days}
    newest = history.newest_at
    for time in sorted(published):
        if newest is not None and time - newest < ONE_PUBLICATION:
            newest = max(newest, time)
            continue
        gap = 0 if newest is None else (time - newest) // timedelta(minutes=1)
        count, longest = days.get(time.toordinal(), (0, 0))
        days[time.toordinal()] = (count + 1, max(longest, gap))
        newest = time
    last_days = sorted(days)[-MEMORY:]
    return PublishingHistory(newest_at=newest, days=tuple((day, *days[day]) for day in last_days))


def usual_gap(history: PublishingHistory) -> timedelta | None:
    """How often the feed publishes, for people; None while too little is known."""
    gaps = _gaps(history)
    if len(gaps) < REQUIRED_DAYS:
        return None
    per_day = median_low(count for _, count, _ in history.days)
    return timedelta(days=1) / per_day if per_day > 1 else median_low(gaps)


def _gaps(history: PublishingHistory) -> list[timedelta]:
    """The longest gap that ended on each day, shortest first; the first day of all has none."""
    return sorted(timedelta(minutes=longest) for _, _, longest in history.days if longest)


# ── judge ────────────────────────────────────────────────────────────────────────────────────────


def limit(history: PublishingHistory, bounds: StalenessLimits) -> timedelta:
    """How long this feed may bring nothing new before it is silent.

    Twice its longest usual gap; the two longest gaps of a month are taken for accidents, which
    may be outages of our own.  While little is known, the operator's `most`.
    """
    gaps = _gaps(history)
    if len(gaps) < REQUIRED_DAYS:
        return max(bounds.least, bounds.most)
    longest = gaps[-1 - min(len(gaps) // 10, 2)]
    allowed = max(min(SLACK * longest, bounds.most), LEAST_SLACK * longest, bounds.least)
    if history.days[-1][0] - history.days[0][0] < TWO_WEEKENDS:
        return max(allowed, LEAST_BEFORE_TWO_WEEKENDS)
    return allowed


def sentence(history: PublishingHistory, quiet: timedelta) -> str:
    """ "nothing new for 3 days; it usually publishes every 40 min" """
    usual, lasted = usual_gap(history), readable_duration(quiet)
    if usual is None:
        return f"nothing new for {lasted}; how often it publishes is not known yet"
    return f"nothing new for {lasted}; it usually publishes every {readable_duration(usual)}"


def with_staleness(
    before: PollState,
    state: PollState,
    history: PublishingHistory,
    now: datetime,
    bounds: StalenessLimits,
) -> PollState:
    """`state`, which followed `before`, marked silent if it is, and with the start of its state.

    Only a feed whose last answer was healthy can be silent; a 304 is no sign of life.
    """
    quiet = now - (history.newest_at or state.first_ok_at or now)
    # The comparison with `least` is cheap and decides for most feeds at most polls.
    if state.state in HEALTHY_STATES and quiet > bounds.least and quiet > limit(history, bounds):
        state = replace(state, state=FeedState.SILENT, last_error=sentence(history, quiet))
    is_same = health_state(before.state) is health_state(state.state)
    return replace(state, since=before.since if is_same and before.since else now)


def health_state(state: FeedState) -> FeedState:
    """The state with all healthy ones, and NEW, as OK."""
    return FeedState.OK if state in HEALTHY_STATES or state is FeedState.NEW else state
