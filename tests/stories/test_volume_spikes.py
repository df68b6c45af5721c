"""A spike is a volume beyond the usual band of its own hours, reported once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.volume_spikes import (
    LEAST_VOLUME,
    LEAST_WINDOWS,
    REST,
    WINDOW,
    SpikeSubject,
    UsualBand,
    VolumeReading,
    after_reading,
    comparable_ends,
    earlier_ends,
    usual_band,
)

NOW = datetime(2025, 6, 17, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
VOLUMES = st.lists(st.integers(min_value=0, max_value=500), min_size=LEAST_WINDOWS, max_size=60)
QUIET = UsualBand(median=2, low=0, high=8, windows=24)


def reading(volume: int, hours: float = 0, band: UsualBand | None = QUIET) -> VolumeReading:
    return VolumeReading(
        subject=SpikeSubject.THEME, name="troops", title="Troops", themes=frozenset({"troops"}),
        volume=volume, at=NOW + hours * HOUR, band=band, windows=24,
    )  # fmt: skip


def test_the_band_is_the_median_and_four_deviations():
    band = usual_band([8, 9, 10, 10, 10, 11, 12] * 3)
    assert band is not None
    assert (band.median, band.windows) == (10, 21)
    assert band.high == pytest.approx(10 + 4 * 10**0.5)  # chance varies more than these did


def test_too_few_windows_give_no_band_and_no_spike():
    assert usual_band([3] * (LEAST_WINDOWS - 1)) is None
    unknown = replace(reading(500, band=None), windows=3)
    assert not unknown.is_spike
    assert unknown.sentence == (
        "500 articles in 3 hours; too little history to tell: 3 of 12 comparable windows are known"
    )


def test_the_sentence_has_the_number_and_the_band():
    assert reading(21).sentence == "21 articles in 3 hours; usual at this hour and weekday: 0 to 8"
    of_story = replace(reading(1), subject=SpikeSubject.STORY)
    assert of_story.sentence == "1 article in 3 hours; usual of this story: 0 to 8"


@given(VOLUMES)
def test_the_band_holds_its_median_and_does_not_depend_on_the_order(volumes):
    band = usual_band(volumes)
    assert band is not None
    assert 0 <= band.low <= band.median < band.high
    assert band == usual_band(sorted(volumes))


@given(VOLUMES, st.integers(min_value=1, max_value=50))
def test_more_everywhere_never_lowers_the_band(volumes, more):
    band, higher = usual_band(volumes), usual_band([volume + more for volume in volumes])
    assert band is not None
    assert higher is not None
    assert higher.high >= band.high + more - 1e-9


@given(VOLUMES, st.integers(min_value=1_000, max_value=100_000))
def test_a_few_earlier_spikes_hardly_move_the_band(volumes, spike):
    steady = [5] * (4 * len(volumes))
    band, disturbed = usual_band(steady), usual_band([*steady, *[spike] * (len(volumes) // 4)])
    assert band is not None
    assert disturbed is not None
    assert disturbed.high == pytest.approx(band.high)


@given(st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=60))
def test_each_rise_is_reported_once(volumes):
    """A new spike begins only when the volume was inside the band for longer than the rest."""
    latest, begun, last_beyond = None, [], None
    for hour, volume in enumerate(volumes):
        current = reading(volume, hour)
        after = after_reading(current, latest)
        if after is not None and (latest is None or after.key != latest.key):
            begun.append(after)
            assert current.is_spike
            assert last_beyond is None or current.at - last_beyond > REST
        if current.is_spike:
            last_beyond = current.at
            assert after is not None
            assert after.ended_at is None
            assert after.peak >= volume
        latest = after
    assert bool(begun) == any(reading(volume).is_spike for volume in volumes)
    assert len({spike.key for spike in begun}) == len(begun)


@given(st.integers(min_value=0, max_value=LEAST_VOLUME - 1), VOLUMES)
def test_a_handful_of_articles_is_never_a_spike(volume, volumes):
    assert not reading(volume, band=usual_band([0] * len(volumes))).is_spike


def test_a_spike_goes_on_rests_and_ends():
    begun = after_reading(reading(20), None)
    assert begun is not None
    assert (begun.volume, begun.began_at) == (20, NOW)
    grown = after_reading(reading(30, 1), begun)
    assert grown is not None
    assert (grown.key, grown.volume, grown.peak) == (begun.key, 20, 30)
    assert after_reading(reading(3, 5), grown) is grown
    ended = after_reading(reading(3, 8), grown)
    assert ended is not None
    assert ended.ended_at == NOW + 8 * HOUR
    assert after_reading(reading(3, 9), ended) is ended
    again = after_reading(reading(20, 9), ended)
    assert again is not None
    assert again.key != begun.key


def test_a_reading_that_repeats_changes_nothing():
    begun = after_reading(reading(20), None)
    assert after_reading(reading(20), begun) == begun
    assert after_reading(reading(2), None) is None


def test_comparable_windows_are_at_the_same_time_of_the_week():
    ends = comparable_ends(NOW)
    assert len(ends) == 24
    assert {end.weekday() for end in ends} == {NOW.weekday()}
    assert {end.hour for end in ends} == {11, 12, 13}
    assert max(ends) < NOW - timedelta(days=6)


def test_a_storys_windows_lie_between_its_beginning_and_the_present_one():
    ends = earlier_ends(NOW, NOW - 10 * HOUR)
    assert ends == [NOW - WINDOW, NOW - 2 * WINDOW]
    assert earlier_ends(NOW, NOW - timedelta(days=400))[-1] == NOW - 56 * WINDOW
    assert earlier_ends(NOW, NOW) == []
