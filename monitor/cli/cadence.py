"""From options to a cadence, checked; and when a subscription is told next, in a sentence."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.alerts import digest_schedule as rules
from monitor.cli import invocation, output
from monitor.deliver.messages import schedule_text
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, HoldReason, QuietHours
from monitor.domain.errors import ConfigError
from monitor.text import local_time

if TYPE_CHECKING:
    from monitor.store.repositories.digests import Outlook

Told = Annotated[
    Frequency | None, typer.Option("--cadence", help="At once, or in a digest: how often.")
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="HH:MM", help="When a daily or weekly digest is sent."),
]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="Weekday of a weekly digest.")]
Zone = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help="Whose clock: “Europe/Warsaw”; else UTC."),
]
Quiet = Annotated[
    str | None,
    typer.Option("--quiet", metavar="HH:MM-HH:MM", help="Send nothing then, but after; or “none”."),
]
Budget = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help="At most so many messages a day at once, the rest in a digest (--at); or “none”.",
    ),
]
Group = Annotated[
    str | None,
    typer.Option(metavar="10m", help="What comes within this time is one message; or “none”."),
]
Empty = Annotated[
    bool | None,
    typer.Option("--empty-digest/--no-empty-digest", help="Send digests with nothing to tell."),
]

_NONE = "none"
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_LONGEST_GROUP = timedelta(hours=12)
_MOST_BUDGET = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOptions:
    """The options as they were typed; None: not said."""

    every: Frequency | None = None
    at: str | None = None
    on: str | None = None
    zone: str | None = None
    quiet: str | None = None
    budget: str | None = None
    group: str | None = None
    empty: bool | None = None


# ── from options ─────────────────────────────────────────────────────────────────────────────────


def asked(before: DeliverySchedule, wanted: ScheduleOptions) -> DeliverySchedule:
    """The cadence before, changed as the options say.

    What only goes with telling at once ends with it, unless it was asked for now.  Raise
    ConfigError for what can't be, or would never tell anything.
    """
    made = before if wanted.every is None else replace(before, every=wanted.every)
    if wanted.every not in (None, Frequency.ONCE):
        made = replace(made, budget=None, group=timedelta())
    made = replace(
        made,
        zone=made.zone if wanted.zone is None else _zone(wanted.zone),
        at=made.at if wanted.at is None else _clock(wanted.at, "--at"),
        weekday=made.weekday if wanted.on is None else _weekday(wanted.on),
        quiet=made.quiet if wanted.quiet is None else _quiet(wanted.quiet),
        budget=made.budget if wanted.budget is None else _budget(wanted.budget),
        group=made.group if wanted.group is None else _group(wanted.group),
    )
    empty = made.empty if wanted.empty is None else wanted.empty
    made = replace(made, empty=empty and (made.gathers or wanted.empty is not None))
    _check(made, wanted)
    return made


def _check(made: DeliverySchedule, wanted: ScheduleOptions) -> None:
    """Refuse what contradicts itself."""
    if made.every is not Frequency.ONCE and (made.budget is not None or made.group):
        raise ConfigError(
            f"--budget and --group go with telling at once: a digest that comes {made.every} is one"
            " message already"
        )
    if made.empty and not made.gathers:
        raise ConfigError("--empty-digest needs a digest: --cadence hourly, daily or weekly")
    if wanted.on is not None and made.every is not Frequency.WEEKLY:
        raise ConfigError("--on is the day of a weekly digest: add --cadence weekly")
    by_clock = made.every in (Frequency.DAILY, Frequency.WEEKLY) or made.budget is not None
    if wanted.at is not None and not by_clock:
        raise ConfigError(
            f"--at is the time of a daily or weekly digest; told {made.every} there is none:"
            " add --cadence daily"
        )
    quiet = made.quiet
    if quiet and by_clock and _is_within(made.at, quiet):
        raise ConfigError(
            f"a digest at {schedule_text.clock(made.at)} would always be held by the quiet hours:"
            f" say --at {schedule_text.clock(quiet.end)}, or other hours"
        )


def _is_within(at: time, quiet: QuietHours) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def _zone(name: str) -> str:
    if local_time.is_zone(name):
        return name
    known = {zone.casefold(): zone for zone in local_time.zones()}
    cities = {zone.rpartition("/")[2]: zone for zone in known}
    wanted = name.strip().casefold().replace(" ", "_")
    near = difflib.get_close_matches(wanted.rpartition("/")[2], cities, n=1, cutoff=0.6)
    near = [cities[city] for city in near] or difflib.get_close_matches(wanted, known, n=1)
    hint = known[wanted] if wanted in known else known[near[0]] if near else "Europe/Warsaw"
    raise ConfigError(f"--zone {name!r} is no zone that is known; did you mean {hint!r}?")


def _clock(text: str, option: str) -> time:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise ConfigError(f'{option} {text!r}: a time is written "07:30", from 00:00 to 23:59')
    return time(int(match[1]), int(match[2]))


def _weekday(text: str) -> int:
    wanted = text.strip().casefold()
    found = [day for day in schedule_text.WEEKDAYS if day.casefold().startswith(wanted)]
    if len(wanted) < 3 or len(found) != 1:
        raise ConfigError(f"--on {text!r}: one of {', '.join(schedule_text.WEEKDAYS)}")
    return schedule_text.WEEKDAYS.index(found[0])


def _quiet(text: str) -> QuietHours | None:
    if text.strip() == _NONE:
        return None
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ConfigError(f'--quiet {text!r}: hours are written "22:00-07:00", or "none"')
    made = QuietHours(start=_clock(start, "--quiet"), end=_clock(end, "--quiet"))
    if made.start == made.end:
        return None
    left = timedelta(hours=made.start.hour - made.end.hour, minutes=made.start.minute)
    left = (left - timedelta(minutes=made.end.minute)) % _DAY
    if left < _HOUR:
        raise ConfigError(
            f"--quiet {text!r} leaves less than an hour of the day to tell anything: leave more,"
            " or use `monitor subscriptions pause`"
        )
    return made


def _budget(text: str) -> int | None:
    if text.strip() == _NONE:
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= _MOST_BUDGET:
        raise ConfigError(
            f'--budget {text!r}: a whole number from 1 to {_MOST_BUDGET:,}, or "none"; to tell'
            " nothing at once use --cadence daily"
        )
    return int(text)


def _group(text: str) -> timedelta:
    if text.strip() == _NONE:
        return timedelta()
    found = invocation.span(text, "--group")
    if found > _LONGEST_GROUP:
        raise ConfigError(
            f"--group {text!r} is longer than 12 hours: use --cadence daily or hourly instead"
        )
    return found


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def next_told(subscription: Subscription, outlook: Outlook, now: datetime) -> str:
    """When it is told next, and what waits for that: a sentence without its full stop."""
    made, waits = subscription.cadence, sum(outlook.held.values())
    held = f"{waits:,} held" if waits else "nothing held"
    if subscription.state is not SubscriptionState.ACTIVE:
        return f"{held}; nothing is told while it is {subscription.state}"
    quiet = rules.quiet_until(made, now)
    if quiet > now:
        return f"quiet until {schedule_text.moment(quiet, made.zone)}; {held}"
    if not made.gathers:
        return held if waits else "as soon as something comes"
    slot = rules.next_slot(made, now, outlook.standing)
    at = schedule_text.moment(rules.quiet_until(made, slot.at), made.zone)
    overdue = outlook.next_at is not None and outlook.next_at < now - timedelta(minutes=5)
    late = "; one is due already: does `monitor run` run?" if overdue else ""
    for_digest = outlook.held.get(HoldReason.BUDGET, 0) if made.budget is not None else waits
    maybe = "" if for_digest or made.empty else " (if anything comes)"
    return f"next digest {at}{maybe}; {held}{late}"


def as_dict(cadence: DeliverySchedule) -> dict[str, object]:
    """A cadence as `--json` shows it."""
    quiet = cadence.quiet
    return {
        "every": cadence.every.value,
        "at": schedule_text.clock(cadence.at) if cadence.gathers else None,
        "on": schedule_text.WEEKDAYS[cadence.weekday]
        if cadence.every is Frequency.WEEKLY
        else None,
        "zone": cadence.zone,
        "quiet": [schedule_text.clock(quiet.start), schedule_text.clock(quiet.end)]
        if quiet
        else None,
        "budget": cadence.budget,
        "group_seconds": round(cadence.group.total_seconds()),
        "empty_digest": cadence.empty,
    }


def outlook_as_dict(outlook: Outlook) -> dict[str, object]:
    """What is held for a subscription, as `--json` shows it."""
    return {
        "held": {str(hold): number for hold, number in outlook.held.items()},
        "looked_at_next": output.instant(outlook.next_at),
    }
