"""Instants in cursors of pages: whole microseconds since 1970, exact in both directions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds_of(instant: datetime) -> int:
    """The microseconds from 1970 to this instant; by a float the last digit may be another."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(microseconds: int) -> datetime:
    """The instant so many microseconds after 1970, in UTC; a number of 17 digits has a year."""
    return _EPOCH + microseconds * _MICROSECOND
