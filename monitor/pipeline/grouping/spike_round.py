"""Spike round: look for themes and stories that are reported far more than usual, and say so once.

A spike and its alerts are stored in one transaction; another process that finds it, too, stores
nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from monitor.alerts.spike_alerts import spike_alerts
from monitor.domain.alerts import Alert
from monitor.domain.contents.spike_content import SpikeBegan
from monitor.domain.ports import RunInStore
from monitor.pipeline.grouping.volume_readings import quiet_reading, volume_readings
from monitor.store.store import Store
from monitor.stories.volume_spikes import WINDOW, VolumeReading, VolumeSpike, after_reading

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeRound:
    """What the round works with; called with the time of its tick."""

    store: Store
    run_in_store: RunInStore
    theme_titles: Mapping[str, str]

    async def __call__(self, now: datetime) -> None:
        begun = await self.run_in_store(partial(check_spikes, self.store, self.theme_titles, now))
        for spike in begun:
            fields = {"subject": spike.subject.value, "subject_name": spike.name}
            usual = f"{spike.band.low:.0f} to {spike.band.high:.0f}"
            log.info("spike.began", extra=fields | {"volume": spike.volume, "usual": usual})


def check_spikes(store: Store, theme_titles: Mapping[str, str], now: datetime) -> list[VolumeSpike]:
    """Record what changed of the spikes, with the alerts about those that began; return these."""
    readings = volume_readings(store.spikes, theme_titles, now)
    read = {(reading.subject, reading.name) for reading in readings}
    readings += [
        quiet_reading(spike, now)
        for spike in store.spikes.going_on()
        if (spike.subject, spike.name) not in read
    ]
    latest = store.spikes.latest((reading.subject, reading.name) for reading in readings)
    begun = []
    for reading in readings:
        before = latest.get((reading.subject.value, reading.name))
        after = after_reading(reading, before)
        if after is None or after == before:
            continue
        is_stored = store.spikes.record(before, after, _alerts(store, reading, after, now))
        if is_stored and (before is None or before.key != after.key):
            begun.append(after)
    return begun


def _alerts(
    store: Store, reading: VolumeReading, spike: VolumeSpike, now: datetime
) -> Callable[[], Sequence[Alert]]:
    content = SpikeBegan(
        subject=spike.subject.value,
        name=spike.name,
        title=spike.title,
        at=spike.began_at,
        hours=WINDOW // _HOUR,
        volume=spike.volume,
        usual_low=spike.band.low,
        usual_median=spike.band.median,
        usual_high=spike.band.high,
        windows=spike.band.windows,
    )
    subscriptions = store.subscriptions.list()
    silences = store.silences.list(until_after=now)
    return partial(spike_alerts, content, spike.key, reading.themes, subscriptions, silences)
