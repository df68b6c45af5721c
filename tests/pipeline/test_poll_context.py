"""What a round of polling works with: settings that are replaced whole while others use them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from monitor.pipeline.poll_context import Current
from tests.contexts import live_settings


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
