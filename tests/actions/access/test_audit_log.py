"""The audit log is read page by page, the newest entry first."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from monitor.actions.access.audit_log import Changed, changed_fields, entry_of, list_entries
from monitor.actions.collecting.feed_edits import FeedEdit, edit_feed
from monitor.actions.reading.saved_searches import (
    SaveRequest,
    remove_search,
    renew_links,
    save_search,
)
from monitor.actions.subscribing.search_subscriptions import SearchSubscription, subscribe_to_search
from monitor.actions.subscribing.subscription_edits import SubscriptionEdit, edit_subscription
from monitor.actions.teaching.review import ReviewAnswer, answer_review
from monitor.domain.alerts import PollResult
from monitor.domain.errors import StoreError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.access.conftest import ROOT
from tests.fakes import NOW, doubtful, feed, subscription


def test_pages_follow_each_other_without_gap(empty_store: Store):
    for number in range(5):
        empty_store.audit_log.add(entry_of(ROOT, "change people", f"person {number}", NOW))
    targets, before = [], None
    while True:
        page = list_entries(empty_store, AuditFilter(before=before), limit=2)
        targets += [entry.target for entry in page.entries]
        before = page.next
        if before is None:
            break
    assert targets == [f"person {number}" for number in (4, 3, 2, 1, 0)]


def test_an_entry_says_who_what_from_where_and_why(empty_store: Store):
    changed = Changed(before={"role": "viewer"}, after={"role": "admin"}, reason=" she leads ")
    empty_store.audit_log.add(entry_of(ROOT, "change role", "ann", NOW, changed))
    (entry,) = list_entries(empty_store, AuditFilter()).as_json()["entries"]
    assert entry == {
        "number": 1,
        "at": "2025-06-17T12:00:00Z",
        "caller": "root",
        "door": "command line",
        "act": "change role",
        "target": "ann",
        "before": {"role": "viewer"},
        "after": {"role": "admin"},
        "reason": "she leads",
        "from": "",
    }


def test_only_fields_that_differ_are_changed():
    before, after = {"name": "a", "score": 0.5}, {"name": "b", "score": 0.5}
    assert changed_fields(before, after) == Changed(before={"name": "a"}, after={"name": "b"})


@pytest.fixture
def unaudited_store(sqlite_url: str) -> Iterator[Store]:
    """A feed with a doubtful article, a subscription and a search; no entry can be stored."""
    with Store.open(sqlite_url) as store:
        store.feeds.add_all([feed("f")])
        store.subscriptions.add(subscription("s"))
        store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(doubtful("a"),))])
        save_search(store, SaveRequest(name="sappers", question="sappers"), ROOT, NOW)
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as file:
            file.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON audit_entries"
                " BEGIN SELECT RAISE(ABORT, 'no entry'); END"
            )
        yield store


def answer(store: Store) -> None:
    review_answer = ReviewAnswer(article="a", relevant=True)
    answer_review(store, review_answer, ROOT, NOW, topic_themes=(), grouping=None)


@pytest.mark.parametrize(
    "change",
    [
        answer,
        lambda store: edit_feed(store, "f", FeedEdit(title="Harbour Wire"), ROOT, NOW),
        lambda store: edit_subscription(store, "s", SubscriptionEdit(name="desk"), ROOT, NOW, {}),
        lambda store: save_search(store, SaveRequest(name="b", question="boats"), ROOT, NOW),
        lambda store: remove_search(store, "sappers", ROOT, NOW),
        lambda store: renew_links(store, "sappers", ROOT, NOW),
        lambda store: subscribe_to_search(
            store, SearchSubscription(search="sappers", address="a@b.example"), (), ROOT, NOW
        ),
    ],
    ids=["review", "feed", "subscription", "save", "remove", "renew", "subscribe"],
)
def test_a_change_whose_entry_can_not_be_stored_is_not_stored(
    unaudited_store: Store, change: Callable[[Store], object]
):
    def state() -> list[object]:
        store = unaudited_store
        marks = store.marks.of_articles(["a"])
        return [store.feeds.list(), store.subscriptions.list(), store.saved_searches.list(), marks]

    before = state()
    with pytest.raises(StoreError, match="no entry"):
        change(unaudited_store)
    assert state() == before
