"""The notice that feeds changed state: they fail, are silent or gone, or have recovered."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.deliver.messages import phrases
from monitor.deliver.messages.notice import Notice
from monitor.deliver.messages.webhook_payload import fitting
from monitor.domain.feeds import FeedState
from monitor.domain.message_contents import FeedChange, FeedStateChanged
from monitor.health.feed_notices import WELL, FeedHealth, FeedNotice
from monitor.text import sanitize
from monitor.text.formats import readable_duration

_LONGEST_URL = 500  # a longer one is left out: half an address leads elsewhere
_LONGEST_WHY = 300
_MOST_LINES = 40  # of a mail

# State → what one feed does, what several do.  The order is that of the counts.
_VERBS: dict[str, tuple[str, str]] = {
    FeedState.FAILING: ("fails", "fail"),
    FeedState.GONE: ("is gone", "are gone"),
    FeedState.SILENT: ("is silent", "are silent"),
    FeedState.DEGRADED: ("is read in part", "are read in part"),
    FeedState.EMPTY: ("is empty", "are empty"),
    WELL: ("has recovered", "have recovered"),
}
_UNKNOWN = ("has changed", "have changed")  # a state of another version


def content(changes: FeedNotice, *, healthy: int, watched: int, now: datetime) -> FeedStateChanged:
    """The content of the alert: the changed feeds as far as they fit, and the counts of all."""
    feeds = fitting(_change(feed, now) for feed in changes.feeds)
    states = [feed.state.value for feed in changes.feeds]
    return FeedStateChanged(
        outage=changes.outage,
        feeds=feeds,
        omitted=len(changes.feeds) - len(feeds),
        counts={str(state): states.count(state) for state in _VERBS if state in states},
        healthy=healthy,
        watched=watched,
    )


def _change(feed: FeedHealth, now: datetime) -> FeedChange:
    url = sanitize.link(feed.url)
    since = feed.since or now
    return FeedChange(
        key=feed.key,
        title=sanitize.name(feed.name),
        url=url if url and len(url) <= _LONGEST_URL else None,
        state=feed.state.value,
        was=feed.notified_state.value,
        since=since,
        lasted_seconds=max(0, int((now - since).total_seconds())),
        why=sanitize.line(feed.why, _LONGEST_WHY),
    )


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def notice(content: FeedStateChanged) -> Notice:
    """The content in words."""
    shown = content.feeds[:_MOST_LINES]
    rest = len(content.feeds) - len(shown) + content.omitted
    rest_line = (("And", f"{rest:,} more: `monitor feeds list`"),) if rest else ()
    health = f"{content.healthy:,} of {content.watched:,} feeds are healthy now."
    return Notice(
        tag="service",
        headline=_headline(content),
        sentences=(*_advice(content), health),
        facts=(*((phrases.feed_name(feed.title), _line(feed)) for feed in shown), *rest_line),
        commands=_commands(content),
    )


def _headline(content: FeedStateChanged) -> str:
    total = sum(content.counts.values())
    if content.outage:
        return f"{total:,} of {content.watched:,} feeds fail at once"
    if total == 1 and content.feeds:
        feed = content.feeds[0]
        return f"{phrases.feed_name(feed.title)} {_VERBS.get(feed.state, _UNKNOWN)[0]}"
    parts = [
        f"{count:,} {_VERBS.get(state, _UNKNOWN)[count != 1]}"
        for state, count in content.counts.items()
    ]
    return f"Feeds: {', '.join(parts)}" if parts else "Feeds changed"


def _advice(content: FeedStateChanged) -> tuple[str, ...]:
    if not content.outage:
        return ()
    return (
        "So many failures at once point to our own network, DNS or proxy.",
        "Watchpost keeps polling all feeds and sends one message when they have recovered.",
    )


def _line(feed: FeedChange) -> str:
    """ "fails, for 24 h: timeout: no answer within 30 s" """
    if feed.state == FeedState.SILENT and feed.why:
        return feed.why
    verb = _VERBS.get(feed.state, _UNKNOWN)[0]
    line = f"{verb}, for {readable_duration(timedelta(seconds=feed.lasted_seconds))}"
    return f"{line}: {feed.why}" if feed.why else line


def _commands(content: FeedStateChanged) -> tuple[str, ...]:
    states = [state for state in content.counts if state != WELL]
    if not states:
        return ()
    if content.outage:
        return ("monitor doctor", "monitor feeds list --state failing")
    keys = [feed.key[:12] for feed in content.feeds if feed.state != WELL]
    listing = "monitor feeds list" + "".join(f" --state {state}" for state in states)
    return (f"monitor feeds check {' '.join(keys[:3])}", listing)
