"""Round robin: the order in which alerts of several subscriptions are claimed."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from monitor.store.repositories.outbox_claims import in_turns
from tests.store.builders import MINUTE, NOW


def test_subscriptions_take_turns() -> None:
    due = {
        "many": [("m1", NOW), ("m2", NOW + MINUTE), ("m3", NOW + 2 * MINUTE)],
        "few": [("f1", NOW + 5 * MINUTE)],
        "old": [("o1", NOW - MINUTE), ("o2", NOW + 9 * MINUTE)],
    }
    rows = []
    for name, queue in due.items():
        rows += [(key, name, at) for key, at in queue]
    assert in_turns(rows, 10) == ["o1", "m1", "f1", "m2", "o2", "m3"]
    assert in_turns(reversed(rows), 4) == ["o1", "m1", "f1", "m2"]
    assert in_turns([], 4) == []


@given(
    rows=st.lists(
        st.tuples(
            st.text("0123456789abcdef", min_size=6, max_size=6),
            st.sampled_from("abc"),
            st.integers(0, 9).map(lambda minutes: NOW + minutes * MINUTE),
        ),
        unique_by=lambda row: row[0],
        max_size=30,
    ),
    limit=st.integers(1, 30),
)
def test_no_subscription_is_served_twice_while_another_waits(rows: list, limit: int) -> None:
    keys = in_turns(rows, limit)
    owner = {key: subscription for key, subscription, _ in rows}
    served = Counter(owner[key] for key in keys)
    waiting = Counter(owner[key] for key in set(owner) - set(keys))
    assert len(keys) == len(set(keys)) == min(limit, len(rows))
    largest_share = max(served.values(), default=0)
    assert all(served[name] >= largest_share - 1 for name in waiting)
