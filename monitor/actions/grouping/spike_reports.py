"""Spikes for whoever asks: what is reported now beside what is usual, and the spikes of a span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.stories.volume_spikes import WINDOW, UsualBand, VolumeReading, VolumeSpike

if TYPE_CHECKING:
    from monitor.store.store import Store

SPAN = timedelta(days=30)
_MOST_RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeReport:
    """The volumes of now, and the spikes of a span, the newest first."""

    at: datetime
    since: datetime
    readings: tuple[VolumeReading, ...]
    spikes: tuple[VolumeSpike, ...]

    @property
    def going_on(self) -> tuple[VolumeSpike, ...]:
        """The spikes that have not ended."""
        return tuple(spike for spike in self.spikes if spike.ended_at is None)

    def as_json(self) -> JsonObject:
        """The report as `stories spikes --json` shows it."""
        return {
            "at": as_json.instant(self.at),
            "since": as_json.instant(self.since),
            "volumes": [_reading_as_json(reading) for reading in self.readings],
            "spikes": [spike_as_json(spike) for spike in self.spikes],
        }


def spike_report(
    store: Store, theme_titles: Mapping[str, str], now: datetime, span: timedelta = SPAN
) -> SpikeReport:
    """The volumes in the window that ends now, and the spikes that began within the span."""
    from monitor.pipeline.grouping.volume_readings import volume_readings

    return SpikeReport(
        at=now,
        since=now - span,
        readings=tuple(volume_readings(store.spikes, theme_titles, now)),
        spikes=tuple(store.spikes.list(since=now - span)),
    )


def recent_spikes(store: Store, now: datetime) -> tuple[VolumeSpike, ...]:
    """The spikes that go on or began within a day, the newest first."""
    return tuple(store.spikes.list(since=now - timedelta(days=1), limit=_MOST_RECENT))


def _reading_as_json(reading: VolumeReading) -> JsonObject:
    return {
        "subject": reading.subject.value,
        "name": reading.name,
        "title": reading.title,
        "volume": reading.volume,
        "hours": WINDOW // timedelta(hours=1),
        "usual": _band_as_json(reading.band) if reading.band else None,
        "windows": reading.windows,
        "is_spike": reading.is_spike,
        "sentence": reading.sentence,
    }


def spike_as_json(spike: VolumeSpike) -> JsonObject:
    """A spike; `ended_at` is null while it goes on."""
    return {
        "key": spike.key,
        "subject": spike.subject.value,
        "name": spike.name,
        "title": spike.title,
        "began_at": as_json.instant(spike.began_at),
        "last_at": as_json.instant(spike.last_at),
        "ended_at": as_json.instant(spike.ended_at),
        "volume": spike.volume,
        "peak": spike.peak,
        "usual": _band_as_json(spike.band),
    }


def _band_as_json(band: UsualBand) -> JsonObject:
    return {"low": band.low, "median": band.median, "high": band.high, "windows": band.windows}
