"""Events of feeds: a feed came into another state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from monitor.domain.alerts import PollResult
from monitor.domain.events.event_types import NewEvent
from monitor.domain.feeds import HEALTHY_STATES, FeedState
from monitor.store.database.transactions import select_in
from monitor.store.events import event_contents
from monitor.store.schema.tables import feeds


def of_polls(
    connection: Connection, polls: Sequence[PollResult], before: Mapping[str, FeedState]
) -> Iterator[NewEvent]:
    """Of polls that are stored; `before` are the states of the claimed feeds, by key.

    Feeds that stay as they are cost no statement.
    """
    changed = {
        poll.feed_key: poll for poll in polls if _may_have_changed(poll, before.get(poll.feed_key))
    }
    columns = feeds.c.key, feeds.c.title, feeds.c.url, feeds.c.state, feeds.c.last_error
    for row in select_in(connection, select(*columns), feeds.c.key, changed):
        state = health_of(row.state)
        if state is not before[row.key]:
            yield _changed(row, before[row.key], state, time_of(changed[row.key]))


def paused(row: Row[Any], *, paused: bool, at: datetime) -> NewEvent:
    """An operator paused or resumed the feed of this row."""
    state = health_of(row.state)
    if paused:
        return _changed(row, state, FeedState.PAUSED, at)
    return _changed(row, FeedState.PAUSED, state, at)


def time_of(poll: PollResult) -> datetime:
    """When the poll was; when it is due where nobody polled the feed."""
    return poll.at or poll.state.due_at


def health_of(state: FeedState, *, paused: bool = False) -> FeedState:
    """The state that events tell: all healthy ones are OK, and an operator's pause hides any."""
    if paused:
        return FeedState.PAUSED
    return FeedState.OK if state in HEALTHY_STATES else state


def _may_have_changed(poll: PollResult, before: FeedState | None) -> bool:
    if before is None or before is FeedState.PAUSED:
        return False
    # a redirect may have ended the feed after its poll
    return poll.url is not None or health_of(poll.state.state) is not before


def _changed(row: Row[Any], before: FeedState, after: FeedState, at: datetime) -> NewEvent:
    is_faulty = after not in (FeedState.OK, FeedState.PAUSED)
    return event_contents.feed_changed(
        row.key, row.title or row.url, before, after,
        reason=row.last_error if is_faulty else None, at=at,
    )  # fmt: skip
