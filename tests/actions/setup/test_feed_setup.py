"""Feeds of a setup file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.actions.setup.conftest import applied, planned, sentences
from tests.store.builders import a_feed

WIRE = {"url": "https://wire.example/feed.xml", "every": "30m", "tags": ["a"], "language": "ko"}


def test_feeds_are_added_changed_and_left(store: Store):
    store.feeds.add(a_feed("other"))
    result = applied(store, {"feeds": [WIRE]})
    assert sentences(result.plan) == ["+ feed https://wire.example/feed.xml"]
    stored = store.feeds.find(WIRE["url"])
    assert stored is not None
    assert (stored.every, stored.tags, stored.language) == (timedelta(minutes=30), ("a",), "ko")
    changed = {**WIRE, "every": "auto", "tags": [], "paused": True, "title": "Wire"}
    plan = applied(store, {"feeds": [changed]}).plan
    (sentence,) = sentences(plan)
    assert sentence == (
        "~ feed https://wire.example/feed.xml: title none → Wire, tags a → none, every 30m → auto,"
        " paused False → True"
    )
    stored = store.feeds.find(WIRE["url"])
    assert stored is not None
    assert (stored.every, stored.tags, stored.paused) == (None, (), True)
    assert applied(store, {"feeds": [{**changed, "paused": False}]}).plan.steps[0].after == {
        "paused": False
    }
    assert len(store.feeds.list()) == 2


def test_a_feed_that_moved_is_known_by_its_former_address(store: Store):
    store.feeds.add(replace(a_feed(), url="https://new.example/", former_urls=(WIRE["url"],)))
    assert planned(store, {"feeds": [{"url": WIRE["url"]}]}).steps == ()


def test_only_prune_removes_what_is_not_in_the_file(store: Store):
    store.feeds.add(a_feed("other"))
    plan = applied(store, {"feeds": [WIRE]}, prune=True).plan
    assert plan.sentence == "1 to add, none to change, 1 to remove"
    assert [feed.url for feed in store.feeds.list()] == [WIRE["url"]]
    assert planned(store, {"silences": []}, prune=True).steps == ()  # it lists no feeds


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"url": "https://me:secret@wire.example/"}, "has no password"),
        ({"every": "1s"}, "every '1s': from 1m to 30d"),
        ({"language": "klingon"}, "no such language"),
        ({"url": "http://192.168.0.1/"}, "private address"),
    ],
)
def test_what_can_not_be_used_is_refused_before_anything_changes(store: Store, change, problem):
    with pytest.raises(ConfigError, match=rf"^feeds\[2\]: .*{problem}") as refused:
        planned(store, {"feeds": [{"url": "https://first.example/"}, {**WIRE, **change}]})
    assert "secret" not in str(refused.value)
    assert store.feeds.list() == []
