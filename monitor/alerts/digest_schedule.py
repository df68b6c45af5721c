"""When is a subscriber told, and in which message?  Pure: a cadence, the time, what is held.

An alert that can't go at once is *held*.  `plan` says what becomes of the held ones of one
subscription: which go by themselves, which are gathered into one message, which wait on.  The
store does what the plan says, in one transaction, and keeps the standing for the next one.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, HoldReason
from monitor.text import local_time

# After a long downtime each date gets its digest, but not those of a whole year.
_MOST_MISSED = 31
_DAY = timedelta(days=1)


class BatchReason(enum.StrEnum):
    """Why several articles are in one message."""

    DIGEST = "digest"  # by the timetable
    QUIET = "quiet"  # they came in quiet hours
    GROUP = "group"  # they came close together


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldUntil:
    """Why an alert can't go at once, and when it can at the soonest."""

    hold: HoldReason
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlert:
    """An alert that waits."""

    key: str
    created_at: datetime
    hold: HoldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestProgress:
    """What must be remembered of one subscription between two plans."""

    told_until: datetime  # the last digest covers up to here; without one, when it was asked for
    told_day: date | None = None  # local date of the last daily or weekly digest
    spent_on: date | None = None  # local date …
    spent: int = 0  # … on which so many messages went at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time of the timetable; its label is the same whenever and wherever it is worked out."""

    label: str  # "2026-11-23"; of an hourly one the instant
    at: datetime
    day: date | None  # None: hourly


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestBatch:
    """Alerts that become one message."""

    kind: BatchReason
    label: str
    since: datetime  # of a digest: what it covers begins here
    until: datetime
    keys: tuple[str, ...]  # in the order they came
    over: int = 0  # how many of them were over the day's budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of what is held; what it does not name waits on as it is."""

    alone: tuple[str, ...] = ()  # go now, each by itself
    gathered: tuple[DigestBatch, ...] = ()  # go now, several as one
    over: tuple[str, ...] = ()  # over the day's budget: wait for the digest
    standing: DigestProgress
    next_at: datetime | None  # when to plan again, if nothing new comes before


# ── one alert ────────────────────────────────────────────────────────────────────────────────────


def is_quiet(cadence: DeliverySchedule, now: datetime) -> bool:
    """Is it one of the hours in which nothing is sent?"""
    return quiet_until(cadence, now) > now


def quiet_until(cadence: DeliverySchedule, now: datetime) -> datetime:
    """When the quiet hours end in which `now` lies; `now` when it lies in none."""
    if cadence.quiet is None:
        return now
    place = local_time.zone(cadence.zone)
    return local_time.end_of(now, cadence.quiet.start, cadence.quiet.end, place)


def wait(cadence: DeliverySchedule, now: datetime) -> HoldUntil | None:
    """Why an alert made now can't go at once; None: it can."""
    if cadence.every is not Frequency.ONCE:
        return HoldUntil(hold=HoldReason.DIGEST, until=next_slot(cadence, now).at)
    quiet = quiet_until(cadence, now)
    if quiet > now:
        return HoldUntil(hold=HoldReason.QUIET, until=quiet)
    if cadence.group or cadence.budget is not None:
        return HoldUntil(hold=HoldReason.GROUP, until=now + cadence.group)
    return None


# ── the timetable ────────────────────────────────────────────────────────────────────────────────


def next_slot(
    cadence: DeliverySchedule, now: datetime, standing: DigestProgress | None = None
) -> Slot:
    """The first time of the timetable after `now` that had no digest yet."""
    told_day = standing.told_day if standing else None
    return next(
        slot
        for slot in _slots(cadence, now)
        if slot.day is None or told_day is None or slot.day > told_day
    )


def _slots(cadence: DeliverySchedule, after: datetime) -> Iterator[Slot]:
    """Every time of the timetable after this one, for ever.

    Daily: one for each date that the place had.  Weekly: one for each week, even where the place
    left the weekday out.  Each is its date's, also when the clock jumps over it past midnight.
    """
    place = local_time.zone(cadence.zone)
    if cadence.every is Frequency.HOURLY:
        while True:
            after = local_time.full_hour_after(after, place)
            yield Slot(label=after.strftime("%Y-%m-%dT%H:%MZ"), at=after, day=None)
    day = local_time.today(after, place) - _DAY  # whose time may have moved past midnight
    if cadence.every is Frequency.WEEKLY:
        day += (cadence.weekday - day.weekday()) % 7 * _DAY - 7 * _DAY
    step = 7 * _DAY if cadence.every is Frequency.WEEKLY else _DAY
    while True:
        at = local_time.instant(day, cadence.at, place)
        if at > after and (cadence.every is Frequency.WEEKLY or local_time.exists(day, place)):
            yield Slot(label=day.isoformat(), at=at, day=day)
        day += step


def _due(cadence: DeliverySchedule, now: datetime, standing: DigestProgress) -> list[Slot]:
    """The times of the timetable that passed without a digest, oldest first.

    Of hours that passed only the last: they are told together.
    """
    if cadence.every is Frequency.HOURLY:
        last = now - timedelta(hours=1)
        slot = next(_slots(cadence, max(last, standing.told_until)))
        return [slot] if slot.at <= now else []
    period = 7 * _DAY if cadence.every is Frequency.WEEKLY else _DAY
    due: list[Slot] = []
    for slot in _slots(cadence, max(standing.told_until, now - _MOST_MISSED * period)):
        if slot.at > now:
            return due
        if standing.told_day is None or slot.day is None or slot.day > standing.told_day:
            due.append(slot)
    return due


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────


def plan(
    cadence: DeliverySchedule, now: datetime, held: Sequence[HeldAlert], standing: DigestProgress
) -> Plan:
    """What becomes of the held alerts of one subscription now.

    Every alert goes into one message, once: what is planned is no more held when the plan is
    made again.  Made again at once, with the standing it gave, it has nothing to say.
    """
    standing = _believable(cadence, now, standing)
    held = sorted(held, key=lambda one: (one.created_at, one.key))
    quiet = quiet_until(cadence, now)
    if quiet > now:
        return Plan(standing=standing, next_at=quiet)
    if cadence.every is not Frequency.ONCE:
        return _digests(cadence, now, held, standing)
    if cadence.budget is None:  # none waits for a digest that will not come any more
        return _at_once(cadence, now, held, standing)
    for_digest = [one for one in held if one.hold in (HoldReason.DIGEST, HoldReason.BUDGET)]
    digests = _digests(cadence, now, for_digest, standing)
    rest = [one for one in held if one.hold in (HoldReason.QUIET, HoldReason.GROUP)]
    once = _at_once(cadence, now, rest, digests.standing)
    return replace(
        once,
        gathered=digests.gathered + once.gathered,
        next_at=min(filter(None, (once.next_at, digests.next_at))),
    )


def _believable(
    cadence: DeliverySchedule, now: datetime, standing: DigestProgress
) -> DigestProgress:
    """The standing, unless this machine's clock ran ahead and was put back since."""
    if standing.told_until <= now:
        return standing
    latest = local_time.today(now, local_time.zone(cadence.zone))
    ahead = standing.told_day is not None and standing.told_day > latest
    return replace(standing, told_until=now, told_day=None if ahead else standing.told_day)


def _digests(
    cadence: DeliverySchedule, now: datetime, held: Sequence[HeldAlert], standing: DigestProgress
) -> Plan:
    """A digest for each time that is due, of what came up to then and was not told yet."""
    gathered = []
    left = list(held)
    for slot in _due(cadence, now, standing):
        mine = [one for one in left if _came_by(one, slot.at, now)]
        left = [one for one in left if not _came_by(one, slot.at, now)]
        if mine or cadence.empty:
            gathered.append(
                DigestBatch(
                    kind=BatchReason.DIGEST,
                    label=slot.label,
                    since=standing.told_until,
                    until=slot.at,
                    keys=tuple(one.key for one in mine),
                    over=sum(one.hold is HoldReason.BUDGET for one in mine),
                )
            )
        standing = replace(standing, told_until=slot.at, told_day=slot.day or standing.told_day)
    return Plan(
        gathered=tuple(gathered), standing=standing, next_at=next_slot(cadence, now, standing).at
    )


def _came_by(one: HeldAlert, at: datetime, now: datetime) -> bool:
    """What seems to come from the future came while this machine's clock ran ahead: by now."""
    return one.created_at <= at or one.created_at > now


def _at_once(
    cadence: DeliverySchedule, now: datetime, held: Sequence[HeldAlert], standing: DigestProgress
) -> Plan:
    """What goes now, as far as the budget lets it; or all of it when its window ends."""
    fresh = [one for one in held if one.hold in (HoldReason.QUIET, HoldReason.GROUP)]
    left_over = [one for one in held if one.hold in (HoldReason.DIGEST, HoldReason.BUDGET)]
    opened = min((one.created_at for one in fresh), default=now)
    if opened <= now < opened + cadence.group:
        batches, next_at = _batches(left_over, together=True), opened + cadence.group
    else:
        together = bool(cadence.group)
        batches = _batches(left_over, together=True) + _batches(fresh, together=together)
        next_at = None
    most = len(batches)
    if cadence.budget is not None:
        day = local_time.today(now, local_time.zone(cadence.zone))
        spent = standing.spent if standing.spent_on == day else 0
        most = max(0, cadence.budget - spent)
        standing = replace(standing, spent_on=day, spent=spent + min(most, len(batches)))
    sent, over = batches[:most], batches[most:]
    return Plan(
        alone=tuple(batch[0].key for batch in sent if len(batch) == 1),
        gathered=tuple(_together(batch, now) for batch in sent if len(batch) > 1),
        over=tuple(one.key for batch in over for one in batch),
        standing=standing,
        next_at=next_at,
    )


def _batches(held: Sequence[HeldAlert], *, together: bool) -> list[list[HeldAlert]]:
    """Each is a message.  What came in quiet hours is one in any case."""
    if together:
        return [list(held)] if held else []
    night = [one for one in held if one.hold is HoldReason.QUIET]
    day = [[one] for one in held if one.hold is not HoldReason.QUIET]
    return ([night] if night else []) + day


def _together(batch: Sequence[HeldAlert], now: datetime) -> DigestBatch:
    night = all(one.hold is HoldReason.QUIET for one in batch)
    return DigestBatch(
        kind=BatchReason.QUIET if night else BatchReason.GROUP,
        label=batch[0].key,
        since=min(batch[0].created_at, now),
        until=now,
        keys=tuple(one.key for one in batch),
    )
