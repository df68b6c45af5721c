"""`monitor poll` and `monitor deliver`: one round."""

from __future__ import annotations

from tests.cli.conftest import Terminal

URL = "https://wire.example/feed.xml"


def test_polling_a_feed_that_is_not_there_is_refused(watch: Terminal):
    assert "no feed" in watch.refused("poll", "--feed", URL)


def test_a_round_without_feeds_polls_nothing(watch: Terminal):
    assert watch("poll", "--json").json()["feeds"] == 0


def test_a_round_without_alerts_delivers_nothing(watch: Terminal):
    assert watch("deliver", "--json").json() == {"sent": 0, "later": 0, "dead": 0}
    assert watch("deliveries", "list", "--json").json() == []
