"""Volume spikes: a theme or a story is reported far more than usual at this hour and weekday.

The volume is the number of flagged articles in a window of three hours.  The usual band of a theme
is the median of comparable windows plus and minus four deviations: windows that begin at the same
time of the week, or an hour before or after, in the eight weeks before.  That of a story has its
own earlier windows.  The deviation is the median absolute deviation, in units of a standard
deviation, and never less than the chance variation of so small a count (Poisson).  So earlier
spikes hardly widen the band, and a quiet theme is not reported for its second article.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from statistics import median

from monitor.domain.keys import key_of

WINDOW = timedelta(hours=3)
WEEKS = 8
LEAST_WINDOWS = 12  # comparable ones, of 24 of a theme
LEAST_VOLUME = 5  # articles in the window: fewer are never a spike
REST = timedelta(hours=6)  # a volume that rises again so soon is the same spike

_WEEK, _HOUR = timedelta(days=7), timedelta(hours=1)
_DEVIATIONS = 4.0
_TO_STANDARD = 1.4826  # median absolute deviation → standard deviation of a normal distribution


class SpikeSubject(enum.StrEnum):
    """What may have a spike."""

    THEME = "theme"
    STORY = "story"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualBand:
    """The usual volume of a window: from `low` to `high`."""

    median: float
    low: float
    high: float
    windows: int  # comparable windows that it was computed from


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeReading:
    """The volume of one theme or story in the window that ends now."""

    subject: SpikeSubject
    name: str  # a theme's slug, or a story's key
    title: str
    themes: frozenset[str]  # slugs that its articles count for
    volume: int
    at: datetime  # the end of the window
    band: UsualBand | None  # None: there is too little history
    windows: int  # comparable windows that are known

    @property
    def is_spike(self) -> bool:
        """Whether the volume is beyond the band; never without one."""
        return (
            self.band is not None and self.volume >= LEAST_VOLUME and self.volume > self.band.high
        )

    @property
    def sentence(self) -> str:
        """ "21 articles in 3 hours; usual at this hour and weekday: 2 to 9" """
        count = "1 article" if self.volume == 1 else f"{self.volume:,} articles"
        hours = WINDOW // _HOUR
        if self.band is None:
            history = f"{self.windows} of {LEAST_WINDOWS} comparable windows are known"
            return f"{count} in {hours} hours; too little history to tell: {history}"
        usual = f"{math.ceil(self.band.low):,} to {math.floor(self.band.high):,}"
        of = "at this hour and weekday" if self.subject is SpikeSubject.THEME else "of this story"
        return f"{count} in {hours} hours; usual {of}: {usual}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSpike:
    """A spike, reported once when it begins."""

    subject: SpikeSubject
    name: str  # a theme's slug, or a story's key
    title: str
    began_at: datetime
    last_at: datetime  # when the volume was last beyond the band
    ended_at: datetime | None = None
    volume: int  # when it began
    peak: int
    band: UsualBand

    @property
    def key(self) -> str:
        """The same for the same spike, whoever finds it."""
        return key_of("spike", self.subject, self.name, self.began_at.isoformat())


def usual_band(volumes: Sequence[int]) -> UsualBand | None:
    """The band of these comparable volumes; None when they are too few."""
    if len(volumes) < LEAST_WINDOWS:
        return None
    middle = float(median(volumes))
    spread = _TO_STANDARD * float(median(abs(volume - middle) for volume in volumes))
    reach = _DEVIATIONS * max(spread, math.sqrt(max(middle, 1.0)))
    return UsualBand(
        median=middle, low=max(0.0, middle - reach), high=middle + reach, windows=len(volumes)
    )


def comparable_ends(now: datetime) -> list[datetime]:
    """The ends of the windows that a theme's window ending now is compared with."""
    weeks = product(range(1, WEEKS + 1), (-1, 0, 1))
    return [now - week * _WEEK + shift * _HOUR for week, shift in weeks]


def earlier_ends(now: datetime, began_at: datetime) -> list[datetime]:
    """The ends of a story's whole windows before the one that ends now, at most 56: a week."""
    ends: list[datetime] = []
    end = now - WINDOW
    while end - WINDOW >= began_at and len(ends) < _WEEK // WINDOW:
        ends.append(end)
        end -= WINDOW
    return ends


def after_reading(reading: VolumeReading, latest: VolumeSpike | None) -> VolumeSpike | None:
    """The spike as it is after this reading: begun, continued or ended; None: there is none.

    `latest` is the last spike of the same theme or story.  What begins is not equal to `latest` in
    its key, and is to be reported.  A reading that changes nothing returns `latest` itself.
    """
    if reading.is_spike and reading.band is not None:
        if latest is not None and reading.at - latest.last_at <= REST:
            peak = max(latest.peak, reading.volume)
            last_at = max(latest.last_at, reading.at)
            return replace(latest, peak=peak, last_at=last_at, ended_at=None)
        return VolumeSpike(
            subject=reading.subject,
            name=reading.name,
            title=reading.title,
            began_at=reading.at,
            last_at=reading.at,
            volume=reading.volume,
            peak=reading.volume,
            band=reading.band,
        )
    if latest is not None and latest.ended_at is None and reading.at - latest.last_at > REST:
        return replace(latest, ended_at=reading.at)
    return latest
