"""Chart of a subscription's day: when messages are sent, when they wait, and when digests come.

A tall green span sends at once, a low grey one holds; a digest is a line with its time.  Height and
words say the same as the colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.charts import svg
from monitor.charts.chart import Chart, LegendEntry

MINUTES_OF_DAY = 24 * 60
_HEIGHT = 62  # pixels
_BASE = 40
_SENDS_HEIGHT, _HOLDS_HEIGHT = 22, 8
_LABEL_Y, _AXIS_Y = 12, 56
_HOURS_OF_AXIS = range(0, 25, 6)
_MOST_LABELS = 4  # of digests; more would cover each other
SENDS = LegendEntry(name="sent at once (tall)", css_class="news")
HOLDS = LegendEntry(name="held (low)", css_class="quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """A part of the day, in minutes since midnight, in which messages are sent or held."""

    start: int
    end: int  # not included; up to 1,440
    sends: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMark:
    """A message that comes at this minute of the day: a digest."""

    minute: int
    words: str


def day_plan(finding: str, spans: Sequence[DaySpan], marks: Sequence[DayMark]) -> Chart:
    """The picture of a day, from midnight to midnight in one time zone; `finding` names both."""
    parts = [_span(span) for span in spans]
    parts.append(svg.horizontal(_BASE, "base"))
    parts += [_mark(mark, with_label=len(marks) <= _MOST_LABELS) for mark in marks]
    parts += [_hour(hour) for hour in _HOURS_OF_AXIS]
    rows = [(clock(span.start), clock(span.end), span.words) for span in spans]
    rows += [(clock(mark.minute), clock(mark.minute), mark.words) for mark in marks]
    legend = [entry for entry, sends in ((SENDS, True), (HOLDS, False)) if _has(spans, sends)]
    return Chart(
        svg=svg.document("".join(parts), label=finding, height=_HEIGHT, css_class="day-plan"),
        finding=finding,
        legend=tuple(legend),
        columns=("from", "to", "messages"),
        rows=tuple(sorted(rows)),
    )


def clock(minute: int) -> str:
    """ "07:30"; the end of the day is "24:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _has(spans: Sequence[DaySpan], sends: bool) -> bool:
    return any(span.sends is sends for span in spans)


def _span(span: DaySpan) -> str:
    height = _SENDS_HEIGHT if span.sends else _HOLDS_HEIGHT
    css_class = (SENDS if span.sends else HOLDS).css_class
    title = f"{clock(span.start)}–{clock(span.end)}: {span.words}"
    width = _percent(span.end - span.start)
    return svg.rect(_percent(span.start), _BASE - height, width, height, css_class, title)


def _mark(mark: DayMark, *, with_label: bool) -> str:
    x = _percent(mark.minute)
    line = svg.group(svg.vertical(x, _LABEL_Y + 4, _BASE, "threshold"), mark.words)
    if not with_label:
        return line
    label = svg.text(
        x, _LABEL_Y, clock(mark.minute), anchor=svg.edge_anchor(x), css_class="line-label"
    )
    return line + label


def _hour(hour: int) -> str:
    x = _percent(hour * 60)
    return svg.text(x, _AXIS_Y, f"{hour:02}", anchor=svg.edge_anchor(x), css_class="axis")


def _percent(minutes: int) -> float:
    return 100 * minutes / MINUTES_OF_DAY
