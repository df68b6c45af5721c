"""Poll state of a feed: what each answer (document, 304, error) makes of it.  Pure."""

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
    """32 hexadecimal digits of SHA-256 over a document's bytes; None for an answer without any."""
    if fetched.body is None or fetched.body_digest:
        return fetched.body_digest
    return hashlib.sha256(fetched.body).hexdigest()[:32]


def is_same_body(feed: Feed, fetched: Fetched) -> bool:
    """Whether the publisher sent the same bytes as the last document that was read whole."""
    return feed.poll.body_digest is not None and feed.poll.body_digest == body_digest(fetched)


def next_state(
    feed: Feed,
    now: datetime,
    fetched: Fetched | None,
    parsed: Parsed | None,
    error: FetchError | ParseError | None,
) -> PollState:
    """The state after an answer: a document, "nothing new" (no `parsed`), or an error.

    Its `due_at` is still the old one; `with_next_poll` sets the next.
    """
    if error is not None and error.reason is FeedReason.BUSY:
        return feed.poll  # no request was made, so nothing is known that was not known before
    if error is not None:
        return _after_error(feed, now, error)
    assert fetched is not None  # noqa: S101 - without an error there is an answer
    if parsed is None:
        return _after_nothing_new(feed, now, fetched)
    return _after_document(feed, now, fetched, parsed)


def with_next_poll(
    feed: Feed,
    state: PollState,
    now: datetime,
    bounds: next_poll.PollIntervals,
    news: Collection[Entry] = (),
) -> PollState:
    """`state` with the next poll planned, by the publishing rate with the `news` of this poll."""
    if state.asked_at != now:
        return next_poll.postponed(feed, now)
    last_ok_at, gap = feed.poll.last_ok_at, state.gap
    if state.last_ok_at == now and last_ok_at is None:
        gap = publishing_rate.initial_gap(news, now)
    elif state.last_ok_at == now and last_ok_at is not None:
        gap = publishing_rate.updated_gap(gap, news, last_ok_at, now)
    return next_poll.with_due_time(feed, replace(state, gap=gap), now, bounds)


def degraded(state: PollState, reason: str) -> PollState:
    """The state of a feed that was read, though not every entry could be used.

    The validators stay: the next document is compared with what was stored of this one.
    """
    if state.state in (FeedState.FAILING, FeedState.GONE):
        return state
    since = state.since if state.state is FeedState.DEGRADED else state.asked_at
    return replace(state, state=FeedState.DEGRADED, last_error=reason, since=since)


def _after_error(feed: Feed, now: datetime, error: FetchError | ParseError) -> PollState:
    """Validators stay: they still stand for the document that was read before the failure."""
    before, is_gone = feed.poll, error.reason is FeedReason.GONE
    counts_on = not is_gone or before.state is FeedState.GONE
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    return replace(
        before,
        asked_at=now,
        state=FeedState.GONE if is_gone else FeedState.FAILING,
        failures=before.failures + 1 if counts_on else 1,
        last_error=str(error),
        hints=replace(before.hints, wait=retry_after, fresh_for=None),
    )


def _after_nothing_new(feed: Feed, now: datetime, fetched: Fetched) -> PollState:
    """A 304, or the same bytes again: the back-off ends.

    After a failure a 304 is no recovery, since it may come from a cache in front of a broken
    server.  The state and its reason stay, and the validators are dropped, so that the next poll
    gets the whole document and decides.  The same bytes sent again are a recovery.  A feed that
    was cut short or empty when last read stays so, because nothing new came.
    """
    before, has_body = feed.poll, fetched.body is not None
    still_failing = before.state in (FeedState.FAILING, FeedState.GONE) and not has_body
    keeps_state = still_failing or before.state in (FeedState.DEGRADED, FeedState.EMPTY)
    fresh_for = before.hints.fresh_for if fetched.fresh_for is None else fetched.fresh_for
    validators: Fetched | PollState = fetched if has_body else before
    return replace(
        before,
        asked_at=now,
        state=before.state if keeps_state else FeedState.UNCHANGED,
        etag=None if still_failing else validators.etag,
        last_modified=None if still_failing else validators.last_modified,
        failures=0,
        last_ok_at=before.last_ok_at if still_failing else now,
        last_error=before.last_error if keeps_state else None,
        hints=_with_header_hints(replace(before.hints, fresh_for=fresh_for), fetched),
        redirect=redirects.after_answer(before.redirect, fetched.moved_to, now),
    )


def _after_document(feed: Feed, now: datetime, fetched: Fetched, parsed: Parsed) -> PollState:
    """Validators are kept of a whole document only: else a 304 would hide the rest for ever."""
    is_whole = parsed.damage is None
    whole_state = FeedState.OK if parsed.entries else FeedState.EMPTY
    return replace(
        feed.poll,
        asked_at=now,
        state=whole_state if is_whole else FeedState.DEGRADED,
        etag=fetched.etag if is_whole else None,
        last_modified=fetched.last_modified if is_whole else None,
        body_digest=body_digest(fetched) if is_whole else None,
        failures=0,
        first_ok_at=feed.poll.first_ok_at or now,
        last_ok_at=now,
        last_error=parsed.damage,
        hints=_with_header_hints(replace(parsed.hints, fresh_for=fetched.fresh_for), fetched),
        redirect=redirects.after_answer(feed.poll.redirect, fetched.moved_to, now),
    )


def _with_header_hints(hints: PublisherHints, fetched: Fetched) -> PublisherHints:
    """`hints` with those of the answer's headers, which take precedence over the document's."""
    return replace(
        hints,
        wait=fetched.retry_after,
        hub=fetched.links.get("hub", hints.hub),
        topic=fetched.links.get("self", hints.topic),
    )
