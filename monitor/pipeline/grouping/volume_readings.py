"""Volume readings: how much each theme, and each story of now, is reported, and what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.store.stories.spike_repository import Spikes
from monitor.stories.volume_spikes import (
    LEAST_VOLUME,
    SpikeSubject,
    VolumeReading,
    VolumeSpike,
    comparable_ends,
    earlier_ends,
    usual_band,
)


def volume_readings(
    spikes: Spikes, theme_titles: Mapping[str, str], now: datetime
) -> list[VolumeReading]:
    """A reading of each theme, then of each story that has enough articles in the window."""
    return [*_of_themes(spikes, theme_titles, now), *_of_stories(spikes, now)]


def _of_themes(
    spikes: Spikes, theme_titles: Mapping[str, str], now: datetime
) -> list[VolumeReading]:
    ends = comparable_ends(now)
    volumes = spikes.theme_volumes(now, ends)
    readings = []
    for slug, title in theme_titles.items():
        usual = [volumes[end][slug] for end in ends if end in volumes]
        readings.append(
            VolumeReading(
                subject=SpikeSubject.THEME,
                name=slug,
                title=title,
                themes=frozenset({slug}),
                volume=volumes[now][slug],
                at=now,
                band=usual_band(usual),
                windows=len(usual),
            )
        )
    return readings


def _of_stories(spikes: Spikes, now: datetime) -> list[VolumeReading]:
    readings = []
    for story in spikes.busy_stories(now):
        if story.volume < LEAST_VOLUME:
            break  # the busiest come first
        usual = spikes.story_volumes(story.number, earlier_ends(now, story.first_at))
        readings.append(
            VolumeReading(
                subject=SpikeSubject.STORY,
                name=story.key,
                title=story.title,
                themes=story.themes,
                volume=story.volume,
                at=now,
                band=usual_band(usual),
                windows=len(usual),
            )
        )
    return readings


def quiet_reading(spike: VolumeSpike, now: datetime) -> VolumeReading:
    """The reading of a story with a spike that has too few articles now to be looked at."""
    return VolumeReading(
        subject=spike.subject,
        name=spike.name,
        title=spike.title,
        themes=frozenset(),
        volume=0,
        at=now,
        band=spike.band,
        windows=spike.band.windows,
    )
