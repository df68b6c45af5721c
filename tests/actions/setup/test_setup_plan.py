"""Plans: additions first, removals last, and a second time nothing."""

from __future__ import annotations

from monitor.store.store import Store
from tests.actions.setup.conftest import applied, planned
from tests.store.builders import a_feed, a_subscription

SETUP = """
[[feeds]]
url = "https://wire.example/feed.xml"
tags = ["wire"]

[[subscriptions]]
name = "desk"
email = "desk@watch.example"
feeds = ["https://wire.example/feed.xml"]
cadence = "weekly"
on = "monday"
at = "07:30"
zone = "Europe/Warsaw"
quiet = "22:00-07:00"
repeat = "story"
about = ["articles", "service"]

[[silences]]
theme = "arms"
subscription = "desk"
reason = "parade"
until = 2025-06-20T00:00:00Z
"""


def test_a_file_applied_twice_changes_nothing_the_second_time(store: Store):
    assert planned(store, SETUP).sentence == "3 to add, none to change, none to remove"
    result = applied(store, SETUP)  # checks that nothing is left to do
    assert [step["kind"] for step in result.as_json()["steps"]] == [
        "feed",
        "subscription",
        "silence",
    ]
    assert result.secrets == {}


def test_removals_come_last(store: Store):
    store.feeds.add(a_feed("old"))
    store.subscriptions.add(a_subscription("old"))
    plan = planned(store, SETUP, prune=True)
    assert [step.kind.value for step in plan.steps] == ["add"] * 3 + ["remove"] * 2
