"""How does a feed do after this answer, and what do we remember of it?  Pure: values in and out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import Entry, Feed, FeedState, Fetched, Parsed, PollState, PublisherHints
from monitor.domain.reasons import FeedReason
from monitor.polling import next_poll, publishing_rate, redirects


def body_digest(fetched: Fetched) -> str | None:
    """What names a document's bytes; None for an answer without any."""
    return hashlib.sha256(fetched.body).hexdigest()[:32] if fetched.body is not None else None


def is_same_body(feed: Feed, fetched: Fetched) -> bool:
    """Did the publisher send the very bytes that were read well last time?"""
    return feed.poll.body_digest is not None and feed.poll.body_digest == body_digest(fetched)


def next_state(
    feed: Feed,
    now: datetime,
    fetched: Fetched | None,
    parsed: Parsed | None,
    error: FetchError | ParseError | None,
) -> PollState:
    """How the feed does after this answer: a document, "nothing new", or an error.

    When it is due stands in it as before; `planned` says when it is next.
    """
    if error is not None and error.reason is FeedReason.BUSY:
        return feed.poll  # it was not asked: nothing is known that was not before
    if error is not None:
        return _failed(feed, now, error)
    assert fetched is not None  # noqa: S101 - without an error there is an answer
    if parsed is None:
        return _unchanged(feed, now, fetched)
    return _read(feed, now, fetched, parsed)


def planned(
    feed: Feed,
    state: PollState,
    now: datetime,
    bounds: next_poll.PollIntervals,
    news: Collection[Entry] = (),
) -> PollState:
    """`state` with the next poll planned, by the feed's rhythm as `news` of this poll show it."""
    if state.asked_at != now:
        return next_poll.put_off(feed, now)
    since, looked = feed.poll.last_ok_at, state.last_ok_at == now
    gap = state.gap
    if looked:
        gap = (
            publishing_rate.first(news, now)
            if since is None
            else publishing_rate.later(gap, news, since, now)
        )
    return next_poll.planned(feed, replace(state, gap=gap), now, bounds)


def _failed(feed: Feed, now: datetime, error: FetchError | ParseError) -> PollState:
    """Validators stay: what was read before the failure is still what they stand for."""
    was, gone = feed.poll, error.reason is FeedReason.GONE
    again = not gone or was.state is FeedState.GONE
    return replace(
        was,
        asked_at=now,
        state=FeedState.GONE if gone else FeedState.FAILING,
        failures=was.failures + 1 if again else 1,
        last_error=str(error),
        hints=replace(was.hints, wait=getattr(error, "retry_after", None), fresh_for=None),
    )


def _unchanged(feed: Feed, now: datetime, fetched: Fetched) -> PollState:
    """The publisher answers, so the back-off ends; what the document was, it still is.

    After a failure "unchanged" (304) is no recovery: it may be the voice of a cache in front of
    what is broken.  The state and its reason stay, and the validators go, so that the next poll
    asks for the whole document, which settles it; so do the same bytes sent again.  A feed that
    was cut short or empty when last read stays so, too: nothing new came.
    """
    was, sent = feed.poll, fetched.body is not None
    failed = was.state in (FeedState.FAILING, FeedState.GONE) and not sent
    still = failed or was.state in (FeedState.DEGRADED, FeedState.EMPTY)
    fresh_for = was.hints.fresh_for if fetched.fresh_for is None else fetched.fresh_for
    return replace(
        was,
        asked_at=now,
        state=was.state if still else FeedState.UNCHANGED,
        etag=None if failed else fetched.etag if sent else was.etag,
        last_modified=None if failed else fetched.last_modified if sent else was.last_modified,
        failures=0,
        last_ok_at=was.last_ok_at if failed else now,
        last_error=was.last_error if still else None,
        hints=_told(replace(was.hints, fresh_for=fresh_for), fetched),
        redirect=redirects.heard(was.redirect, fetched.moved_to, now),
    )


def _read(feed: Feed, now: datetime, fetched: Fetched, parsed: Parsed) -> PollState:
    """Validators are kept from a whole document only: else a 304 would hide the rest for ever."""
    whole = parsed.damage is None
    found = FeedState.OK if parsed.entries else FeedState.EMPTY
    return replace(
        feed.poll,
        asked_at=now,
        state=found if whole else FeedState.DEGRADED,
        etag=fetched.etag if whole else None,
        last_modified=fetched.last_modified if whole else None,
        body_digest=body_digest(fetched) if whole else None,
        failures=0,
        first_ok_at=feed.poll.first_ok_at or now,
        last_ok_at=now,
        last_error=parsed.damage,
        hints=_told(replace(parsed.hints, fresh_for=fetched.fresh_for), fetched),
        redirect=redirects.heard(feed.poll.redirect, fetched.moved_to, now),
    )


def _told(hints: PublisherHints, fetched: Fetched) -> PublisherHints:
    """With what the headers of this answer say; they win over the document."""
    return replace(
        hints,
        wait=fetched.retry_after,
        hub=fetched.links.get("hub", hints.hub),
        topic=fetched.links.get("self", hints.topic),
    )
