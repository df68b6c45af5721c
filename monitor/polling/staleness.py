"""Is this feed quieter than is its way?  Judged against its own habit, learned as it publishes.

A feed remembers the last days on which it published: how often, and the longest gap that ended on
each.  So a month of nights, weekends and slow days is known of a feed that publishes every minute
and of one that publishes once a week alike, in a few hundred bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median_low

from monitor.domain.articles import Article
from monitor.domain.feeds import HEALTHY_STATES, FeedState, PollState, PublishingHistory
from monitor.text.formats import readable_duration

MEMORY = 28  # days on which it published: four weeks of a daily feed, half a year of a weekly one
TOGETHER = timedelta(minutes=5)  # what comes within it is one publication
ENOUGH = 5  # days whose gaps are known, before a feed is judged by its own habit
TWO_WEEKENDS = 14  # days that its memory must span, to have met them
UNMET_WEEKEND = timedelta(days=4)  # with a holiday; nobody is silent sooner who has met too few
SLACK = 2.0  # times the longest usual gap: a holiday, a slow news day
LEAST_SLACK = 1.25  # also where the operator's longest patience is shorter than that


@dataclass(frozen=True, slots=True, kw_only=True)
class StalenessLimits:
    """The operator's: nobody is silent before `least`, nor unnoticed for longer than `most`.

    One bends: a feed whose own usual gaps are longer than `most` has time for them.
    """

    least: timedelta = timedelta(days=1)
    most: timedelta = timedelta(days=14)


BOUNDS = StalenessLimits()


# ── learn ────────────────────────────────────────────────────────────────────────────────────────


def instants(articles: Iterable[Article], history: PublishingHistory) -> list[datetime]:
    """When these articles, new in this poll, were published, as far as it can be believed.

    A new one that is dated before others we have, or not at all, came when we saw it: it shows
    that the feed lives.  What was there before we watched is worth its date, if it has any.
    """
    found = []
    for article in articles:
        date, last = article.entry.published_at, history.newest_at
        if date is not None and (article.backlog or last is None or date > last):
            found.append(min(date, article.seen_at))
        elif not article.backlog:
            found.append(article.seen_at)
    return found


def learned(history: PublishingHistory, published: Iterable[datetime]) -> PublishingHistory:
    """The habit after these publications; what is older than the newest one known adds nothing."""
    days = {day: (count, longest) for day, count, longest in history.days}
    newest = history.newest_at
    for at in sorted(published):
        if newest is not None and at - newest < TOGETHER:
            newest = max(newest, at)
            continue
        gap = 0 if newest is None else (at - newest) // timedelta(minutes=1)
        count, longest = days.get(at.toordinal(), (0, 0))
        days[at.toordinal()] = (count + 1, max(longest, gap))
        newest = at
    kept = sorted(days)[-MEMORY:]
    return PublishingHistory(newest_at=newest, days=tuple((day, *days[day]) for day in kept))


def usual_gap(history: PublishingHistory) -> timedelta | None:
    """How often it publishes, for people; None while too little is known."""
    gaps = _gaps(history)
    if len(gaps) < ENOUGH:
        return None
    times = median_low(count for _, count, _ in history.days)
    return timedelta(days=1) / times if times > 1 else median_low(gaps)


def _gaps(history: PublishingHistory) -> list[timedelta]:
    """The longest gap that ended on each day, shortest first; the very first day ended none."""
    return sorted(timedelta(minutes=longest) for _, _, longest in history.days if longest)


# ── judge ────────────────────────────────────────────────────────────────────────────────────────


def limit(history: PublishingHistory, bounds: StalenessLimits) -> timedelta:
    """How long this feed may bring nothing new before it is silent.

    Twice its longest usual gap: of a month's the longest two are taken for accidents, among them
    outages of our own.  While little is known, the operator's longest.
    """
    gaps = _gaps(history)
    if len(gaps) < ENOUGH:
        return max(bounds.least, bounds.most)
    longest = gaps[-1 - min(len(gaps) // 10, 2)]
    allowed = max(min(SLACK * longest, bounds.most), LEAST_SLACK * longest, bounds.least)
    if history.days[-1][0] - history.days[0][0] < TWO_WEEKENDS:
        return max(allowed, UNMET_WEEKEND)
    return allowed


def sentence(history: PublishingHistory, quiet: timedelta) -> str:
    """ "nothing new for 3 days; it usually publishes every 40 min" """
    usual, lasted = usual_gap(history), readable_duration(quiet)
    if usual is None:
        return f"nothing new for {lasted}; how often it publishes is not known yet"
    return f"nothing new for {lasted}; it usually publishes every {readable_duration(usual)}"


def judged(
    was: PollState,
    state: PollState,
    history: PublishingHistory,
    now: datetime,
    bounds: StalenessLimits,
) -> PollState:
    """`state`, as it followed from `was`, with silence seen, and since when it is so.

    Only a feed that answered well just now, with nothing wrong but that it brings nothing, can be
    silent: a 304 is no sign of life.
    """
    quiet = now - (history.newest_at or state.first_ok_at or now)
    # the first question is cheap, and settles it for most feeds at most polls
    if state.state in HEALTHY_STATES and quiet > bounds.least and quiet > limit(history, bounds):
        state = replace(state, state=FeedState.SILENT, last_error=sentence(history, quiet))
    same = kind(was.state) is kind(state.state)
    return replace(state, since=was.since if same and was.since else now)


def kind(state: FeedState) -> FeedState:
    """The state, for those who only want to know what is wrong: all that is well is OK."""
    return FeedState.OK if state in HEALTHY_STATES or state is FeedState.NEW else state
