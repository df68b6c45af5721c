"""Event log: what happened since a position, for programs and pages that follow it."""

from __future__ import annotations

import enum
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.domain.events.event_types import EventType
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import event_logs, events

_POSITION = re.compile(r"([0-9a-f]{8})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPosition:
    """A place in the log of one database: the number of the last event that was given out."""

    log: str  # the name of the log
    number: int

    def __str__(self) -> str:
        return f"{self.log}.{self.number}"


def parse_position(text: str) -> EventPosition | None:
    """The position of an event's id; None for a text that is none."""
    match = _POSITION.fullmatch(text)
    return None if match is None else EventPosition(log=match[1], number=int(match[2]))


class GapReason(enum.StrEnum):
    """Why a stream can't go on where it ended."""

    PRUNED = "pruned"  # what followed is older than `retention.events`
    OTHER_LOG = "other_log"  # the position is of another database, or of before a restore
    AHEAD = "ahead"  # of an event that this database has not: it is an older copy


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGap:
    """What a client may have missed: it must read the lists anew."""

    reason: GapReason
    requested: EventPosition
    most_lost: int | None  # how many events at most; None: unknown
    lost_until: datetime | None  # when the last of them happened; None: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """Where a stream goes on, and what lies between that and where it was asked to."""

    position: EventPosition
    gap: EventGap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event of the log."""

    number: int
    type: EventType
    at: datetime
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Events in order, and the number after which there may be more."""

    events: tuple[StoredEvent, ...]
    reached: int
    has_more: bool


class EventLog:
    """Reads the events of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> EventPosition:
        """The position after everything that was committed."""
        return self._database.read(lambda connection: _ends(connection).newest)

    def resume(self, requested: EventPosition) -> Resumption:
        """Where a client goes on that has got everything up to a position.

        Where events after it were pruned, it goes on with the oldest that is kept; where the
        position is not of this log, with what happens from now on.
        """
        return _resumption(self._database.read(_ends), requested)

    def since(self, number: int, limit: int) -> EventPage:
        """The first events after a number."""
        query = select(events).where(events.c.number > number).order_by(events.c.number)
        rows = self._database.read(lambda connection: connection.execute(query.limit(limit)).all())
        return EventPage(
            events=tuple(
                StoredEvent(number=row.number, type=row.type, at=row.at, data=row.data)
                for row in rows
                if row.data  # else its subscription was erased
            ),
            reached=rows[-1].number if rows else number,
            has_more=len(rows) == limit,
        )

    def count_since(self, number: int, types: Collection[EventType], limit: int) -> int:
        """How many subjects had an event of these types after a number, `limit` at most."""
        after = select(events.c.data).where(events.c.number > number, events.c.type.in_(types))
        after = after.order_by(events.c.number)
        rows = self._database.read(lambda connection: connection.scalars(after.limit(limit)).all())
        return len({data["key"] for data in rows if data})

    def begin_anew(self) -> None:
        """Give the log another name: the numbers that follow were given before, to other events.

        Called when an older copy of the database takes the place of a newer one.
        """
        change = event_logs.update().values(name=secrets.token_hex(4))
        self._database.write(lambda connection: connection.execute(change))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """The two ends of the log."""

    newest: EventPosition
    pruned_through: int
    pruned_at: datetime | None


def _ends(connection: Connection) -> _Ends:
    log = connection.execute(select(event_logs)).one()
    newest = connection.scalar(select(func.max(events.c.number))) or log.pruned_through
    return _Ends(
        newest=EventPosition(log=log.name, number=newest),
        pruned_through=log.pruned_through,
        pruned_at=log.pruned_at,
    )


def _resumption(ends: _Ends, requested: EventPosition) -> Resumption:
    if requested.log != ends.newest.log:
        return _from_now_on(ends, requested, GapReason.OTHER_LOG)
    if requested.number > ends.newest.number:
        return _from_now_on(ends, requested, GapReason.AHEAD)
    if requested.number >= ends.pruned_through:
        return Resumption(position=requested)
    gap = EventGap(
        reason=GapReason.PRUNED,
        requested=requested,
        most_lost=ends.pruned_through - requested.number,
        lost_until=ends.pruned_at,
    )
    oldest = EventPosition(log=requested.log, number=ends.pruned_through)
    return Resumption(position=oldest, gap=gap)


def _from_now_on(ends: _Ends, requested: EventPosition, reason: GapReason) -> Resumption:
    gap = EventGap(reason=reason, requested=requested, most_lost=None, lost_until=None)
    return Resumption(position=ends.newest, gap=gap)
