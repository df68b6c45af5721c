"""Chart of counts by day: stacked bars, one colour a theme, with the days beyond their usual band.

The last day may not be over: it has its bar, and no part in what is usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from monitor.charts import svg
from monitor.charts.chart import Chart, series_legend, theme_class
from monitor.charts.scales import count_ticks
from monitor.charts.usual_band import FEWEST_DAYS, Spike, spikes

_HEIGHT, _TOP, _BOTTOM = 190, 22, 168  # of the picture; of the plot in it
_GAP = 0.18  # of a day's width, between two bars


@dataclass(frozen=True, slots=True, kw_only=True)
class DailySeries:
    """The counts of one theme, a number for each day."""

    name: str
    counts: tuple[int, ...]


def day_bars(
    days: Sequence[date], series: Sequence[DailySeries], *, last_day_is_over: bool
) -> Chart:
    """The chart of these days in order; every series has a count for each of them."""
    by_day = list(zip(*(entry.counts for entry in series), strict=True)) or [()] * len(days)
    totals = [sum(counts) for counts in by_day]
    whole = totals if last_day_is_over else totals[:-1]
    unusual = spikes(whole)
    finding = _finding(days, whole, totals, unusual)
    names = [entry.name for entry in series]
    return Chart(
        svg=_picture(days, series, totals, unusual, finding) if any(totals) else "",
        finding=finding,
        legend=series_legend(names) if any(totals) else (),
        columns=("day", *names, "all"),
        rows=tuple(
            (day.isoformat(), *counts, total)
            for day, counts, total in zip(days, by_day, totals, strict=True)
        ),
    )


def _finding(
    days: Sequence[date], whole: Sequence[int], totals: Sequence[int], unusual: Sequence[Spike]
) -> str:
    if not any(totals):
        return f"Nothing was flagged in these {len(days)} days."
    if unusual:
        spike = max(unusual, key=lambda series: series.count)
        others = len(unusual) - 1
        also = f" {others} more {'day was' if others == 1 else 'days were'} unusual." * bool(others)
        return f"Most on {day_words(days[spike.place])}: {_size(spike)}.{also}"
    if len(whole) <= FEWEST_DAYS:
        return f"{sum(totals):,} in {len(days)} days: too few days to say what is usual."
    usual = f"usually {median(whole):g}"
    return f"No day stands out: {min(whole):,} to {max(whole):,} a day, {usual}."


def _size(spike: Spike) -> str:
    """ "24, 3.0 times the usual day" """
    times = f"{spike.times:.1f} times the usual day" if spike.times else "on usual days none"
    return f"{spike.count:,}, {times}"


def day_words(day: date) -> str:
    """ "18 Jun" """
    return f"{day.day} {day:%b}"


def _picture(
    days: Sequence[date],
    series: Sequence[DailySeries],
    totals: Sequence[int],
    unusual: Sequence[Spike],
    finding: str,
) -> str:
    end, ticks = count_ticks(max(totals), steps=3)
    width = 100 / len(days)
    scale = (_BOTTOM - _TOP) / end
    marks = []
    for tick in ticks:
        y = _BOTTOM - tick.share * (_BOTTOM - _TOP)
        marks.append(svg.horizontal(y))
    marks += [_stack(place, width, day, series, scale) for place, day in enumerate(days)]
    for tick in ticks:  # over the bars, so that every label is read
        y = _BOTTOM - tick.share * (_BOTTOM - _TOP)
        marks.append(svg.text(0, y - 3, tick.label, css_class="axis"))
    for spike in unusual:
        words = f"▲ {spike.times:.1f}×" if spike.times else "▲"
        x = (spike.place + 0.5) * width
        y = _BOTTOM - spike.count * scale - 5
        marks.append(svg.text(x, y, words, anchor=svg.edge_anchor(x), css_class="spike"))
    marks.append(svg.horizontal(_BOTTOM, "base"))
    step = max(1, -(-len(days) // 5))
    for place in range(0, len(days), step):
        x = (place + 0.5) * width
        label = day_words(days[place])
        anchor = svg.edge_anchor(x)
        marks.append(svg.text(x, _HEIGHT - 6, label, anchor=anchor, css_class="axis"))
    return svg.document("".join(marks), label=finding, height=_HEIGHT, css_class="day-bars")


def _stack(place: int, width: float, day: date, series: Sequence[DailySeries], scale: float) -> str:
    """The bar of a day, from the ground upwards in the order of the series."""
    parts = []
    y = float(_BOTTOM)
    for rank, entry in enumerate(series):
        count = entry.counts[place]
        if not count:
            continue
        height = count * scale
        y -= height
        x = (place + _GAP / 2) * width
        title = f"{day_words(day)}, {entry.name}: {count:,}"
        parts.append(svg.rect(x, y, width * (1 - _GAP), height, theme_class(rank), title))
    return "".join(parts)
