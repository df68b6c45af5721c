"""A story is compared with its own earlier windows."""

from __future__ import annotations

from monitor.pipeline.grouping.volume_readings import quiet_reading, volume_readings
from monitor.stories.volume_spikes import SpikeSubject, UsualBand, VolumeSpike
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, HOUR, arrive, grouping, news


async def test_a_busy_story_is_compared_with_its_own_windows(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, hours=-1)
    for hour in range(40):
        await arrive(store, stage, *([news(f"{FIRST} {hour}", hour)] * (hour % 3 == 0)), hours=hour)
    burst = [news(f"{FIRST}, flash {number}", 40) for number in range(12)]
    await arrive(store, stage, *burst, hours=40)
    (reading,) = [
        reading
        for reading in volume_readings(store.spikes, {}, NOW + 40 * HOUR)
        if reading.subject is SpikeSubject.STORY
    ]
    assert reading.title == f"{FIRST} 0"
    assert reading.volume == 13
    assert reading.band is not None
    assert (reading.band.median, reading.windows) == (1, 12)
    assert reading.is_spike


def test_a_story_that_nobody_looks_at_any_more_has_no_articles():
    band = UsualBand(median=1, low=0, high=5, windows=12)
    spike = VolumeSpike(
        subject=SpikeSubject.STORY, name="k", title="T", began_at=NOW, last_at=NOW, volume=9,
        peak=9, band=band,
    )  # fmt: skip
    reading = quiet_reading(spike, NOW + HOUR)
    assert (reading.volume, reading.band, reading.is_spike) == (0, band, False)
