"""Names of entries: which guid, URL and headline identify an entry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import entry_names
from monitor.domain.feeds import Entry
from tests.fakes import entry

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
    return [identified.key for identified in entry_names.identified("f", entries)]


def alias(entry: Entry, feed_key: str = "f") -> str:
    return entry_names.identified(feed_key, [entry])[0].alias


def test_an_edited_headline_under_the_same_guid_is_the_same_article():
    assert keys(entry("First wording", guid="g")) == keys(entry("Second wording", guid="g"))


def test_the_same_guid_in_two_feeds_is_two_articles():
    assert (
        entry_names.identified("f", [entry()])[0].key
        != entry_names.identified("g", [entry()])[0].key
    )


def test_a_guid_that_stands_for_ten_stories_identifies_none_of_them():
    stories = [entry(f"Story {number}", guid="same") for number in range(10)]
    assert len(set(keys(*stories))) == 10


def test_entries_left_out_still_count_for_ambiguous_guids():
    stories = [entry(f"Story {number}", guid="same") for number in range(3)]
    assert (
        entry_names.identified("f", stories, but={0, 2})
        == entry_names.identified("f", stories)[1:2]
    )


def test_a_guid_given_to_one_page_under_two_headlines_identifies_neither_story():
    page = "https://f.example/2025/06/sappers"
    old, new = entry("Sappers leave", guid="g", url=page), entry("They left", guid="g", url=page)
    assert len(set(keys(old, new))) == 2
    again = entry("SAPPERS LEAVE!", guid="g", url=page)
    assert keys(old, again) == keys(old) * 2


@pytest.mark.parametrize("guid", ["N/A", " n/a", "None", "null", "undefined", "-", "0", "http://"])
def test_a_placeholder_is_no_guid(guid):
    url = "https://f.example/2025/06/sappers"
    assert keys(entry(guid=guid, url=url)) == keys(entry(guid=None, url=url))


def test_a_fragment_counts_where_a_page_has_several_stories():
    page = "https://f.example/notices-1"
    first, second = Entry(title="One", url=f"{page}#1"), Entry(title="Two", url=f"{page}#2")
    assert len({*keys(first, second), keys(first)[0]}) == 3
    assert alias(first) == alias(second) == alias(Entry(title="One", url=page))
    comments = Entry(title="One", url=f"{page}#comments")
    assert keys(first, comments) == keys(first) * 2


def test_a_url_that_every_entry_has_identifies_none_of_them():
    stories = [Entry(title=f"Story {number}", url="https://f.example/") for number in range(10)]
    assert len(set(keys(*stories))) == 10


def test_a_url_given_to_two_guids_identifies_none_of_them():
    url = "https://f.example/2025/06/sappers"
    first, second = Entry(title="One", guid="1", url=url), Entry(title="Two", url=url)
    third = Entry(title="Three", url=url)
    assert len(set(keys(first, second, third))) == 3
    assert keys(second, second)[0] == keys(second)[0]


def test_entries_without_guid_and_url_are_identified_by_their_content():
    assert len(set(keys(Entry(title="a", text="x"), Entry(title="a", text="y")))) == 2


def test_a_page_has_the_same_alias_whatever_its_guid_headline_and_feed():
    first = entry("Sappers", guid="1", url="http://www.e.example/a-1?utm_source=x")
    second = entry("They left", guid="2", url="https://e.example/a-1")
    assert alias(first, "f") == alias(second, "g")


def test_two_headlines_at_a_front_page_have_two_aliases():
    first, second = entry("One", url="https://e.example/"), entry("Two", url="https://e.example/")
    assert alias(first) != alias(second)


def test_without_a_url_an_alias_is_valid_in_its_feed_only():
    bare = Entry(title="Sappers", guid="1")
    assert alias(bare, "f") != alias(bare, "g")


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_a_document_does_not_change_what_is_new(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert set(keys(*entries)) == set(keys(*shuffled))
