"""Chart of values that hold until the next one: a row of steps for each claimant.

A range is a thick line from its low to its high end; the last value goes on dashed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.charts import svg
from monitor.charts.chart import Chart
from monitor.charts.scales import count_ticks

_ROW, _LABEL, _FOOT = 64, 18, 20  # pixels
_LEFT, _WIDTH = 1.0, 88.0  # per cent; the scale is written to the right


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedValue:
    """A value that somebody states from an instant on."""

    at: datetime
    low: float
    high: float  # the same as `low` where it is no range
    words: str  # "about 3,000"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedSteps:
    """What one claimant stated, the oldest first; at least one value."""

    claimant: str
    values: tuple[StatedValue, ...]


def step_lines(
    kind: str, series: Sequence[ClaimedSteps], since: datetime, until: datetime
) -> Chart:
    """The chart of one kind of figures in a span, a row for each claimant in the given order."""
    finding = _finding(kind, series)
    return Chart(
        svg=_picture(series, since, until, finding) if series else "",
        finding=finding,
        columns=("at", "claimant", "low", "high", "words"),
        rows=tuple(
            (value.at.isoformat(), steps.claimant, value.low, value.high, value.words)
            for steps, value in _stated(series)
        ),
    )


def _stated(series: Sequence[ClaimedSteps]) -> Iterator[tuple[ClaimedSteps, StatedValue]]:
    """Every value with its claimant."""
    for steps in series:
        for value in steps.values:
            yield steps, value


def _finding(kind: str, series: Sequence[ClaimedSteps]) -> str:
    if not series:
        return "No figure was stated in this time."
    newest = max(series, key=lambda steps: steps.values[-1].at)
    others = len(series) - 1
    sentence = f"{kind}: {newest.claimant} stated {newest.values[-1].words} last"
    return f"{sentence}; {others} more with other figures." if others else f"{sentence}."


def _picture(series: Sequence[ClaimedSteps], since: datetime, until: datetime, finding: str) -> str:
    most = max(value.high for _, value in _stated(series))
    end, ticks = count_ticks(round(most) or 1, steps=2)
    marks = []
    for place, steps in enumerate(series):
        top = place * (_ROW + _LABEL) + _LABEL
        bottom = top + _ROW
        marks.append(svg.text(0, top - 4, steps.claimant, css_class="row-label"))
        marks.append(svg.horizontal(bottom, "base"))
        for tick in ticks:
            y = bottom - tick.share * _ROW
            marks.append(svg.horizontal(y))
            marks.append(svg.text(100, y + 4, tick.label, anchor="end", css_class="axis"))
        marks.append(_steps(steps, since, until, bottom, _ROW / end))
    height = len(series) * (_ROW + _LABEL) + _FOOT
    marks.append(svg.text(_LEFT, height - 4, f"{since:%d %b}", css_class="axis"))
    marks.append(
        svg.text(_LEFT + _WIDTH, height - 4, f"{until:%d %b}", anchor="end", css_class="axis")
    )
    return svg.document("".join(marks), label=finding, height=height, css_class="steps")


def _steps(
    steps: ClaimedSteps, since: datetime, until: datetime, bottom: float, scale: float
) -> str:
    """The steps of one claimant; `scale` is pixels for each unit of the value."""
    marks = []
    before: float | None = None
    for place, value in enumerate(steps.values):
        is_last = place == len(steps.values) - 1
        x = _x(value.at, since, until)
        x_end = _x(until if is_last else steps.values[place + 1].at, since, until)
        y = bottom - (value.low + value.high) / 2 * scale
        if before is not None:
            marks.append(svg.line_between(x, before, x, y, "step"))
        marks.append(svg.line_between(x, y, x_end, y, "step last" if is_last else "step"))
        if value.high > value.low:
            low, high = bottom - value.low * scale, bottom - value.high * scale
            marks.append(svg.line_between(x, low, x, high, "range"))
        marks.append(
            svg.circle(x, y, 4, "dot", f"{steps.claimant}, {value.at:%d %b}: {value.words}")
        )
        before = y
    return "".join(marks)


def _x(at: datetime, since: datetime, until: datetime) -> float:
    """Per cent of the width."""
    share = (at - since) / (until - since)
    return _LEFT + min(1.0, max(0.0, share)) * _WIDTH
