"""Chart of waiting times: a dot at half of them, a band from 5 to 95 in a hundred, a log axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.charts import svg
from monitor.charts.chart import Chart
from monitor.charts.scales import log_time, short_seconds

_ROW, _TOP, _FOOT = 32, 2, 20  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTimes:
    """The seconds that something took: of a hundred, 5, 50 and 95 took no longer."""

    name: str  # "mail, seen to accepted"
    number: int
    p05: float
    p50: float
    p95: float


def time_bands(waits: Sequence[WaitingTimes]) -> Chart:
    """The chart of these rows, in order."""
    finding = _finding(waits)
    return Chart(
        svg=_picture(waits, finding) if waits else "",
        finding=finding,
        columns=("time", "alerts", "p05_seconds", "p50_seconds", "p95_seconds"),
        rows=tuple(
            (wait.name, wait.number, round(wait.p05, 3), round(wait.p50, 3), round(wait.p95, 3))
            for wait in waits
        ),
    )


def _finding(waits: Sequence[WaitingTimes]) -> str:
    if not waits:
        return "No alert was accepted in this time."
    worst = max(waits, key=lambda wait: wait.p95)
    half, most = short_seconds(worst.p50), short_seconds(worst.p95)
    return f"Slowest is {worst.name}: half within {half}, 95 of 100 within {most}."


def _picture(waits: Sequence[WaitingTimes], finding: str) -> str:
    share, ticks = log_time(min(wait.p05 for wait in waits), max(wait.p95 for wait in waits))
    bottom = _TOP + _ROW * len(waits)
    marks = []
    for tick in ticks:
        x = _x(tick.share)
        marks.append(svg.vertical(x, _TOP, bottom))
        anchor = svg.edge_anchor(x)
        marks.append(svg.text(x, bottom + 14, tick.label, anchor=anchor, css_class="axis"))
    for place, wait in enumerate(waits):
        y = _TOP + place * _ROW
        low, half, high = (_x(share(at)) for at in (wait.p05, wait.p50, wait.p95))
        times = ", ".join(
            f"{name} {short_seconds(at)}"
            for name, at in (("5 %", wait.p05), ("half", wait.p50), ("95 %", wait.p95))
        )
        marks += [
            svg.text(0, y + 12, wait.name, css_class="row-label"),
            svg.rect(low, y + 19, max(high - low, 0.5), 6, "band", f"{wait.name}: {times}"),
            svg.circle(half, y + 22, 5, "dot", f"{wait.name}: half within {times}"),
        ]
    return svg.document("".join(marks), label=finding, height=bottom + _FOOT, css_class="bands")


def _x(share: float) -> float:
    """Per cent of the width; the dots at both ends stay inside the picture."""
    return 2 + share * 96
