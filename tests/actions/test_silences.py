"""Muting for a while: what may be silenced, what is listed, how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.silences import SilenceRequest, add_silence, end_silence, list_silences
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.fakes import NOW

DAY = timedelta(days=1)
REQUEST = SilenceRequest(reason=" parades ", length=DAY, term=" parade ")


def test_a_silence_lasts_as_long_as_asked_and_says_why(store: Store):
    added = add_silence(store, REQUEST, NOW)
    silence = added.silence
    assert (silence.until, silence.reason, silence.term) == (NOW + DAY, "parades", "parade")
    (row,) = list_silences(store, NOW, include_ended=False)
    assert (row.silence, row.scope, row.kept_back) == (silence, "“parade”", 0)
    assert row.as_json() == added.as_json()
    assert row.as_json()["until"] == "2025-06-18T12:00:00Z"


def test_the_scope_names_feed_and_subscription(store: Store):
    request = replace(REQUEST, term=None, theme="labour", feed_key="f", subscription_key="s")
    add_silence(store, request, NOW)
    (row,) = list_silences(store, NOW, include_ended=False)
    assert row.scope == "theme labour from Harbour Wire for name of s"


def test_an_ended_silence_is_listed_only_when_asked(store: Store):
    key = add_silence(store, REQUEST, NOW).silence.key
    assert end_silence(store, key[:8], NOW).was_active
    assert not end_silence(store, key, NOW).was_active
    assert list_silences(store, NOW, include_ended=False) == []
    assert len(list_silences(store, NOW, include_ended=True)) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"length": timedelta()}, "over already"),
        ({"length": timedelta(days=367)}, "at most a year"),
        ({"reason": " "}, "reason is empty"),
        ({"term": None}, "say what to silence"),
        ({"term": "…"}, "has no letter"),
    ],
)
def test_a_silence_without_scope_reason_or_sensible_length_is_refused(store, change, message):
    with pytest.raises(ConfigError, match=message):
        add_silence(store, replace(REQUEST, **change), NOW)
    assert list_silences(store, NOW, include_ended=True) == []


def test_an_unknown_silence_is_refused(store: Store):
    with pytest.raises(ConfigError, match="no silence 'nothing'"):
        end_silence(store, "nothing", NOW)
