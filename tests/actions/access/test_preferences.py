"""Preferences belong to a person, not to a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.access.caller import local_caller
from monitor.actions.access.preferences import Preferences, set_preferences
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.store.access.builders import ENTRY, NOW, a_person

ANN = replace(local_caller("ann", NOW), person_key=a_person().key)


def test_a_choice_is_kept_with_the_person_and_can_be_taken_back(empty_store: Store):
    empty_store.people.add(a_person(), ENTRY)
    chosen = Preferences(time_zone="Asia/Seoul", key_choice="r=a x=d")
    set_preferences(empty_store, ANN, chosen)
    person = empty_store.people.by_key(ANN.person_key)
    assert person is not None
    assert (person.time_zone, person.key_choice) == ("Asia/Seoul", "r=a x=d")
    set_preferences(empty_store, ANN, Preferences())
    assert empty_store.people.by_key(ANN.person_key) == a_person()


def test_a_zone_that_there_is_not_and_a_person_who_is_gone_are_refused(empty_store: Store):
    with pytest.raises(ConfigError, match="no time zone 'Mars/Olympus'"):
        set_preferences(empty_store, ANN, Preferences(time_zone="Mars/Olympus"))
    with pytest.raises(ConfigError, match="no such person any more"):
        set_preferences(empty_store, ANN, Preferences(time_zone="Asia/Seoul"))
