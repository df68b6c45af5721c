"""Picture of a delivery schedule: the day of a subscription as a chart with its sentence."""

from __future__ import annotations

from datetime import time
from itertools import chain, pairwise

from monitor.charts.chart import Chart
from monitor.charts.day_plan import MINUTES_OF_DAY, DayMark, DaySpan, clock, day_plan
from monitor.deliver.messages.schedule_text import WEEKDAYS, schedule_phrase
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency

_HOUR = 60


def schedule_picture(schedule: DeliverySchedule) -> Chart:
    """The local day of the schedule: when messages are sent, held, and put into a digest."""
    quiet = _quiet_ranges(schedule)
    phrase = schedule_phrase(schedule)
    finding = f"{phrase[0].upper()}{phrase[1:]}."
    spans = [_span(schedule, start, end, quiet) for start, end in _cut(quiet)]
    return day_plan(finding, spans, _digests(schedule, quiet))


def _quiet_ranges(schedule: DeliverySchedule) -> list[tuple[int, int]]:
    """The quiet hours in minutes of the day; hours across midnight are two ranges."""
    if schedule.quiet is None or schedule.quiet.start == schedule.quiet.end:
        return []
    start, end = _minute(schedule.quiet.start), _minute(schedule.quiet.end)
    if start < end:
        return [(start, end)]
    return [part for part in ((0, end), (start, MINUTES_OF_DAY)) if part[0] < part[1]]


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _cut(quiet: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The day in pieces, cut where quiet hours begin and end."""
    edges = sorted({0, MINUTES_OF_DAY, *chain.from_iterable(quiet)})
    return list(pairwise(edges))


def _span(
    schedule: DeliverySchedule, start: int, end: int, quiet: list[tuple[int, int]]
) -> DaySpan:
    if (start, end) in quiet:
        return DaySpan(start=start, end=end, sends=False, words="held: quiet hours")
    if schedule.every is not Frequency.ONCE:
        return DaySpan(start=start, end=end, sends=False, words="held for the digest")
    words = "sent at once"
    if schedule.budget is not None:
        words = f"sent at once, the first {schedule.budget:,} of a day"
    return DaySpan(start=start, end=end, sends=True, words=words)


def _digests(schedule: DeliverySchedule, quiet: list[tuple[int, int]]) -> list[DayMark]:
    """The digests of a day; one that is due in quiet hours comes when they end."""
    if not schedule.gathers:
        return []
    if schedule.every is Frequency.HOURLY:
        hours = {_after_quiet(minute, quiet) for minute in range(0, MINUTES_OF_DAY, _HOUR)}
        return [DayMark(minute=hour, words=f"{clock(hour)}: digest") for hour in sorted(hours)]
    minute = _minute(schedule.at)
    day = f" on {WEEKDAYS[schedule.weekday]}" if schedule.every is Frequency.WEEKLY else ""
    over = " of what is over the budget" if schedule.budget is not None else ""
    return [DayMark(minute=minute, words=f"{clock(minute)}{day}: digest{over}")]


def _after_quiet(minute: int, quiet: list[tuple[int, int]]) -> int:
    """The minute itself, or that at which the quiet hours end."""
    for start, end in quiet:
        if start <= minute < end:
            return _after_quiet(end % MINUTES_OF_DAY, quiet)
    return minute
