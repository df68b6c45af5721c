"""Chart of a feed's hours, a strip: tall for news, low for nothing new, amber for a part, × failed.

An hour without a poll stays empty.  Height and sign say the same as the colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import groupby

from monitor.charts import svg
from monitor.charts.chart import Chart, LegendEntry

_HEIGHT = 18  # pixels
_GAP = 0.2  # of an hour's width
_HOUR = timedelta(hours=1)


class HourLook(StrEnum):
    """How an hour is drawn; the value is its class in the picture."""

    NONE = "none"  # not polled
    QUIET = "quiet"
    NEWS = "news"
    PART = "part"
    FAILED = "failed"


_WORDS = {
    HourLook.NONE: "not polled",
    HourLook.QUIET: "nothing new",
    HourLook.NEWS: "new articles",
    HourLook.PART: "read in part, or not at each poll",
    HourLook.FAILED: "failed",
}
_SIZES = {HourLook.QUIET: 5, HourLook.NEWS: 16, HourLook.PART: 12, HourLook.FAILED: 16}
LEGEND = (
    LegendEntry(name="news (tall)", css_class=HourLook.NEWS),
    LegendEntry(name="nothing new (low)", css_class=HourLook.QUIET),
    LegendEntry(name="read in part", css_class=HourLook.PART),
    LegendEntry(name="× failed", css_class=HourLook.FAILED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourMark:
    """One hour of a feed."""

    look: HourLook
    new: int = 0  # new articles


def hour_strip(name: str, since: datetime, hours: Sequence[HourMark], zone: tzinfo) -> Chart:
    """The strip of a feed; `hours` are those from `since` on, without a gap."""
    finding = _finding(hours)
    width = 100 / max(1, len(hours))
    marks = []
    place = 0
    for look, run in groupby(hours, key=lambda hour: hour.look):
        members = list(run)
        if look is not HourLook.NONE:
            begin = since + place * _HOUR
            title = _title(begin.astimezone(zone), members)
            cells = (_cell(place + offset, width, look) for offset in range(len(members)))
            marks.append(svg.group("".join(cells), title))
        place += len(members)
    label = f"{name}: {finding}"
    return Chart(
        svg=svg.document("".join(marks), label=label, height=_HEIGHT, css_class="hour-strip"),
        finding=finding,
        legend=LEGEND,
    )


def _finding(hours: Sequence[HourMark]) -> str:
    looks = [hour.look for hour in hours]
    polled = len(looks) - looks.count(HourLook.NONE)
    if not polled:
        return f"not polled in these {len(hours)} hours"
    parts = [f"news in {looks.count(HourLook.NEWS)} of {polled} hours"]
    for look, words in ((HourLook.PART, "read in part in"), (HourLook.FAILED, "failed in")):
        if looks.count(look):
            parts.append(f"{words} {looks.count(look)}")
    return ", ".join(parts)


def _title(begin: datetime, run: Sequence[HourMark]) -> str:
    """ "17 Jun 12:00–15:00: 4 new articles" """
    end = begin + len(run) * _HOUR
    new = sum(hour.new for hour in run)
    words = _WORDS[run[0].look]
    if new:
        words = f"{new:,} new {'article' if new == 1 else 'articles'}"
        words += f", {_WORDS[run[0].look]}" * (run[0].look is not HourLook.NEWS)
    return f"{begin.day} {begin:%b %H:%M}–{end:%H:%M}: {words}"


def _cell(place: int, width: float, look: HourLook) -> str:
    size = _SIZES[look]
    y = _HEIGHT / 2 - size / 2
    cell = svg.rect((place + _GAP / 2) * width, y, (1 - _GAP) * width, size, look)
    if look is not HourLook.FAILED:
        return cell
    middle = (place + 0.5) * width
    return cell + svg.text(middle, _HEIGHT / 2 + 4, "×", anchor="middle", css_class="cross")
