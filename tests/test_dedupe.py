"""Is it new?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import dedupe
from monitor.domain import Entry, FeedState, PollState
from tests.fakes import NOW, entry, feed

ENTRIES = st.lists(
    st.builds(
        Entry,
        title=st.sampled_from(["a", "b", "c"]),
        text=st.sampled_from(["", "x"]),
        url=st.sampled_from([None, "https://e.example/1", "https://e.example/2"]),
        guid=st.sampled_from([None, "g1", "g2"]),
    ),
    max_size=8,
)


def keys(*entries: Entry) -> list[str]:
    return dedupe.article_keys("f", entries)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.e.example/a/", "https://e.example/a"),
        ("https://e.example/a?utm_source=rss&id=7", "https://e.example/a?id=7"),
        ("https://e.example/a?b=1&a=2#top", "https://e.example/a?a=2&b=1"),
        ("https://E.example/a?at_medium=RSS&at_campaign=X", "https://e.example/a"),
    ],
)
def test_what_changes_while_an_article_stays_is_not_in_its_address(one, other):
    assert dedupe.normal_url(one) == dedupe.normal_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.example/a?id=7", "https://e.example/a?id=8"),
        ("https://e.example/a", "https://e.example/A"),
        ("https://e.example/", "https://f.example/"),
    ],
)
def test_what_names_an_article_stays_in_its_address(one, other):
    assert dedupe.normal_url(one) != dedupe.normal_url(other)


def test_an_edited_headline_under_the_same_guid_is_the_same_article():
    assert keys(entry("First wording", guid="g")) == keys(entry("Second wording", guid="g"))


def test_the_same_guid_in_two_feeds_is_two_articles():
    assert dedupe.article_keys("f", [entry()]) != dedupe.article_keys("g", [entry()])


def test_a_guid_that_stands_for_ten_stories_names_none_of_them():
    stories = [entry(f"Story {number}", guid="same") for number in range(10)]
    assert len(set(keys(*stories))) == 10


def test_an_address_that_every_entry_has_names_none_of_them():
    stories = [Entry(title=f"Story {number}", url="https://f.example/") for number in range(10)]
    assert len(set(keys(*stories))) == 10


def test_entries_without_guid_and_address_are_named_by_what_they_say():
    assert len(set(keys(Entry(title="a", text="x"), Entry(title="a", text="y")))) == 2


def test_a_copy_has_the_same_address_and_headline_whatever_its_guid_and_feed():
    first = entry("Sappers", guid="1", url="http://www.e.example/a?utm_source=x")
    second = entry("  SAPPERS ", guid="2", url="https://e.example/a")
    assert dedupe.copy_key("f", first) == dedupe.copy_key("g", second)


def test_two_headlines_at_one_address_are_no_copies():
    first, second = entry("One", url="https://e.example/"), entry("Two", url="https://e.example/")
    assert dedupe.copy_key("f", first) != dedupe.copy_key("f", second)


def test_without_an_address_a_copy_is_known_inside_its_feed_only():
    bare = Entry(title="Sappers", guid="1")
    assert dedupe.copy_key("f", bare) != dedupe.copy_key("g", bare)


@given(ENTRIES)
def test_what_was_kept_is_not_new_again(entries):
    found = dedupe.fresh(dedupe.article_keys("f", entries), entries, set())
    assert dedupe.fresh(dedupe.article_keys("f", entries), entries, set(found)) == {}


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_a_document_does_not_change_what_is_new(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert set(dedupe.article_keys("f", entries)) == set(dedupe.article_keys("f", shuffled))


def test_all_of_a_first_poll_is_backlog():
    assert dedupe.is_backlog(feed(), entry(published_at=NOW))


def test_after_the_first_poll_an_entry_is_news_whatever_its_date():
    read = feed(poll=PollState(due_at=NOW, state=FeedState.OK, first_ok_at=NOW))
    assert not dedupe.is_backlog(read, entry(published_at=NOW - timedelta(days=9_000)))


def test_what_a_cut_document_had_hidden_is_backlog_when_it_is_older_than_the_cut():
    cut = feed(poll=PollState(due_at=NOW, state=FeedState.DEGRADED, first_ok_at=NOW))
    assert dedupe.is_backlog(cut, entry(published_at=NOW - timedelta(days=2)))
    assert not dedupe.is_backlog(cut, entry(published_at=NOW + timedelta(minutes=1)))
    assert not dedupe.is_backlog(cut, entry(published_at=None))


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        (NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        (NOW + timedelta(days=400), NOW),
        (NOW.replace(year=1970), None),
        (NOW.replace(year=1601), None),
        (None, None),
    ],
)
def test_a_date_is_believed_only_when_it_can_be_true(claimed, believed):
    assert dedupe.clamp_date(claimed, NOW) == believed
