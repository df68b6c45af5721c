"""Whose alert is next?"""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from monitor.store.repositories.outbox_claims import in_turns
from tests.store.builders import MINUTE, NOW


def test_each_subscription_has_its_turn() -> None:
    due = {
        "many": [("m1", NOW), ("m2", NOW + MINUTE), ("m3", NOW + 2 * MINUTE)],
        "few": [("f1", NOW + 5 * MINUTE)],
        "old": [("o1", NOW - MINUTE), ("o2", NOW + 9 * MINUTE)],
    }
    found = [(key, asker, at) for asker, queue in due.items() for key, at in queue]
    assert in_turns(found, 10) == ["o1", "m1", "f1", "m2", "o2", "m3"]
    assert in_turns(reversed(found), 4) == ["o1", "m1", "f1", "m2"]
    assert in_turns([], 4) == []


@given(
    found=st.lists(
        st.tuples(
            st.text("0123456789abcdef", min_size=6, max_size=6),
            st.sampled_from("abc"),
            st.integers(0, 9).map(lambda minutes: NOW + minutes * MINUTE),
        ),
        unique_by=lambda one: one[0],
        max_size=30,
    ),
    limit=st.integers(1, 30),
)
def test_nobody_is_served_twice_while_another_waits(found: list, limit: int) -> None:
    taken = in_turns(found, limit)
    asker = {key: subscription for key, subscription, _ in found}
    served = Counter(asker[key] for key in taken)
    waiting = Counter(asker[key] for key in set(asker) - set(taken))
    assert len(taken) == len(set(taken)) == min(limit, len(found))
    assert all(served[left] >= most - 1 for left in waiting for most in served.values())
