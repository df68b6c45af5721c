"""An action in one transaction: its changes are stored together, or none of them."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.store.one_transaction import in_one_transaction
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_subscription

FEED, DESK = a_feed("f"), a_subscription("desk")


@in_one_transaction
def add_both(store: Store, error: Exception | None = None) -> int:
    """Add a feed and a subscription; fail between them when told to."""
    store.feeds.add(FEED)
    count = len(store.feeds.list())
    if error is not None:
        raise error
    store.subscriptions.add(DESK)
    return count


def test_what_it_changes_is_read_by_itself_and_stored_at_its_end(store: Store) -> None:
    assert add_both(store) == 1
    assert (store.feeds.list(), store.subscriptions.list()) == ([FEED], [DESK])


def test_an_error_between_two_changes_leaves_neither(store: Store) -> None:
    with pytest.raises(ConfigError, match="no"):
        add_both(store, ConfigError("no"))
    assert store.feeds.list() == []
    assert add_both(store) == 1


def test_an_action_in_another_one_is_a_part_of_it(store: Store) -> None:
    @in_one_transaction
    def outer(store: Store) -> None:
        add_both(store)
        store.feeds.set_paused(FEED.key, True, NOW)
        raise ConfigError("no")

    before = store.event_log.newest()
    with pytest.raises(ConfigError):
        outer(store)
    assert (store.feeds.list(), store.subscriptions.list()) == ([], [])
    assert store.event_log.newest() == before
