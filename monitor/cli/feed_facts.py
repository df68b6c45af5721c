"""What there is to say of one feed, for `feeds list` and `feeds show`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.cli import output
from monitor.domain.feeds import Feed, FeedState
from monitor.domain.keys import key_of
from monitor.polling import publisher_hints, staleness
from monitor.polling.websub import HubSubscription
from monitor.text.formats import duration_text, readable_duration


def feed_key(url: str) -> str:
    """A feed is named by its address."""
    return key_of("feed", url)


def state(feed: Feed) -> FeedState:
    """How it does, in a word; a paused feed is that, whatever else."""
    return FeedState.PAUSED if feed.paused else feed.poll.state


def why(feed: Feed, now: datetime) -> str:
    """Of a fault, and how long it has lasted; else of when the feed is due."""
    poll = feed.poll
    if feed.paused or poll.last_error is None:
        return poll.due_why
    if poll.since is None or poll.state is FeedState.SILENT:  # its sentence says it
        return poll.last_error
    return f"{poll.last_error} (for {readable_duration(now - poll.since)})"


def as_dict(feed: Feed) -> dict[str, object]:
    """A feed as `feeds list --json` shows it."""
    usual = staleness.usual_gap(feed.history)
    return {
        "key": feed.key,
        "url": feed.url,
        "title": feed.title,
        "former_urls": feed.former_urls,
        "language": feed.language,
        "state": state(feed),
        "since": output.instant(feed.poll.since),
        "newest_at": output.instant(feed.history.newest_at),
        "usual_gap": duration_text(usual) if usual else None,
        "last_ok_at": output.instant(feed.poll.last_ok_at),
        "last_error": feed.poll.last_error,
        "due_at": output.instant(feed.poll.due_at),
        "failures": feed.poll.failures,
        "due_why": feed.poll.due_why,
        "asked_at": output.instant(feed.poll.asked_at),
        "gap": duration_text(feed.poll.gap) if feed.poll.gap else None,
        "every": duration_text(feed.every) if feed.every else None,
        "full_text": feed.fulltext,
        "tags": feed.tags,
        "note": feed.note,
    }


def lines(feed: Feed, lease: HubSubscription | None = None) -> Iterator[tuple[str, str]]:
    """The same for people: a name and what there is to say."""
    from monitor.polling import redirects

    poll = feed.poll
    yield "feed", feed.title or "untitled"
    yield "address", feed.url
    yield from (("formerly", url) for url in reversed(feed.former_urls))
    if poll.redirect is not None and poll.redirect.to != feed.url:
        yield "moving to", f"{poll.redirect.to}, {redirects.progress(poll.redirect)}"
    yield "key", feed.key
    yield "state", f"{state(feed)}{f': {poll.last_error}' if poll.last_error else ''}"
    if poll.since is not None:
        yield "since", output.short_instant(poll.since)
    yield "asked", output.short_instant(poll.asked_at)
    yield "last read", output.short_instant(poll.last_ok_at)
    yield "last new", output.short_instant(feed.history.newest_at)
    if usual := staleness.usual_gap(feed.history):
        yield "publishes", f"usually every {readable_duration(usual)}"
    why = f", {poll.due_why}" if poll.due_why else ""
    yield "next", f"{output.short_instant(poll.due_at)} UTC{why}"
    yield "every", duration_text(feed.every) if feed.every else "as its rhythm asks"
    if wanted := publisher_hints.sentence(poll.hints):
        yield "it wants", wanted
    if lease is not None:
        until = f" until {output.short_instant(lease.until)} UTC" if lease.until else ""
        yield "hub", f"{lease.hub} {lease.state}{until}{f': {lease.why}' if lease.why else ''}"
    yield from _as_the_operator_says(feed)


def _as_the_operator_says(feed: Feed) -> Iterator[tuple[str, str]]:
    if feed.fulltext:
        yield "full text", "from the pages of its new articles"
    if feed.tags:
        yield "tags", ", ".join(feed.tags)
    if feed.note:
        yield "note", feed.note
