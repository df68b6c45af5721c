"""`monitor stats`: a table, JSON, CSV."""

from __future__ import annotations

import pytest

from monitor.actions.statistics.statistics_tables import StatisticsTable


def test_the_figures_are_a_table_below_the_coverage_sentence(watch):
    shown = watch("stats")
    assert shown.code == 0
    assert shown.err == "no feed is watched; 0 read, 0 flagged, 0 alerted.\n"
    assert "articles read in 24 h" in shown.out
    assert "No article was judged in this time." in shown.out
    assert "No alert waits to be sent" in shown.out


def test_the_figures_are_json(watch):
    document = watch("stats", "--json", "--since", "7d").json()
    assert document["sentence"].startswith("no feed is watched")
    assert len(document["volume"]["days"]) == 30
    assert document["undelivered"]["pending"] == 0


@pytest.mark.parametrize("name", StatisticsTable)
def test_each_table_is_csv_with_its_headings(watch, name):
    shown = watch("stats", "--csv", name.value)
    assert shown.code == 0
    assert "," in shown.out.splitlines()[0]


def test_the_days_of_a_zone_are_asked_for_by_its_name(watch):
    assert watch("stats", "--zone", "Asia/Seoul", "--csv", "volume").code == 0
    assert "is not a known time zone" in watch.refused("stats", "--zone", "Seoull")


@pytest.mark.parametrize("since", ["0s", "100d", "yesterday"])
def test_a_span_that_can_not_be_counted_is_refused(watch, since):
    assert "--since" in watch.refused("stats", "--since", since)
