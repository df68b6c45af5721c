"""The message that feeds changed: which fail, fell silent, are gone, or are well again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.deliver.messages import phrases
from monitor.deliver.messages.notice import Notice
from monitor.deliver.messages.webhook_payload import fitting
from monitor.domain.feeds import FeedState
from monitor.health.feed_notices import WELL, FeedHealth, FeedNotice
from monitor.text import sanitize
from monitor.text.formats import readable_duration, rfc3339

_LONGEST_URL = 500  # a longer one is left out: half an address leads elsewhere
_LONGEST_WHY = 300
_MOST_LINES = 40  # of a mail

_VERBS = {
    FeedState.FAILING: ("fails", "fail"),
    FeedState.GONE: ("is gone", "are gone"),
    FeedState.SILENT: ("is silent", "are silent"),
    FeedState.DEGRADED: ("is read in part", "are read in part"),
    FeedState.EMPTY: ("is empty", "are empty"),
    WELL: ("is well again", "are well again"),
}


def data(changes: FeedNotice, *, healthy: int, watched: int, now: datetime) -> dict[str, object]:
    """What the alert seals: the feeds as far as they fit, and how all of them do."""
    feeds = fitting(_told(one, now) for one in changes.of)
    return {
        "outage": changes.outage,
        "feeds": feeds,
        "omitted": len(changes.of) - len(feeds),
        "counts": _counts(changes),
        "healthy": healthy,
        "watched": watched,
    }


def _told(one: FeedHealth, now: datetime) -> dict[str, object]:
    url = sanitize.link(one.url)
    since = one.since or now
    return {
        "key": one.key,
        "title": sanitize.name(one.name),
        "url": url if url and len(url) <= _LONGEST_URL else None,
        "state": str(one.state),
        "was": str(one.told),
        "since": rfc3339(since),
        "lasted_seconds": max(0, int((now - since).total_seconds())),
        "why": sanitize.line(one.why, _LONGEST_WHY),
    }


def _counts(changes: FeedNotice) -> dict[str, int]:
    states = [one.state for one in changes.of]
    return {str(state): states.count(state) for state in _VERBS if state in states}


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def notice(sealed: Mapping[str, object]) -> Notice:
    """What was sealed, in words."""
    of: Mapping[str, Any] = sealed
    feeds = [feed for feed in of.get("feeds", ()) if isinstance(feed, Mapping)]
    healthy, watched = of.get("healthy", 0), of.get("watched", 0)
    shown = feeds[:_MOST_LINES]
    rest = len(feeds) - len(shown) + int(of.get("omitted", 0))
    more = (("And", f"{rest:,} more: `monitor feeds list`"),) if rest else ()
    return Notice(
        tag="service",
        headline=_headline(of, feeds),
        sentences=(*_advice(of), f"{healthy:,} of {watched:,} feeds are healthy now."),
        facts=(*((_name(feed), _line(feed)) for feed in shown), *more),
        commands=_commands(of, feeds),
        thread_key="",
    )


def _headline(of: Mapping[str, Any], feeds: list[Mapping[str, Any]]) -> str:
    counts = {FeedState(state): int(count) for state, count in of.get("counts", {}).items()}
    total = sum(counts.values())
    if of.get("outage"):
        return f"{total:,} of {of.get('watched', 0):,} feeds fail at once"
    if total == 1 and feeds:
        (state,) = counts
        return f"{_name(feeds[0])} {_VERBS[state][0]}"
    parts = [f"{count:,} {_VERBS[state][count != 1]}" for state, count in counts.items()]
    return f"Feeds: {', '.join(parts)}" if parts else "Feeds changed"


def _name(feed: Mapping[str, Any]) -> str:
    return phrases.feed_name(str(feed.get("title", "")))


def _advice(of: Mapping[str, Any]) -> tuple[str, ...]:
    if of.get("outage"):
        return (
            "So many at once are more likely our own network, DNS or proxy than theirs.",
            "Every one is tried again; when they are well, one message says so.",
        )
    return ()


def _line(feed: Mapping[str, Any]) -> str:
    """ "fails for 24 h: timeout: no answer within 30 s" """
    state, why = FeedState(feed.get("state", WELL)), str(feed.get("why", ""))
    if state is FeedState.SILENT and why:
        return why
    lasted = readable_duration(timedelta(seconds=int(feed.get("lasted_seconds", 0))))
    said = f"{_VERBS[state][0]}, for {lasted}"
    return f"{said}: {why}" if why else said


def _commands(of: Mapping[str, Any], feeds: list[Mapping[str, Any]]) -> tuple[str, ...]:
    ill = [state for state in of.get("counts", {}) if state != WELL]
    if not ill:
        return ()
    if of.get("outage"):
        return ("monitor doctor", "monitor feeds list --state failing")
    keys = [str(feed.get("key", ""))[:12] for feed in feeds if feed.get("state") != WELL]
    listing = "monitor feeds list" + "".join(f" --state {state}" for state in ill)
    return (f"monitor feeds check {' '.join(keys[:3])}", listing)
