"""Identity of articles: new, edited, known and backlog entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import entry_names, identity
from monitor.articles.entry_names import Name
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


def stored(new_entries: Iterable[NewEntry]) -> dict[str, Article]:
    """The articles made of these entries, by key."""
    return {
        new_entry.key: identity.article_from(new_entry, feed(), [decision()], NOW, backlog=False)
        for new_entry in new_entries
    }


def new_entries(
    entries: Sequence[Entry],
    articles: dict[str, Article] | None = None,
    shared: Collection[Name] = frozenset(),
) -> list[NewEntry]:
    """The entries of a document that are to be judged, where these articles are stored."""
    articles = articles or {}
    names = [
        StoredEntry(
            key=key,
            alias=article.alias,
            wordings=frozenset({wording_of(article.entry)}),
            url=article.entry.url,
            published_at=article.entry.published_at,
        )
        for key, article in articles.items()
    ]
    identified = entry_names.identified("f", entries)
    assert identity.possibly_edited(identified, names) <= articles.keys()
    return identity.new_or_edited(identified, names, articles, shared=shared)


def wording_of(entry: Entry) -> str:
    return entry_names.identified("f", [entry])[0].wording


def edits_of(first: Entry, *later: Entry) -> list[bool]:
    """Whether each new entry of the next document is an edit of the first; known ones left out."""
    return [
        new_entry.before is not None
        for new_entry in new_entries(later, stored(new_entries([first])))
    ]


# ── known, edited, new ───────────────────────────────────────────────────────────────────────────

LEAD = "Builders and sappers will be sent to the border region before winter, officials said. "


@pytest.mark.parametrize(
    ("first", "later"),
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
def test_an_edit_is_distinguished_from_a_new_entry(first, later):
    assert edits_of(first, later) == [True]


@pytest.mark.parametrize(
    ("first", "later"),
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
def test_a_key_that_is_used_again_for_another_story_is_a_new_entry(first, later):
    assert edits_of(first, later) == [False]
    articles = stored([*new_entries([first]), *new_entries([later], stored(new_entries([first])))])
    assert new_entries([later, first], articles) == []


@pytest.mark.parametrize(
    "entry_fields",
    [
        {"guid": "https://f.example/sappers"},
        {"url": "https://www.f.example/sappers-leave-for-kursk?fbclid=x#top"},
        {"title": "  SAPPERS leave for\u00a0Kursk", "url": entry().url},
        {"published_at": NOW, "author": "A. N. Other", "tags": ("army",)},
    ],
    ids=str,
)
def test_the_same_wording_under_a_known_key_is_known(entry_fields):
    assert edits_of(entry(guid="http://f.example/sappers"), entry(**entry_fields)) == []


def test_a_guid_that_names_two_stories_now_still_names_the_article_with_the_same_headline():
    first = entry("Morning", guid="g", url="https://e.example/live", text=LEAD)
    longer = entry("Morning", guid="g", url="https://e.example/live/a", text=LEAD + "It goes on.")
    evening = entry("Evening", guid="g", url="https://e.example/live/b")
    before = stored(new_entries([first]))
    edit, new = new_entries([longer, evening], before)
    assert (edit.before, edit.key) == (before[edit.key], next(iter(before)))
    assert (new.entry.title, new.before) == ("Evening", None)
    flood = "Floods in the north closed several roads and railways overnight, the ministry says."
    other = replace(longer, text=flood)
    assert [new.before for new in new_entries([other, evening], before)] == [None, None]


def test_a_name_that_several_articles_have_is_an_edit_under_the_same_headline_only():
    page = "https://e.example/2025/06/sappers"
    first = entry("Sappers leave", guid="g", url=page)
    before = stored(new_entries([first]))
    for later, is_edit in (
        (entry("Sappers leave", guid="g", url=page, text=LEAD), True),
        (entry("Sappers leave today", guid="g", url=page), False),
    ):
        (new_entry,) = new_entries([later], before, shared={("g", page)})
        assert (new_entry.before is not None) is is_edit


def test_two_texts_under_one_headline_in_one_document_are_one_edit():
    page = "https://f.example/2025/06/sappers"
    old = entry("Sappers leave", guid="g", url=page)
    new = entry("Sappers leave!", guid="g", url=page, text=LEAD)
    (new_entry,) = new_entries([new, old], stored(new_entries([old])))
    assert (new_entry.before is not None, new_entry.entry.title) == (True, "Sappers leave!")


# ── when everything changes ──────────────────────────────────────────────────────────────────────


def test_when_everything_has_new_guids_nothing_is_new():
    stories = [entry(f"Story number {number}") for number in range(20)]
    wordings = {wording_of(story) for story in stories}
    moved = [
        entry(story.title, guid=f"n{n}", url=f"https://new.example/{n}")
        for n, story in enumerate(stories)
    ]
    candidates = new_entries([*moved, entry("A new one")], stored(new_entries(stories)))
    assert len(candidates) == 21
    again = identity.republished(candidates, lambda: wordings)
    assert [new_entry.entry.title for new_entry in candidates if new_entry.key not in again] == [
        "A new one"
    ]


def test_a_few_repeated_headlines_are_not_a_republished_feed():
    candidates = new_entries([entry(f"Story number {number}") for number in range(4)])
    assert identity.republished(candidates, lambda: pytest.fail("not needed")) == set()
    candidates = new_entries([entry(f"Story number {number}") for number in range(20)])
    assert identity.republished(candidates, lambda: {wording_of(entry("Story number 3"))}) == set()


@pytest.mark.parametrize(
    ("repeated", "new", "expected"), [(4, 1, 4), (3, 2, 0), (4, 0, 0), (5, 0, 5), (5, 2, 0)]
)
def test_a_feed_is_republished_from_five_new_entries_and_four_fifths_repeated_on(
    repeated, new, expected
):
    stories = [entry(f"Story number {number}") for number in range(repeated)]
    wordings = {wording_of(story) for story in stories}
    others = [entry(f"Other headline {number}") for number in range(new)]
    candidates = new_entries([*stories, *others])
    assert len(identity.republished(candidates, lambda: wordings)) == expected


def test_an_edit_is_not_counted_as_republished():
    stories = [entry(f"Story number {number}") for number in range(5)]
    articles = stored(new_entries(stories[:1]))
    edit = entry("Story number 0", text=LEAD)
    candidates = new_entries([edit, *stories[1:]], articles)
    assert len(candidates) == 5
    assert identity.republished(candidates, lambda: pytest.fail("not needed")) == set()


@given(ENTRIES)
def test_a_stored_entry_is_not_new_again(entries):
    candidates = new_entries(entries)
    again = new_entries(entries, stored(candidates))
    assert [new_entry for new_entry in again if new_entry.before is None] == []


@given(ENTRIES, ENTRIES)
def test_an_entry_of_a_second_document_is_judged_once(first, second):
    articles = stored(new_entries(first))
    second_round = new_entries(second, articles)
    assert len({new_entry.key for new_entry in second_round}) == len(second_round)
    assert all(
        new_entry.before is articles[new_entry.key]
        for new_entry in second_round
        if new_entry.key in articles
    )


# ── what is stored ────────────────────────────────────────────────────────────────────────────────


def test_an_edit_keeps_key_copy_key_and_first_sight():
    (before,) = stored(new_entries([entry("Sappers leave for Kursk")])).values()
    (new_entry,) = new_entries([entry("Sappers leave for Kursk", text=LEAD)], {before.key: before})
    later = NOW + timedelta(hours=1)
    edited = identity.article_from(new_entry, feed(), [decision()], later, backlog=False)
    assert (edited.key, edited.copy_key, edited.seen_at) == (before.key, before.copy_key, NOW)
    assert (edited.edits, edited.edited_at, edited.entry.text) == (1, later, LEAD)


@pytest.mark.parametrize(
    ("before_relevant", "relevant", "backlog"),
    [(True, True, True), (False, False, True), (True, False, True), (False, True, False)],
)
def test_backlog_stays_backlog_unless_an_edit_makes_it_relevant(before_relevant, relevant, backlog):
    (first,) = new_entries([entry()])
    before = identity.article_from(
        first, feed(), [decision(relevant=before_relevant)], NOW, backlog=True
    )
    (new_entry,) = new_entries([entry(text=LEAD)], {before.key: before})
    edited = identity.article_from(
        new_entry, feed(), [decision(relevant=relevant)], NOW, backlog=False
    )
    assert edited.backlog is backlog


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


def test_all_of_a_first_poll_is_backlog():
    assert identity.is_backlog(feed(), entry(published_at=NOW))


def test_after_the_first_poll_an_entry_is_news_whatever_its_date():
    read = feed(poll=PollState(due_at=NOW, state=FeedState.OK, first_ok_at=NOW))
    assert not identity.is_backlog(read, entry(published_at=NOW - timedelta(days=9_000)))


def test_entries_that_a_cut_document_had_hidden_are_backlog_if_older_than_the_cut():
    cut = feed(poll=PollState(due_at=NOW, state=FeedState.DEGRADED, first_ok_at=NOW))
    assert identity.is_backlog(cut, entry(published_at=NOW - timedelta(days=2)))
    assert not identity.is_backlog(cut, entry(published_at=NOW + timedelta(minutes=1)))
    assert not identity.is_backlog(cut, entry(published_at=None))


@pytest.mark.parametrize(
    ("published_at", "expected"),
    [
        (NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        (NOW + timedelta(days=400), NOW),
        (NOW.replace(year=1970), None),
        (NOW.replace(year=1601), None),
        (None, None),
    ],
)
def test_an_impossible_date_is_clamped_or_dropped(published_at, expected):
    assert identity.credible_date(published_at, NOW) == expected
