"""When may we ask this publisher again, and how does the feed do?  Pure: values in, values out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain import Feed, FeedState, Fetched, Parsed, PollState
from monitor.errors import FetchError, ParseError
from monitor.reasons import FeedReason

LONGEST = timedelta(days=1)  # a feed that fails is still asked once a day, for ever
JITTER = 0.1  # feeds added together must not be asked together for ever


def body_digest(fetched: Fetched) -> str | None:
    """What names a document's bytes; None for an answer without any."""
    return hashlib.sha256(fetched.body).hexdigest()[:32] if fetched.body is not None else None


def is_same_body(feed: Feed, fetched: Fetched) -> bool:
    """Did the publisher send the very bytes that were read well last time?"""
    return feed.poll.body_digest is not None and feed.poll.body_digest == body_digest(fetched)


def next_due(
    now: datetime, every: timedelta, *, failures: int, key: str, at_least: timedelta | None = None
) -> datetime:
    """When to ask again: `every`, doubled with each failure in a row up to a day, ± 10 %.

    The jitter is made of the feed's key and the instant, so that the same poll always gives the
    same answer.  `at_least` is what the server asked for: it is never undercut.
    """
    pause = min(every * (1 << min(failures, 12)), max(LONGEST, every))
    spread = hashlib.sha256(f"{key}\x1f{now.isoformat()}".encode()).digest()
    pause *= 1 + JITTER * (int.from_bytes(spread[:4]) / (2**32 - 1) * 2 - 1)
    return now + max(pause, at_least or timedelta())


def next_state(
    feed: Feed,
    now: datetime,
    fetched: Fetched | None,
    parsed: Parsed | None,
    error: FetchError | ParseError | None,
) -> PollState:
    """How the feed does after this answer: a document, "nothing new", or an error."""
    if error is not None:
        return _failed(feed, now, error)
    assert fetched is not None  # noqa: S101 - without an error there is an answer
    if parsed is None:
        return _unchanged(feed, now, fetched)
    return _read(feed, now, fetched, parsed)


def _failed(feed: Feed, now: datetime, error: FetchError | ParseError) -> PollState:
    """Validators stay: what was read before the failure is still what they stand for."""
    failures = feed.poll.failures + 1
    gone = error.reason is FeedReason.GONE
    return replace(
        feed.poll,
        state=FeedState.GONE if gone else FeedState.FAILING,
        failures=failures,
        last_error=str(error),
        due_at=next_due(
            now,
            LONGEST if gone else feed.every,
            failures=0 if gone else failures,
            key=feed.key,
            at_least=getattr(error, "retry_after", None),
        ),
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
    return replace(
        was,
        state=was.state if still else FeedState.UNCHANGED,
        etag=None if failed else fetched.etag if sent else was.etag,
        last_modified=None if failed else fetched.last_modified if sent else was.last_modified,
        failures=0,
        last_ok_at=was.last_ok_at if failed else now,
        last_error=was.last_error if still else None,
        due_at=next_due(now, feed.every, failures=0, key=feed.key, at_least=fetched.retry_after),
    )


def _read(feed: Feed, now: datetime, fetched: Fetched, parsed: Parsed) -> PollState:
    """Validators are kept from a whole document only: else a 304 would hide the rest for ever."""
    whole = parsed.damage is None
    found = FeedState.OK if parsed.entries else FeedState.EMPTY
    return PollState(
        due_at=next_due(now, feed.every, failures=0, key=feed.key, at_least=fetched.retry_after),
        state=found if whole else FeedState.DEGRADED,
        etag=fetched.etag if whole else None,
        last_modified=fetched.last_modified if whole else None,
        body_digest=body_digest(fetched) if whole else None,
        failures=0,
        first_ok_at=feed.poll.first_ok_at or now,
        last_ok_at=now,
        last_error=parsed.damage,
    )
