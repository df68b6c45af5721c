"""Spikes are found in what was flagged, and each is told once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.domain.alerts import About, AlertState
from monitor.domain.contents.spike_content import SpikeBegan
from monitor.pipeline.grouping.spike_round import SpikeRound, check_spikes
from monitor.pipeline.grouping.volume_readings import volume_readings
from monitor.store.store import Store
from monitor.stories.volume_spikes import SpikeSubject
from tests.contexts import at_once
from tests.fakes import NOW, subscription
from tests.grouped import HOUR
from tests.volumes import FEED, flagged, stored, usual_weeks

THEMES = {"troops": "Troops", "arms": "Arms"}
READER = subscription("r", about=frozenset({About.SPIKES}))


@pytest.fixture
def busy(store: Store) -> Store:
    """Eight weeks with two articles on troops in the window of each week, and a subscription."""
    store.feeds.add(FEED)
    store.subscriptions.add(READER)
    usual_weeks(store, NOW, articles=2)
    return store


def told(store: Store) -> list[SpikeBegan]:
    contents = [alert.content for alert in reversed(store.outbox.list(limit=50))]
    return [content for content in contents if isinstance(content, SpikeBegan)]


def rise(store: Store, number: int, at: datetime = NOW) -> None:
    stored(store, *flagged(f"now {at}", number, at - HOUR), at=at)


def test_a_theme_beyond_its_band_is_told_once_however_long_it_lasts(busy):
    rise(busy, 20)
    (spike,) = check_spikes(busy, THEMES, NOW)
    assert (spike.subject, spike.name, spike.volume) == (SpikeSubject.THEME, "troops", 20)
    assert spike.band.windows == 24
    assert check_spikes(busy, THEMES, NOW + HOUR / 6) == []
    rise(busy, 15, NOW + HOUR)
    assert check_spikes(busy, THEMES, NOW + HOUR) == []
    (content,) = told(busy)
    assert (content.title, content.volume, content.hours) == ("Troops", 20, 3)
    assert content.usual_low <= content.usual_median <= content.usual_high < 20
    (stored_spike,) = busy.spikes.going_on()
    assert stored_spike.peak == 35


def test_the_usual_volume_is_no_spike(busy):
    rise(busy, 2)
    assert check_spikes(busy, THEMES, NOW) == []
    assert told(busy) == []


def test_a_spike_ends_after_its_rest(busy):
    rise(busy, 20)
    check_spikes(busy, THEMES, NOW)
    check_spikes(busy, THEMES, NOW + 4 * HOUR)
    assert len(busy.spikes.going_on()) == 1
    check_spikes(busy, THEMES, NOW + 9 * HOUR)
    assert busy.spikes.going_on() == []
    (ended,) = busy.spikes.list(since=NOW - HOUR)
    assert ended.ended_at == NOW + 9 * HOUR


def test_too_little_history_gives_no_alarm_and_is_said(store):
    store.feeds.add(FEED)
    store.subscriptions.add(READER)
    rise(store, 40)
    assert check_spikes(store, THEMES, NOW) == []
    troops = next(
        reading
        for reading in volume_readings(store.spikes, THEMES, NOW)
        if reading.name == "troops"
    )
    assert troops.sentence == (
        "40 articles in 3 hours; too little history to tell: 0 of 12 comparable windows are known"
    )


def test_windows_in_which_nothing_was_polled_are_no_usual_windows(store):
    store.feeds.add(FEED)
    usual_weeks(store, NOW, articles=2, weeks=3)
    rise(store, 40)
    assert check_spikes(store, THEMES, NOW) == []


def test_a_second_process_tells_nothing(busy):
    rise(busy, 20)
    (spike,) = check_spikes(busy, THEMES, NOW)
    assert not busy.spikes.record(None, spike, lambda: pytest.fail("it was told already"))


async def test_the_round_looks_with_the_time_of_its_tick(busy):
    rise(busy, 20)
    await SpikeRound(store=busy, run_in_store=at_once, theme_titles=THEMES)(NOW)
    (alert,) = busy.outbox.list()
    assert alert.state is AlertState.PENDING
    assert alert.created_at - NOW == timedelta()
