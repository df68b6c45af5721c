"""Tables behind the charts."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from monitor.actions.statistics import feed_hours
from monitor.actions.statistics.statistics_tables import StatisticsTable, statistics_table
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article

TITLES = {"troops": "Troops"}


def rows(store, name):
    text = statistics_table(store, name, NOW, theme_titles=TITLES).csv()
    return list(csv.reader(io.StringIO(text)))


def keep(store):
    desk = a_subscription(name="=desk()")
    store.subscriptions.add(desk)
    store.feeds.add(a_feed(title="Wire"))
    story = an_article()
    store.commit([a_poll(a_feed(), story, alerts=(an_alert(story, desk),), at=NOW)])


@pytest.mark.parametrize("name", StatisticsTable)
def test_each_table_has_headings_and_as_many_cells_in_each_row(store, name):
    keep(store)
    headings, *lines = rows(store, name)
    assert all(len(line) == len(headings) for line in lines)


def test_the_volume_has_a_row_for_each_day(store):
    keep(store)
    headings, *days = rows(store, StatisticsTable.VOLUME)
    assert headings == ["day", "Troops", "all"]
    assert days[-1] == ["2025-06-17", "1", "1"]
    assert len(days) == 30


def test_the_feeds_are_all_in_one_table_however_many(store, monkeypatch):
    monkeypatch.setattr(feed_hours, "MOST_FEEDS", 2)
    for name in "abcde":
        store.feeds.add(a_feed(name, title=name))
    table = statistics_table(store, StatisticsTable.FEEDS, NOW, theme_titles=TITLES)
    assert [row[1] for row in table.rows] == list("abcde")
    document = table.as_json()
    assert len(document["feeds"]) == 5
    assert document["next"] is None


def test_a_spreadsheet_runs_no_cell(store):
    keep(store)
    _, receiver = rows(store, StatisticsTable.UNDELIVERED)
    assert receiver[0] == "'=desk()"


def test_feeds_have_their_hours_as_signs(store):
    keep(store)
    later = NOW + timedelta(hours=1)
    table = statistics_table(store, StatisticsTable.FEEDS, later, theme_titles=TITLES)
    assert table.rows[0][3] == " " * 46 + "n "
