"""Volume readings: how much each theme, and each story of now, is reported, and what is usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.store.stories.spike_repository import Spikes
from monitor.stories.volume_spikes import (
    LEAST_VOLUME,
    Spike,
    SpikeSubject,
    VolumeReading,
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
    return [
        _reading(
            SpikeSubject.THEME,
            slug,
            title,
            themes=frozenset({slug}),
            volume=volumes[now][slug],
            at=now,
            usual=[volumes[end][slug] for end in ends if end in volumes],
        )
        for slug, title in theme_titles.items()
    ]


def _of_stories(spikes: Spikes, now: datetime) -> list[VolumeReading]:
    return [
        _reading(
            SpikeSubject.STORY,
            story.key,
            story.title,
            themes=story.themes,
            volume=story.volume,
            at=now,
            usual=spikes.story_volumes(story.number, earlier_ends(now, story.first_at)),
        )
        for story in spikes.busy_stories(now)
        if story.volume >= LEAST_VOLUME
    ]


def _reading(
    subject: SpikeSubject,
    name: str,
    title: str,
    *,
    themes: frozenset[str],
    volume: int,
    at: datetime,
    usual: Sequence[int],
) -> VolumeReading:
    return VolumeReading(
        subject=subject,
        name=name,
        title=title,
        themes=themes,
        volume=volume,
        at=at,
        band=usual_band(usual),
        windows=len(usual),
    )


def quiet_reading(spike: Spike, now: datetime) -> VolumeReading:
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
