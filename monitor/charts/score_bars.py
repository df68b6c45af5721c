"""Chart of scores against the threshold: bars on a logarithmic scale, and the line between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.charts import svg
from monitor.charts.chart import Chart, LegendEntry
from monitor.charts.scales import log_count

POINTS = 100  # a score is counted by its whole per cent, 100 with 99
_BAR = 5  # points in one bar
_NEAR = 5  # points from the line
_HEIGHT, _TOP, _BOTTOM = 180, 24, 158


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCount:
    """The articles whose score lies in one per cent."""

    flagged: int = 0
    rejected: int = 0

    @property
    def all(self) -> int:
        """Both."""
        return self.flagged + self.rejected


def score_point(score: float) -> int:
    """The whole per cent that a score is counted by."""
    return min(int(score * POINTS), POINTS - 1)


def near_line(counts: Mapping[int, ScoreCount], threshold: float) -> int:
    """The number of articles within five points of the threshold."""
    line = threshold * POINTS
    return sum(count.all for point, count in counts.items() if abs(point + 0.5 - line) < _NEAR)


def score_bars(counts: Mapping[int, ScoreCount], threshold: float) -> Chart:
    """The chart of these counts, by whole per cent of the score."""
    bars = [_counts_of_bar(counts, low) for low in range(0, POINTS, _BAR)]
    total = sum(count.all for count in counts.values())
    finding = _finding(total, near_line(counts, threshold), threshold)
    return Chart(
        svg=_picture(bars, threshold, finding) if total else "",
        finding=finding,
        legend=(
            LegendEntry(name="rejected", css_class="rejected"),
            LegendEntry(name="flagged", css_class="flagged"),
        ),
        columns=("score", "rejected", "flagged"),
        rows=tuple(
            (_span(at * _BAR), rejected, flagged) for at, (rejected, flagged) in enumerate(bars)
        ),
    )


def _counts_of_bar(counts: Mapping[int, ScoreCount], low: int) -> tuple[int, int]:
    """The rejected and the flagged articles of the bar that begins at this per cent."""
    inside = [counts.get(point, ScoreCount()) for point in range(low, low + _BAR)]
    return sum(count.rejected for count in inside), sum(count.flagged for count in inside)


def _span(low: int) -> str:
    """ "45–50 %" """
    return f"{low}–{low + _BAR} %"


def _finding(total: int, near: int, threshold: float) -> str:
    if not total:
        return "No article was judged in this time."
    line = f"the threshold ({threshold:.0%})".replace("%", " %")
    if not near:
        return f"None of {total:,} articles lies within five points of {line}."
    verb = "lies" if near == 1 else "lie"
    return f"{near:,} of {total:,} articles {verb} within five points of {line}."


def _picture(bars: list[tuple[int, int]], threshold: float, finding: str) -> str:
    most = max(max(bar) for bar in bars)
    share, ticks = log_count(most)
    height = _BOTTOM - _TOP
    marks = []
    for tick in ticks:
        y = _BOTTOM - tick.share * height
        marks.append(svg.horizontal(y))
    width = 100 / len(bars)
    for place, (rejected, flagged) in enumerate(bars):
        marks.append(_bar(place, width, (share(rejected), share(flagged)), (rejected, flagged)))
    marks.append(svg.horizontal(_BOTTOM, "base"))
    for tick in ticks:  # over the bars, so that every label is read
        y = _BOTTOM - tick.share * height
        marks.append(svg.text(0, y - 3, tick.label, css_class="axis"))
    line = threshold * 100
    anchor = "end" if line > 60 else "start"
    words = f"threshold {threshold:.0%}".replace("%", " %")
    beside = line - 1 if anchor == "end" else line + 1
    marks += [
        svg.vertical(line, 4, _BOTTOM, "threshold"),
        svg.text(beside, 14, words, anchor=anchor, css_class="line-label"),
    ]
    for at in (0, 25, 50, 75, 100):
        anchor = svg.edge_anchor(at)
        marks.append(svg.text(at, _HEIGHT - 6, f"{at} %", anchor=anchor, css_class="axis"))
    return svg.document("".join(marks), label=finding, height=_HEIGHT, css_class="score-bars")


def _bar(place: int, width: float, shares: tuple[float, float], counts: tuple[int, int]) -> str:
    """One bar; where the line runs through it, or rules decided, the two halves stand side by side.

    A logarithmic scale can't stack.
    """
    drawn = [at for at in (0, 1) if counts[at]]
    parts = []
    for turn, at in enumerate(drawn):
        bar_width = width * 0.84 / len(drawn)
        height = shares[at] * (_BOTTOM - _TOP)
        css_class = ("rejected", "flagged")[at]
        title = f"{_span(place * _BAR)}: {counts[at]:,} {css_class}"
        x = (place + 0.08) * width + turn * bar_width
        parts.append(svg.rect(x, _BOTTOM - height, bar_width, height, css_class, title))
    return "".join(parts)
