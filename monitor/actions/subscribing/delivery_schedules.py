"""Delivery schedules: options to a checked schedule, and when the next message is due."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing import time_zones
from monitor.alerts import digest_schedule
from monitor.deliver.messages import schedule_text
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, HoldReason, QuietHours
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.store.repositories.digests import Outlook

_NONE = "none"
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_LONGEST_GROUP = timedelta(hours=12)
_LARGEST_BUDGET = 10_000
_OVERDUE_AFTER = timedelta(minutes=5)
_WITH_CLOCK = (Frequency.DAILY, Frequency.WEEKLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOptions:
    """The options of a schedule as typed; None: not given."""

    frequency: Frequency | None = None
    at: str | None = None  # "07:30"
    on: str | None = None  # a weekday, or its first three letters
    zone: str | None = None  # "Europe/Warsaw"
    quiet: str | None = None  # "22:00-07:00" or "none"
    budget: str | None = None  # messages a day, or "none"
    group: str | None = None  # a duration, or "none"
    empty: bool | None = None


# ── from options ─────────────────────────────────────────────────────────────────────────────────


def changed_schedule(before: DeliverySchedule, change: ScheduleOptions) -> DeliverySchedule:
    """The schedule with the given options changed.

    Budget and group end when the new frequency is a digest, unless they are given, too.  Raise
    ConfigError for a schedule that contradicts itself or would never send anything.
    """
    schedule = before if change.frequency is None else replace(before, every=change.frequency)
    if change.frequency not in (None, Frequency.ONCE):
        schedule = replace(schedule, budget=None, group=timedelta())
    schedule = replace(
        schedule,
        zone=schedule.zone if change.zone is None else time_zones.parse_zone(change.zone),
        at=schedule.at if change.at is None else _parse_clock(change.at, "at"),
        weekday=schedule.weekday if change.on is None else _parse_weekday(change.on),
        quiet=schedule.quiet if change.quiet is None else _parse_quiet_hours(change.quiet),
        budget=schedule.budget if change.budget is None else _parse_budget(change.budget),
        group=schedule.group if change.group is None else _parse_group(change.group),
    )
    empty = schedule.empty if change.empty is None else change.empty
    has_digests_or_says_empty = schedule.gathers or change.empty is not None
    schedule = replace(schedule, empty=empty and has_digests_or_says_empty)
    _check(schedule, change)
    return schedule


def _check(schedule: DeliverySchedule, change: ScheduleOptions) -> None:
    """Raise ConfigError when the schedule contradicts itself."""
    if schedule.every is not Frequency.ONCE and (schedule.budget is not None or schedule.group):
        raise InvalidOption(
            "budget" if schedule.budget is not None else "group",
            f"goes with the cadence at-once: a digest that comes {schedule.every} is one message"
            " already",
        )
    if schedule.empty and not schedule.gathers:
        raise InvalidOption("empty_digest", "needs a cadence of hourly, daily or weekly")
    if change.on is not None and schedule.every is not Frequency.WEEKLY:
        raise InvalidOption("on", "is the day of a weekly digest: set the cadence to weekly")
    has_clock = schedule.every in _WITH_CLOCK or schedule.budget is not None
    if change.at is not None and not has_clock:
        raise InvalidOption(
            "at",
            f"is the time of a daily or weekly digest; the cadence is {schedule.every}: set it to"
            " daily or weekly",
        )
    quiet = schedule.quiet
    if quiet and has_clock and _is_within(schedule.at, quiet):
        raise ConfigError(
            f"a digest at {schedule_text.clock(schedule.at)} would always be held by the quiet"
            f" hours: set its time to {schedule_text.clock(quiet.end)}, or change the quiet hours"
        )


def _is_within(at: time, quiet: QuietHours) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def _parse_clock(text: str, option: str) -> time:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise InvalidOption(option, f'{text!r}: a time is written "07:30", from 00:00 to 23:59')
    return time(int(match[1]), int(match[2]))


def _parse_weekday(text: str) -> int:
    """Monday is 0."""
    start = text.strip().casefold()
    days = [day for day in schedule_text.WEEKDAYS if day.casefold().startswith(start)]
    if len(start) < 3 or len(days) != 1:
        raise InvalidOption("on", f"{text!r}: one of {', '.join(schedule_text.WEEKDAYS)}")
    return schedule_text.WEEKDAYS.index(days[0])


def _parse_quiet_hours(text: str) -> QuietHours | None:
    """ "22:00-07:00", with a hyphen or a dash; hours that end where they start are none."""
    if text.strip() == _NONE:
        return None
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise InvalidOption("quiet", f'{text!r}: hours are written "22:00-07:00", or "none"')
    quiet = QuietHours(start=_parse_clock(start, "quiet"), end=_parse_clock(end, "quiet"))
    if quiet.start == quiet.end:
        return None
    if (_since_midnight(quiet.start) - _since_midnight(quiet.end)) % _DAY < _HOUR:
        raise InvalidOption(
            "quiet",
            f"{text!r} leaves less than an hour of the day to send messages: leave more, or use"
            " `monitor subscriptions pause`",
        )
    return quiet


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _parse_budget(text: str) -> int | None:
    if text.strip() == _NONE:
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= _LARGEST_BUDGET:
        raise InvalidOption(
            "budget",
            f'{text!r}: a whole number from 1 to {_LARGEST_BUDGET:,}, or "none"; for digests alone'
            " set the cadence to daily",
        )
    return int(text)


def _parse_group(text: str) -> timedelta:
    if text.strip() == _NONE:
        return timedelta()
    length = option_values.parse_duration(text, "group")
    if length > _LONGEST_GROUP:
        raise InvalidOption(
            "group", f"{text!r} is longer than 12 hours: set the cadence to hourly or daily instead"
        )
    return length


# ── for people and programs ──────────────────────────────────────────────────────────────────────


def next_message(subscription: Subscription, outlook: Outlook, now: datetime) -> str:
    """When the next message is due and what is held for it, without a full stop.

    A pause of the receiver after failures comes first: until its end nothing is tried.
    """
    schedule, count = subscription.cadence, sum(outlook.held.values())
    held = f"{count:,} held" if count else "nothing held"
    if subscription.state is not SubscriptionState.ACTIVE:
        return f"{held}; nothing is sent while it is {subscription.state}"
    quiet_until = digest_schedule.quiet_until(schedule, now)
    paused_until = subscription.health.paused_until
    pause = ""
    if paused_until is not None and paused_until > now:
        pause = f"receiver paused after failures until {_moment(paused_until, schedule)}; "
    if quiet_until > now:
        return f"{pause}quiet until {_moment(quiet_until, schedule)}; {held}"
    if schedule.gathers:
        return f"{pause}{_next_digest(schedule, outlook, now)}; {held}{_overdue(outlook, now)}"
    if pause or count:
        return pause + held
    return "as soon as something comes"


def _moment(instant: datetime, schedule: DeliverySchedule) -> str:
    return schedule_text.moment(instant, schedule.zone)


def _next_digest(schedule: DeliverySchedule, outlook: Outlook, now: datetime) -> str:
    slot = digest_schedule.next_slot(schedule, now, outlook.progress)
    at = schedule_text.moment(digest_schedule.quiet_until(schedule, slot.at), schedule.zone)
    if schedule.budget is None:
        for_digest = sum(outlook.held.values())
    else:
        for_digest = outlook.held.get(HoldReason.BUDGET, 0)
    is_certain = for_digest or schedule.empty
    return f"next digest {at}{'' if is_certain else ' (if anything comes)'}"


def _overdue(outlook: Outlook, now: datetime) -> str:
    if outlook.next_at is None or outlook.next_at >= now - _OVERDUE_AFTER:
        return ""
    return "; one is due already: does `monitor run` run?"


def schedule_fields(schedule: DeliverySchedule) -> JsonObject:
    """The JSON of a schedule in that of its subscription; null: does not apply."""
    quiet = schedule.quiet
    hours = [schedule_text.clock(quiet.start), schedule_text.clock(quiet.end)] if quiet else None
    is_weekly = schedule.every is Frequency.WEEKLY
    return {
        "every": schedule.every.value,
        "at": schedule_text.clock(schedule.at) if schedule.gathers else None,
        "on": schedule_text.WEEKDAYS[schedule.weekday] if is_weekly else None,
        "zone": schedule.zone,
        "quiet": hours,
        "budget": schedule.budget,
        "group_seconds": round(schedule.group.total_seconds()),
        "empty_digest": schedule.empty,
    }
