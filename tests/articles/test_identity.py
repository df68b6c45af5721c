"""Is it new?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import identity
from monitor.articles.identity import NewEntry, StoredEntry
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry, FeedState, PollState
from tests.fakes import NOW, decision, entry, feed

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
    return [one.key for one in identity.identified("f", entries)]


def alias(entry: Entry, feed_key: str = "f") -> str:
    return identity.identified(feed_key, [entry])[0].alias


def kept(finds: Iterable[NewEntry]) -> dict[str, Article]:
    """The articles that were made of these finds."""
    return {
        find.key: identity.article_from(find, feed(), decision(), NOW, backlog=False)
        for find in finds
    }


def finds(entries: Sequence[Entry], there: dict[str, Article] | None = None) -> list[NewEntry]:
    """What is to be judged of a document, these articles being there."""
    there = there or {}
    shelf = [
        StoredEntry(key=key, alias=one.alias, wordings=frozenset({wording_of(one.entry)}))
        for key, one in there.items()
    ]
    named = identity.identified("f", entries)
    assert identity.possibly_edited(named, shelf) <= there.keys()
    return identity.new_or_edited(named, shelf, there)


def wording_of(entry: Entry) -> str:
    return identity.identified("f", [entry])[0].wording


def after(first: Entry, *then: Entry) -> list[bool]:
    """Of what comes in the next document: is it an edit of the first entry?  Known is left out."""
    return [find.before is not None for find in finds(then, kept(finds([first])))]


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def test_an_edited_headline_under_the_same_guid_is_the_same_article():
    assert keys(entry("First wording", guid="g")) == keys(entry("Second wording", guid="g"))


def test_the_same_guid_in_two_feeds_is_two_articles():
    assert identity.identified("f", [entry()])[0].key != identity.identified("g", [entry()])[0].key


def test_a_guid_that_stands_for_ten_stories_names_none_of_them():
    stories = [entry(f"Story {number}", guid="same") for number in range(10)]
    assert len(set(keys(*stories))) == 10


def test_those_left_out_still_say_that_a_guid_names_none():
    stories = [entry(f"Story {number}", guid="same") for number in range(3)]
    assert identity.identified("f", stories, but={0, 2}) == identity.identified("f", stories)[1:2]


def test_a_guid_given_to_one_page_under_two_headlines_names_that_page():
    page = "https://f.example/2025/06/sappers"
    old, new = entry("Sappers leave", guid="g", url=page), entry("They left", guid="g", url=page)
    assert len(set(keys(old, new))) == 1


def test_an_address_that_every_entry_has_names_none_of_them():
    stories = [Entry(title=f"Story {number}", url="https://f.example/") for number in range(10)]
    assert len(set(keys(*stories))) == 10


def test_entries_without_guid_and_address_are_named_by_what_they_say():
    assert len(set(keys(Entry(title="a", text="x"), Entry(title="a", text="y")))) == 2


def test_a_page_has_the_same_alias_whatever_its_guid_headline_and_feed():
    first = entry("Sappers", guid="1", url="http://www.e.example/a-1?utm_source=x")
    second = entry("They left", guid="2", url="https://e.example/a-1")
    assert alias(first, "f") == alias(second, "g")


def test_two_headlines_at_a_front_page_have_two_aliases():
    first, second = entry("One", url="https://e.example/"), entry("Two", url="https://e.example/")
    assert alias(first) != alias(second)


def test_without_an_address_an_alias_is_good_inside_its_feed_only():
    bare = Entry(title="Sappers", guid="1")
    assert alias(bare, "f") != alias(bare, "g")


# ── known, edited, new ───────────────────────────────────────────────────────────────────────────

LEAD = "Builders and sappers will be sent to the border region before winter, officials said. "


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (entry("Sappers leave", guid="g", url="https://e.example/a-1"),
         entry("All is quiet tonight", guid="g", url="https://e.example/a-1")),
        (entry("Sappers leave for Kursk", url="https://e.example/a-1"),
         entry("Sappers leave for Kursk", url="https://e.example/a-1", text=LEAD)),
        (entry("Sappers leave for Kursk", guid="g", url="https://e.example/2025/sappers-leave"),
         entry("Sappers to leave for Kursk", guid="g", url="https://e.example/2025/to-leave")),
        (entry("Sappers leave for Kursk", guid="1", url="https://e.example/a-1"),
         entry("Sappers left for Kursk today", guid="2", url="http://www.e.example/a-1/")),
        (Entry(title="Sappers leave for Kursk", url="https://e.example/a-1"),
         Entry(title="Sappers have left for Kursk", url="https://e.example/a-1?at_medium=RSS")),
        (Entry(title="Sappers leave for Kursk", text=LEAD),
         Entry(title="Sappers leave for Kursk", text=LEAD + "More will follow.")),
    ],
    ids=["page", "text", "slug", "new-guid", "address", "nameless"],
)  # fmt: skip
def test_an_edit_is_told_from_what_is_new(first, then):
    assert after(first, then) == [True]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (entry("Sappers leave for Kursk", guid="latest", url=None),
         entry("Rain on Sunday", guid="latest", url=None)),
        (entry("Sappers leave for Kursk", guid="latest", url="https://e.example/"),
         entry("Rain on Sunday", guid="latest", url="https://e.example/")),
        (entry("Different story 11", guid="same", url="https://e.example/11"),
         entry("Different story 12", guid="same", url="https://e.example/12")),
        (entry("Sappers leave", guid="1", url="https://e.example/page-1"),
         entry("Rain on Sunday", guid="2", url="https://e.example/page-1")),
        (entry("Morning briefing", guid="1", url="https://e.example/", text=LEAD),
         entry("Morning briefing", guid="2", url="https://e.example/",
               text="Heavy rain closed several roads around the capital overnight, police say.")),
    ],
    ids=["guid", "guid-and-front-page", "guid-at-other-address", "address", "series"],
)  # fmt: skip
def test_a_name_that_is_used_again_is_another_story(first, then):
    assert after(first, then) == [False]
    again = kept([*finds([first]), *finds([then], kept(finds([first])))])
    assert finds([then, first], again) == []


@pytest.mark.parametrize(
    "same",
    [
        {"guid": "https://f.example/sappers"},
        {"url": "https://www.f.example/sappers-leave-for-kursk?fbclid=x#top"},
        {"title": "  SAPPERS leave for\u00a0Kursk", "url": entry().url},
        {"published_at": NOW, "author": "A. N. Other", "tags": ("army",)},
    ],
    ids=str,
)
def test_what_says_the_same_under_a_known_name_is_known(same):
    assert after(entry(guid="http://f.example/sappers"), entry(**same)) == []


def test_the_same_words_in_both_editions_of_a_document_are_one_edit():
    page = "https://f.example/2025/06/sappers"
    old, new = entry("Sappers leave", guid="g", url=page), entry("They left", guid="g", url=page)
    (find,) = finds([new, old], kept(finds([old])))
    assert (find.before is not None, find.entry.title) == (True, "They left")


def test_when_everything_has_a_new_name_nothing_is_new():
    stories = [entry(f"Story number {number}") for number in range(20)]
    had = {wording_of(one) for one in stories}
    moved = [
        entry(one.title, guid=f"n{n}", url=f"https://new.example/{n}")
        for n, one in enumerate(stories)
    ]
    found = finds([*moved, entry("A new one")], kept(finds(stories)))
    assert len(found) == 21
    again = identity.republished(found, lambda: had)
    assert [find.entry.title for find in found if find.key not in again] == ["A new one"]


def test_a_few_old_headlines_are_no_storm():
    found = finds([entry(f"Story number {number}") for number in range(4)])
    assert identity.republished(found, lambda: pytest.fail("nobody needs to look")) == set()
    found = finds([entry(f"Story number {number}") for number in range(20)])
    assert identity.republished(found, lambda: {wording_of(entry("Story number 3"))}) == set()


@given(ENTRIES)
def test_what_was_kept_is_not_new_again(entries):
    found = finds(entries)
    again = finds(entries, kept(found))
    assert [find for find in again if find.before is None] == []


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_a_document_does_not_change_what_is_new(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert set(keys(*entries)) == set(keys(*shuffled))


@given(ENTRIES, ENTRIES)
def test_what_a_second_document_brings_is_judged_once(first, second):
    there = kept(finds(first))
    brought = finds(second, there)
    assert len({find.key for find in brought}) == len(brought)
    assert all(find.before is there[find.key] for find in brought if find.key in there)


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────


def test_an_edit_keeps_the_name_the_first_sight_and_the_copies():
    (before,) = kept(finds([entry("Sappers leave for Kursk")])).values()
    (find,) = finds([entry("Sappers leave for Kursk", text=LEAD)], {before.key: before})
    later = NOW + timedelta(hours=1)
    edited = identity.article_from(find, feed(), decision(), later, backlog=False)
    assert (edited.key, edited.copy_key, edited.seen_at) == (before.key, before.copy_key, NOW)
    assert (edited.edits, edited.edited_at, edited.entry.text) == (1, later, LEAD)


@pytest.mark.parametrize(
    ("was", "now", "backlog"),
    [(True, True, True), (False, False, True), (True, False, True), (False, True, False)],
)
def test_backlog_stays_backlog_unless_an_edit_makes_it_matter(was, now, backlog):
    (first,) = finds([entry()])
    before = identity.article_from(first, feed(), decision(relevant=was), NOW, backlog=True)
    (find,) = finds([entry(text=LEAD)], {before.key: before})
    edited = identity.article_from(find, feed(), decision(relevant=now), NOW, backlog=False)
    assert edited.backlog is backlog


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


def test_all_of_a_first_poll_is_backlog():
    assert identity.is_backlog(feed(), entry(published_at=NOW))


def test_after_the_first_poll_an_entry_is_news_whatever_its_date():
    read = feed(poll=PollState(due_at=NOW, state=FeedState.OK, first_ok_at=NOW))
    assert not identity.is_backlog(read, entry(published_at=NOW - timedelta(days=9_000)))


def test_what_a_cut_document_had_hidden_is_backlog_when_it_is_older_than_the_cut():
    cut = feed(poll=PollState(due_at=NOW, state=FeedState.DEGRADED, first_ok_at=NOW))
    assert identity.is_backlog(cut, entry(published_at=NOW - timedelta(days=2)))
    assert not identity.is_backlog(cut, entry(published_at=NOW + timedelta(minutes=1)))
    assert not identity.is_backlog(cut, entry(published_at=None))


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
    assert identity.credible_date(claimed, NOW) == believed
