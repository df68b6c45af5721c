"""Editing feeds, on real databases: key and articles stay, a password stays with its server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.access.caller import local_caller
from monitor.actions.collecting.feed_discovery import FeedAddress
from monitor.actions.collecting.feed_edits import FeedEdit, edit_feed
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import FeedLogin, PollState
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed

ME = local_caller("anna", NOW)
LATER = NOW + timedelta(hours=1)
READ = PollState(due_at=LATER, etag='"v1"', body_digest="d1", failures=3)
LOGIN = FeedLogin(user="desk", password="kept-secret")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh database, of either kind."""
    with Store.open(database_url) as opened:
        yield opened


def edited(store: Store, **changes: object):
    return edit_feed(store, a_feed().key, FeedEdit(**changes), ME, NOW)


def audit(store: Store) -> list[tuple[object, object]]:
    return [(entry.before, entry.after) for entry in store.audit_log.list(AuditFilter(), 10)]


def test_title_language_tags_and_note_are_changed_and_the_rest_stays(store: Store):
    feed = a_feed(title="Wire", language="en", poll=READ, login=LOGIN)
    store.feeds.add(feed)
    edited(store, title="Harbour Wire", language="ko", tags=["a", "b", "a"], note="slow")
    (stored,) = store.feeds.list()
    assert (stored.title, stored.language, stored.tags) == ("Harbour Wire", "ko", ("a", "b"))
    assert (stored.note, stored.poll, stored.login) == ("slow", READ, LOGIN)
    ((before, after),) = audit(store)
    assert before == {"title": "Wire", "language": "en", "tags": [], "note": ""}
    assert after == {"title": "Harbour Wire", "language": "ko", "tags": ["a", "b"], "note": "slow"}
    edited(store, title="Harbour Wire")
    assert len(audit(store)) == 1


def test_without_a_title_the_next_document_gives_it(store: Store):
    store.feeds.add(a_feed(title="Wire", language="en", poll=READ, tags=("a",)))
    edited(store, title="none", language="none", tags=["none"])
    (stored,) = store.feeds.list()
    assert (stored.title, stored.language, stored.tags) == ("", None, ())
    assert (stored.poll.etag, stored.poll.body_digest) == (None, None)


@pytest.mark.parametrize(
    ("url", "login", "kept"),
    [
        ("https://example.org/other.xml", None, LOGIN),
        ("https://elsewhere.example/feed.xml", None, None),
        ("https://elsewhere.example/feed.xml", FeedLogin(user="b", password="c"), "given"),
    ],
)
def test_a_new_address_is_polled_at_once_and_a_password_stays_with_its_server(
    store: Store, url, login, kept
):
    feed = a_feed(url="https://example.org/feed.xml", title="Wire", language="en", poll=READ,
                  login=LOGIN)  # fmt: skip
    store.feeds.add(feed)
    (claim,) = store.feeds.claim(LATER, limit=1, lease=timedelta(minutes=1))
    result = edited(store, address=FeedAddress(url=url, login=login))
    (stored,) = store.feeds.list()
    assert (stored.key, stored.url, stored.former_urls) == (feed.key, url, (feed.url,))
    assert stored.login == (login if kept == "given" else kept)
    assert result.lost_secrets is (kept is None)
    assert (stored.poll.due_at, stored.poll.etag, stored.poll.failures) == (NOW, None, 0)
    assert store.feeds.extend([claim], LATER) == set()  # the poll of the former address is void
    assert "kept-secret" not in str(audit(store))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"language": "klingon"}, "no such language"),
        ({"title": "x" * 301}, "title has at most 300 printable characters"),
        ({"address": FeedAddress(url="https://example.org/b")}, "is the feed .* already"),
    ],
)
def test_what_can_not_be_used_is_refused_and_nothing_changes(store: Store, changes, problem):
    feed, other = a_feed(title="Wire"), a_feed("b", url="https://example.org/b")
    store.feeds.add_all([feed, other])
    with pytest.raises(ConfigError, match=problem):
        edited(store, **{"note": "new", **changes})
    assert store.feeds.find(feed.key) == feed
    assert audit(store) == []
