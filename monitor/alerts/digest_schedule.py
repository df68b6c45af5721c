"""Digest scheduling: which held alerts of a subscription go into which message, and when.  Pure.

An alert that can't go at once is *held*.  `plan` decides for the held alerts of one subscription
which go singly, which are combined into one message, and which stay held.  The store carries the
plan out in one transaction and keeps the progress for the next plan.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, dropwhile, takewhile

from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, HoldReason
from monitor.text import local_time

# After a long downtime each missed date gets its digest, up to this number.
_MOST_MISSED_DIGESTS = 31
_DAY = timedelta(days=1)
_WEEK = 7 * _DAY

_FOR_DIGEST = frozenset({HoldReason.DIGEST, HoldReason.BUDGET})  # the others go at once


class BatchReason(enum.StrEnum):
    """Why several articles are in one message."""

    DIGEST = "digest"  # the scheduled digest
    QUIET = "quiet"  # they came in quiet hours
    GROUP = "group"  # they came within the group time


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldUntil:
    """Why an alert can't go at once, and the earliest time at which it can."""

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
    """What one subscription has received, remembered between two plans."""

    covered_until: datetime  # the end of the last digest, or the start of the subscription
    covered_day: date | None = None  # local date of the last daily or weekly digest
    budget_day: date | None = None  # the local date that `spent` is about
    spent: int = 0  # messages sent at once on that date


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time at which a digest is due; its label is the same whenever it is computed."""

    label: str  # "2026-11-23"; of an hourly digest the instant
    at: datetime
    day: date | None  # None: hourly


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestBatch:
    """Alerts that become one message."""

    kind: BatchReason
    label: str
    since: datetime  # of a digest: the start of the time it covers
    until: datetime
    keys: tuple[str, ...]  # oldest first
    over_budget: int = 0  # how many of them were over the day's budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of held alerts; those that it does not name stay held as they are."""

    single: tuple[str, ...] = ()  # go now, each in its own message
    batches: tuple[DigestBatch, ...] = ()  # go now, each batch in one message
    over_budget: tuple[str, ...] = ()  # wait for the next digest
    progress: DigestProgress
    next_at: datetime | None  # when to plan again unless a new alert comes before


# ── one alert ────────────────────────────────────────────────────────────────────────────────────


def is_quiet(schedule: DeliverySchedule, now: datetime) -> bool:
    """Whether `now` is in the quiet hours."""
    return quiet_until(schedule, now) > now


def quiet_until(schedule: DeliverySchedule, now: datetime) -> datetime:
    """The end of the quiet hours that contain `now`; `now` outside of them."""
    if schedule.quiet is None:
        return now
    place = local_time.zone(schedule.zone)
    return local_time.end_of(now, schedule.quiet.start, schedule.quiet.end, place)


def _quiet_since(schedule: DeliverySchedule, now: datetime) -> datetime:
    """The start of the quiet hours that contain `now`; `now` outside of them."""
    if schedule.quiet is None or not is_quiet(schedule, now):
        return now
    place = local_time.zone(schedule.zone)
    today = local_time.today(now, place)
    starts = [local_time.instant(day, schedule.quiet.start, place) for day in (today - _DAY, today)]
    return max((start for start in starts if start <= now), default=now)


def initial_hold(schedule: DeliverySchedule, now: datetime) -> HoldUntil | None:
    """Why an alert created now can't go at once, and until when; None when it can."""
    if schedule.every is not Frequency.ONCE:
        return HoldUntil(hold=HoldReason.DIGEST, until=next_slot(schedule, now).at)
    quiet = quiet_until(schedule, now)
    if quiet > now:
        return HoldUntil(hold=HoldReason.QUIET, until=quiet)
    if schedule.group or schedule.budget is not None:
        return HoldUntil(hold=HoldReason.GROUP, until=now + schedule.group)
    return None


# ── the times of digests ─────────────────────────────────────────────────────────────────────────


def next_slot(
    schedule: DeliverySchedule, now: datetime, progress: DigestProgress | None = None
) -> Slot:
    """The first slot after `now` whose date has had no digest."""
    slots = _slots(schedule, now)
    if progress is not None:
        slots = dropwhile(lambda slot: _is_covered(slot, progress), slots)
    return next(slots)


def _slots(schedule: DeliverySchedule, after: datetime) -> Iterator[Slot]:
    """Every slot after this instant, without end.

    Daily: one for each date that the zone had.  Weekly: one for each week, even where the zone
    skipped the weekday.  A slot belongs to its date even if a clock change moves it past midnight.
    """
    place = local_time.zone(schedule.zone)
    is_weekly = schedule.every is Frequency.WEEKLY
    if schedule.every is Frequency.HOURLY:
        while True:
            after = local_time.full_hour_after(after, place)
            yield Slot(label=after.strftime("%Y-%m-%dT%H:%MZ"), at=after, day=None)
    day = local_time.today(after, place) - _DAY  # whose slot may have moved past midnight
    if is_weekly:
        day += (schedule.weekday - day.weekday()) % 7 * _DAY - _WEEK
    while True:
        at = local_time.instant(day, schedule.at, place)
        if at > after and (is_weekly or local_time.exists(day, place)):
            yield Slot(label=day.isoformat(), at=at, day=day)
        day += _WEEK if is_weekly else _DAY


def _due_slots(schedule: DeliverySchedule, now: datetime, progress: DigestProgress) -> list[Slot]:
    """The slots that have passed without a digest, oldest first.

    Of several hours only the last: one digest covers them all.
    """
    if schedule.every is Frequency.HOURLY:
        last = now - timedelta(hours=1)
        slot = next(_slots(schedule, max(last, progress.covered_until)))
        return [slot] if slot.at <= now else []
    period = _WEEK if schedule.every is Frequency.WEEKLY else _DAY
    slots = _slots(schedule, max(progress.covered_until, now - _MOST_MISSED_DIGESTS * period))
    passed = takewhile(lambda slot: slot.at <= now, slots)
    return [slot for slot in passed if not _is_covered(slot, progress)]


def _is_covered(slot: Slot, progress: DigestProgress) -> bool:
    """Whether the slot's date has had its digest, maybe at another time."""
    if slot.day is None or progress.covered_day is None:
        return False
    return slot.day <= progress.covered_day


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────


def plan(
    schedule: DeliverySchedule, now: datetime, held: Sequence[HeldAlert], progress: DigestProgress
) -> Plan:
    """What becomes of the held alerts of one subscription now.

    Every alert goes into one message, once: what is planned is no longer held in the next plan.
    A second plan at once, with the first one's progress, does nothing.
    """
    progress = _with_credible_times(schedule, now, progress)
    held = sorted(held, key=lambda alert: (alert.created_at, alert.key))
    quiet = quiet_until(schedule, now)
    if quiet > now:
        return Plan(progress=progress, next_at=quiet)
    if schedule.every is not Frequency.ONCE:
        return _digests(schedule, now, held, progress)
    if schedule.budget is None:  # the digest that some may be held for will not come any more
        return _immediate(schedule, now, held, progress)
    for_digest = [alert for alert in held if alert.hold in _FOR_DIGEST]
    digests = _digests(schedule, now, for_digest, progress)
    others = [alert for alert in held if alert.hold not in _FOR_DIGEST]
    immediate = _immediate(schedule, now, others, digests.progress)
    return replace(
        immediate,
        batches=digests.batches + immediate.batches,
        next_at=min(filter(None, (immediate.next_at, digests.next_at))),
    )


def _with_credible_times(
    schedule: DeliverySchedule, now: datetime, progress: DigestProgress
) -> DigestProgress:
    """The progress without times in the future: this machine's clock was ahead and put back."""
    if progress.covered_until <= now:
        return progress
    today = local_time.today(now, local_time.zone(schedule.zone))
    is_ahead = progress.covered_day is not None and progress.covered_day > today
    covered_day = None if is_ahead else progress.covered_day
    return replace(progress, covered_until=now, covered_day=covered_day)


def _digests(
    schedule: DeliverySchedule, now: datetime, held: Sequence[HeldAlert], progress: DigestProgress
) -> Plan:
    """A digest for each due slot, of the alerts up to it that are in none yet."""
    batches = []
    waiting = list(held)
    for slot in _due_slots(schedule, now, progress):
        alerts = [alert for alert in waiting if _came_before(alert, slot.at, now)]
        waiting = [alert for alert in waiting if not _came_before(alert, slot.at, now)]
        if alerts or schedule.empty:
            batches.append(
                DigestBatch(
                    kind=BatchReason.DIGEST,
                    label=slot.label,
                    since=_first_at(alerts, progress.covered_until),
                    until=slot.at,
                    keys=tuple(alert.key for alert in alerts),
                    over_budget=sum(alert.hold is HoldReason.BUDGET for alert in alerts),
                )
            )
        progress = replace(
            progress, covered_until=slot.at, covered_day=slot.day or progress.covered_day
        )
    return Plan(
        batches=tuple(batches), progress=progress, next_at=next_slot(schedule, now, progress).at
    )


def _first_at(alerts: Sequence[HeldAlert], covered_until: datetime) -> datetime:
    """The end of the last digest, or the first alert where that was held before: over a pause."""
    return min([covered_until, *(alert.created_at for alert in alerts)])


def _came_before(alert: HeldAlert, at: datetime, now: datetime) -> bool:
    """Whether it was created by `at`; a time after `now` shows a clock that was ahead."""
    return alert.created_at <= at or alert.created_at > now


def _immediate(
    schedule: DeliverySchedule, now: datetime, held: Sequence[HeldAlert], progress: DigestProgress
) -> Plan:
    """The alerts that go now, up to the budget; all of them at the end of the group time."""
    new = [alert for alert in held if alert.hold not in _FOR_DIGEST]
    from_digest = [alert for alert in held if alert.hold in _FOR_DIGEST]
    opened_at = min((alert.created_at for alert in new), default=now)
    messages = [from_digest] if from_digest else []
    next_at = None
    if opened_at <= now < opened_at + schedule.group:
        next_at = opened_at + schedule.group
    else:
        messages += _messages(new, in_one=bool(schedule.group))
    allowed = len(messages)
    if schedule.budget is not None:
        day = local_time.today(now, local_time.zone(schedule.zone))
        spent = progress.spent if progress.budget_day == day else 0
        allowed = max(0, schedule.budget - spent)
        progress = replace(progress, budget_day=day, spent=spent + min(allowed, len(messages)))
    sent, postponed = messages[:allowed], messages[allowed:]
    return Plan(
        single=tuple(message[0].key for message in sent if len(message) == 1),
        batches=tuple(_batch(schedule, message, now) for message in sent if len(message) > 1),
        over_budget=tuple(alert.key for alert in chain.from_iterable(postponed)),
        progress=progress,
        next_at=next_at,
    )


def _messages(held: Sequence[HeldAlert], *, in_one: bool) -> list[list[HeldAlert]]:
    """The alerts of each message.  Those from quiet hours always go in one."""
    if in_one:
        return [list(held)] if held else []
    from_quiet_hours = [alert for alert in held if alert.hold is HoldReason.QUIET]
    single = [[alert] for alert in held if alert.hold is not HoldReason.QUIET]
    return ([from_quiet_hours] if from_quiet_hours else []) + single


def _batch(schedule: DeliverySchedule, message: Sequence[HeldAlert], now: datetime) -> DigestBatch:
    is_from_quiet_hours = all(alert.hold is HoldReason.QUIET for alert in message)
    since = min(message[0].created_at, now)
    if is_from_quiet_hours:
        since = _quiet_since(schedule, since)
    return DigestBatch(
        kind=BatchReason.QUIET if is_from_quiet_hours else BatchReason.GROUP,
        label=message[0].key,
        since=since,
        until=now,
        keys=tuple(alert.key for alert in message),
    )
