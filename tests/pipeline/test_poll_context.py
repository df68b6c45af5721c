"""What a round of polling works with: settings that are replaced whole while others use them."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError, replace
from datetime import timedelta

import pytest

from monitor.pipeline.poll_context import Current, running_clock
from tests.contexts import live_settings
from tests.fakes import NOW


def test_a_holder_gives_what_it_was_last_given():
    current = Current(live_settings(config="old"))
    before = current.get()
    current.replace(live_settings(config="new"))
    assert (before.config, current.get().config) == ("old", "new")


def test_two_users_of_one_holder_see_the_same_settings(store):
    from tests.contexts import poll_context

    context = poll_context(store)
    copy = replace(context)
    context.live.replace(live_settings(config="new"))
    assert copy.live.get().config == "new"


def test_settings_can_not_be_changed_in_part():
    with pytest.raises(FrozenInstanceError):
        live_settings().config = "other"  # type: ignore[misc] # the point of the test


def test_a_clock_goes_on_from_the_moment_of_the_claim():
    an_hour_ago = time.monotonic() - 3_600
    assert running_clock(NOW, an_hour_ago)() >= NOW + timedelta(hours=1)
    clock = running_clock(NOW)
    assert NOW <= clock() < NOW + timedelta(hours=1)
