"""Navigation shows each person the places that they may read."""

from __future__ import annotations

from itertools import pairwise

import pytest

from monitor.access.caller import Caller, Door
from monitor.access.permissions import is_allowed
from monitor.access.roles import PersonRole
from monitor.web.console.frame.navigation import PLACES, visible_places


@pytest.mark.parametrize("role", list(PersonRole))
def test_a_place_is_seen_by_those_who_may_read_it(role: PersonRole):
    seen = visible_places(Caller(name="ann", role=role, door=Door.CONSOLE))
    for place in PLACES:
        assert (place in seen) is is_allowed(place.act, role=role, scopes=None)
    assert seen[0].name == "Flagged"


def test_a_higher_role_sees_every_place_of_a_lower_one():
    seen = [
        set(visible_places(Caller(name="ann", role=role, door=Door.CONSOLE))) for role in PersonRole
    ]
    assert all(lower <= higher for lower, higher in pairwise(seen))


def test_no_two_places_have_one_key_or_one_address():
    for names in ([place.key for place in PLACES], [place.address for place in PLACES]):
        assert len(set(names)) == len(names)
    assert sum(place.in_foot for place in PLACES) <= 5
