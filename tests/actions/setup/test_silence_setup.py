"""Silences of a setup file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.actions.setup.conftest import applied, planned, sentences
from tests.store.builders import NOW

URL = "https://wire.example/feed.xml"
DAY = timedelta(days=1)
MUTED = {"reason": "holiday", "until": NOW + DAY, "theme": "arms"}


def test_a_silence_is_added_with_its_feed_and_subscription_and_replaced(store: Store):
    scope = {"feed": URL, "subscription": "hook"}
    setup = {
        "feeds": [{"url": URL}],
        "subscriptions": [{"name": "hook", "webhook": "https://hook.example/"}],
        "silences": [{**MUTED, **scope}],
    }
    applied(store, setup)
    (silence,) = store.silences.list(until_after=NOW)
    assert (silence.theme, silence.until) == ("arms", NOW + DAY)
    longer = {"silences": [{**MUTED, **scope, "until": NOW + 2 * DAY}]}
    plan = planned(store, longer)
    (sentence,) = sentences(plan)
    assert sentence == (
        f"~ silence subscription hook, feed {URL}, theme arms: until 2025-06-18T12:00:00Z →"
        " 2025-06-19T12:00:00Z"
    )


def test_an_entry_that_ended_is_left_out_and_prune_ends_the_others(store: Store):
    assert planned(store, {"silences": [{**MUTED, "until": NOW}]}).steps == ()
    applied(store, {"silences": [MUTED, {**MUTED, "theme": None, "term": "parade"}]})
    assert planned(store, {"silences": [MUTED]}).steps == ()
    plan = applied(store, {"silences": [MUTED]}, prune=True).plan
    assert sentences(plan) == ["- silence term parade"]


def test_an_entry_that_ended_ends_the_silence_in_force(store: Store):
    nights, ended = {**MUTED, "every": "22:00-06:00"}, {**MUTED, "until": NOW}
    applied(store, {"silences": [MUTED, nights]})
    plan = applied(store, {"silences": [ended]}).plan
    assert sentences(plan) == ["- silence theme arms"]
    (left,) = store.silences.list(until_after=NOW)
    assert left.every is not None
    assert planned(store, {"silences": [ended, nights]}, prune=True).steps == ()


def test_silences_of_one_scope_at_different_times_stand_beside_each_other(store: Store):
    nights, weekends = {**MUTED, "every": "22:00-06:00"}, {**MUTED, "every": "sat,sun"}
    applied(store, {"silences": [nights, weekends]})
    assert len(store.silences.list(until_after=NOW)) == 2
    assert planned(store, {"silences": [weekends, nights]}, prune=True).steps == ()
    mondays = {**MUTED, "every": "mon"}
    plan = planned(store, {"silences": [mondays, nights]}, prune=True)
    assert sentences(plan) == ["~ silence theme arms: every sat,sun UTC → mon UTC"]


def test_of_equal_silences_the_longest_holds(store: Store):
    longer = {**MUTED, "until": NOW + 2 * DAY}
    applied(store, {"silences": [longer, MUTED]})
    (silence,) = store.silences.list(until_after=NOW)
    assert silence.until == NOW + 2 * DAY


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({**MUTED, "theme": "armz"}, "armz: no such theme"),
        ({**MUTED, "theme": None}, "say what to silence"),
        ({**MUTED, "until": NOW + 400 * DAY}, "at most a year"),
        ({**MUTED, "reason": " "}, "reason is empty"),
    ],
)
def test_what_can_not_be_used_is_refused(store: Store, entry, problem):
    with pytest.raises(ConfigError, match=rf"^silences\[2\]: .*{problem}"):
        planned(store, {"silences": [{**MUTED, "theme": "labour"}, entry]})
