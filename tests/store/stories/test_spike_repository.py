"""Volumes are counted by window, and a spike is stored with its alerts or not at all."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.alerts import Alert
from monitor.domain.contents.spike_content import SpikeBegan
from monitor.stories.volume_spikes import SpikeSubject, UsualBand, VolumeSpike
from tests.fakes import NOW, subscription
from tests.volumes import FEED, HOUR, flagged, stored

SPIKE = VolumeSpike(
    subject=SpikeSubject.THEME, name="troops", title="Troops", began_at=NOW, last_at=NOW,
    volume=20, peak=20, band=UsualBand(median=2, low=0, high=8, windows=24),
)  # fmt: skip
ALERT = Alert(
    key="alert", subscription_key="s", content=SpikeBegan(name="troops"), created_at=NOW, due_at=NOW
)


def test_only_windows_whose_hours_were_polled_have_volumes(store):
    store.feeds.add(FEED)
    for hour in (-33, -32, -31, -30):
        stored(store, at=NOW + hour * HOUR)
    stored(store, *flagged("b", 2, NOW - 31 * HOUR), at=NOW - 30 * HOUR)
    stored(store, *flagged("a", 3, NOW - HOUR), at=NOW)
    volumes = store.spikes.theme_volumes(NOW, [NOW - 30 * HOUR, NOW - 50 * HOUR])
    assert {end: counts["troops"] for end, counts in volumes.items()} == {
        NOW: 3, NOW - 30 * HOUR: 2
    }  # fmt: skip


def test_a_spike_is_stored_once_with_its_alerts_and_goes_on(store):
    store.subscriptions.add(subscription("s"))
    assert store.spikes.record(None, SPIKE, lambda: [ALERT])
    assert not store.spikes.record(None, SPIKE, lambda: [ALERT])
    grown = replace(SPIKE, peak=30, last_at=NOW + HOUR)
    assert store.spikes.record(SPIKE, grown, lambda: [replace(ALERT, key="another")])
    assert store.spikes.going_on() == [grown]
    assert store.spikes.latest([(SpikeSubject.THEME, "troops")]) == {("theme", "troops"): grown}
    assert [alert.key for alert in store.outbox.list()] == ["alert"]


def test_the_list_has_those_of_a_span_and_those_that_go_on(store):
    ended = replace(SPIKE, ended_at=NOW + HOUR)
    goes_on = replace(SPIKE, name="arms", began_at=NOW - 99 * HOUR)
    for spike in (ended, goes_on):
        store.spikes.record(None, spike, lambda: ())
    assert store.spikes.list(since=NOW) == [ended, goes_on]
    assert store.spikes.list(since=NOW + HOUR) == [goes_on]
