"""Daily volume by theme."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.actions.statistics.daily_volume import daily_volume
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article

TITLES = {"troops": "Troops", "arms": "Arms"}


def keep(store, *articles):
    store.feeds.add(a_feed())
    store.commit([a_poll(a_feed(), *articles)])


def about(*labels):
    return replace(a_decision(), labels=labels)


def counts(volume):
    return {theme.title: theme.counts for theme in volume.themes}


def test_each_article_counts_once_for_its_strongest_theme(store):
    keep(
        store,
        an_article("a", decision=about("troops", "arms")),
        an_article("b", decision=about("arms"), seen_at=NOW - timedelta(days=1)),
        an_article("c", decision=about()),
        an_article("d", decision=about("former")),
    )
    volume = daily_volume(store, NOW, UTC, TITLES, days=2)
    assert volume.days == (date(2025, 6, 16), date(2025, 6, 17))
    assert counts(volume) == {
        "Troops": (0, 1),
        "Arms": (1, 0),
        "former": (0, 1),
        "no theme": (0, 1),
    }


def test_a_theme_keeps_its_place_when_it_has_no_articles(store):
    volume = daily_volume(store, NOW, UTC, TITLES, days=1)
    assert counts(volume) == {"Troops": (0,), "Arms": (0,)}
    assert volume.chart().finding == "Nothing was flagged in these 1 days."


def test_days_begin_at_midnight_in_the_zone_of_the_reader(store):
    late = datetime(2025, 6, 16, 22, 30, tzinfo=UTC)  # 00:30 on the 17th in Warsaw
    keep(store, an_article("a", seen_at=late))
    assert counts(daily_volume(store, NOW, UTC, TITLES, days=2))["Troops"] == (1, 0)
    warsaw = ZoneInfo("Europe/Warsaw")
    assert counts(daily_volume(store, NOW, warsaw, TITLES, days=2))["Troops"] == (0, 1)


def test_the_json_names_the_themes_by_their_slugs(store):
    keep(store, an_article("a"))
    document = daily_volume(store, NOW, UTC, TITLES, days=1).as_json()
    assert document["days"] == ["2025-06-17"]
    assert document["themes"] == [
        {"slug": "troops", "title": "Troops", "counts": [1]},
        {"slug": "arms", "title": "Arms", "counts": [0]},
    ]
