"""What is new in a publisher's answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.articles.entry_names import identified
from monitor.domain.feeds import Entry, Parsed
from monitor.pipeline import new_entries
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store
from tests.contexts import claimed, poll_context, poll_results
from tests.fakes import NOW, FakeParser, entry, feed, fetched
from tests.store.builders import MINUTE, a_poll, a_rejected_article


@pytest.fixture
def shelf(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        yield store.articles


@pytest.fixture
def sqlite(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        yield store


def found(shelf, *entries: Entry, **changes: object) -> list[Entry]:
    parsed = Parsed(entries=entries, **changes)
    document = new_entries.Document(feed=feed(), parsed=parsed)
    (entries,) = new_entries.new_entries([document], shelf)
    return [new.entry for new in new_entries.completed(entries, document, NOW)]


def test_an_answer_without_a_document_has_no_new_entries(shelf):
    assert found(shelf) == []


def test_entries_of_an_earlier_document_are_left_out(shelf):
    old, new = entry("Sappers leave for Kursk"), entry("Rain on Sunday")
    assert [new_entry.title for new_entry in found(shelf, old, new, seen=frozenset({0}))] == [
        new.title
    ]


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        (NOW.replace(year=1970), None),
        (NOW.replace(year=1601), None),
        (NOW.replace(year=9999), NOW),
        (NOW - timedelta(days=300), NOW - timedelta(days=300)),
        (None, None),
    ],
)
def test_a_new_entry_gets_a_credible_date(shelf, claimed, believed):
    (new_entry,) = found(shelf, entry(published_at=claimed))
    assert new_entry.published_at == believed


def test_a_new_entry_gets_a_language(shelf):
    (new_entry,) = found(shelf, entry("북한 공병 쿠르스크 파견", language=None))
    assert new_entry.language == "ko"


def test_what_was_pruned_is_not_new_again(sqlite: Store):
    weather = entry("Rain on Sunday")
    (names,) = identified(feed().key, [weather])
    article = replace(
        a_rejected_article(key=names.key, alias=names.alias, seen_at=NOW, entry=weather),
        feed_key=feed().key,
    )
    sqlite.feeds.add(feed())
    sqlite.commit([a_poll(feed(), article)])
    sqlite.pruning.step(Pruned.ARTICLES, NOW + MINUTE, NOW + MINUTE)
    assert sqlite.articles.by_keys([article.key]) == {}
    assert found(sqlite.articles, weather) == []
    other = replace(weather, title="Snow on Monday", text="It will snow in the whole country.")
    assert [new.title for new in found(sqlite.articles, other)] == ["Snow on Monday"]


LEAD = "Builders and sappers will be sent to the border region before winter, officials said. "


# ── one name for several stories ─────────────────────────────────────────────────────────────────

BOARD = "https://port.example/status_board.cfm"
INCIDENTS = [
    Entry(title=f"Harbour: {event}", text=text, url=BOARD, guid=BOARD)
    for event, text in [
        ("pump failed at gate two", "The east pump stopped at noon."),
        ("pump failed at gate three", "The west pump stopped at noon."),
        ("oil on the water", ""),
        ("crane out of order", ""),
    ]
]


async def rounds(store: Store, *documents: Sequence[Entry]) -> list[tuple[str, bool]]:
    """Poll one feed for these documents: each headline that was judged, and whether as an edit."""
    store.feeds.add(feed("f"))
    headlines: list[tuple[str, bool]] = []
    for number, entries in enumerate(documents):
        now, parsed = NOW + number * timedelta(hours=12), Parsed(title="F", entries=tuple(entries))
        context = poll_context(store, f=[fetched(str(number))])
        context = replace(context, parser=FakeParser(**{str(number): parsed}))
        for result in await poll_results(claimed(store, "f", at=now), now, context):
            headlines += [(article.entry.title, False) for article in result.articles]
            headlines += [(article.entry.title, True) for article in result.edited]
    copy_keys = [article.copy_key for article in store.articles.list()]
    assert len(copy_keys) == len(set(copy_keys)), "stories with one copy key cause one alert"
    return headlines


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"guid": None},
        {"guid": "N/A"},
        {"guid": "null", "url": None},
        {"guid": None, "url": None},
        {"guid": "latest", "url": None},
        {"url": "https://port.example/"},
    ],
    ids=str,
)
async def test_stories_under_one_name_are_all_kept_from_then_on(sqlite, names):
    first, second, third, fourth = (replace(incident, **names) for incident in INCIDENTS)
    headlines = await rounds(
        sqlite, [first], [second, first], [third, second, first], [fourth], [fourth, third]
    )
    assert headlines == [(story.title, False) for story in (first, second, third, fourth)]


async def test_the_guid_na_is_none_even_when_stories_come_one_after_another(sqlite):
    first, second, third = (replace(incident, guid="N/A", url=None) for incident in INCIDENTS[:3])
    assert await rounds(sqlite, [first], [second], [third]) == [
        (story.title, False) for story in (first, second, third)
    ]


async def test_a_text_that_changes_under_a_shared_name_is_an_edit(sqlite):
    first, second, third, _ = INCIDENTS
    longer = replace(first, text=first.text + " It runs again.")
    headlines = await rounds(sqlite, [first, second, third], [longer, second, third])
    assert headlines[3:] == [(first.title, True)]


async def test_stories_under_one_headline_and_name_are_told_apart_by_their_texts(sqlite):
    texts = (LEAD, "Heavy rain closed several roads around the capital overnight, police say.")
    first, second = (Entry(title="Incident", text=text, url=BOARD, guid=BOARD) for text in texts)
    assert await rounds(sqlite, [first, second], [second, first]) == [("Incident", False)] * 2


@pytest.mark.parametrize("guids", [(None, None, None), ("n1", "n2", "n3")])
@pytest.mark.parametrize("documents", ["12 23", "1 2 3", "1 21 321"])
async def test_entries_at_places_of_one_page_are_articles_of_their_own(sqlite, guids, documents):
    page = "https://port.example/notices-2026/all"
    titles = ("Towing lane closed", "Towing lane open", "Rope ladder stolen")
    notices = [
        Entry(title=title, url=f"{page}#n{number}", guid=guid)
        for number, (title, guid) in enumerate(zip(titles, guids, strict=True))
    ]
    orders = [[notices[int(place) - 1] for place in document] for document in documents.split()]
    assert await rounds(sqlite, *orders) == [(title, False) for title in titles]


@pytest.mark.parametrize("fragment", ["#xtor=RSS-1", "#:~:text=Sappers", "#utm_source=x", "#rss"])
async def test_a_fragment_that_only_tracks_names_no_place(sqlite, fragment):
    plain = Entry(title="Sappers leave for Kursk", url="https://e.example/a-1")
    edited = Entry(title="Sappers left for Kursk today", url=f"https://e.example/a-1{fragment}")
    assert await rounds(sqlite, [plain], [edited]) == [(plain.title, False), (edited.title, True)]


# ── one story under several names ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("documents", ["1 12 123", "123 321", "1 2 3"])
async def test_one_address_and_one_headline_are_one_story_whatever_their_guids(sqlite, documents):
    page = "https://e.example/articles/c0ffee"
    versions = [entry("Seals on the mole", guid=f"{page}#{number}", url=page) for number in "037"]
    orders = [[versions[int(place) - 1] for place in document] for document in documents.split()]
    assert await rounds(sqlite, *orders) == [("Seals on the mole", False)]


@pytest.mark.parametrize(
    ("url", "later"),
    [
        ("https://e.example/a-1?token=c2VhbHM", "https://e.example/a-1?token=b3R0ZXJz"),
        ("https://e.example/a-1?id=7&sid=12", "https://e.example/a-1?sid=981&id=7"),
        ("https://e.example/a-1?x=9f86d081884c7d659a2f", "https://e.example/a-1?x=60303ae22b998861bce3"),
        ("https://e.example/a-1?_=1732441000", "https://e.example/a-1?_=1732441600"),
        ("https://e.example/S/9f86d081884c7d659a2f/a-1", "https://e.example/S/60303ae22b998861bce3/a-1"),
        ("https://old.example/2026/seals", "https://news.new.example:8080/2026/seals/"),
    ],
)  # fmt: skip
async def test_an_address_whose_token_or_host_changes_is_the_same_story(sqlite, url, later):
    stories = [
        Entry(title="Seals on the mole", text="Eleven.", url=url, guid=url, published_at=NOW)
        for url in (url, later)
    ]
    assert await rounds(sqlite, stories[:1], stories[1:]) == [("Seals on the mole", False)]


@pytest.mark.parametrize(
    ("url", "later", "later_at"),
    [
        ("https://e.example/news?date=2026-11-24", "https://e.example/news?date=2026-11-25", NOW),
        ("https://e.example/warnings/17", "https://e.example/warnings/18", NOW),
        ("https://e.example/a?token=1", "https://e.example/b?token=1", NOW),
        ("https://one.example/", "https://two.example/", NOW),
        ("https://e.example/a-1?token=1", "https://e.example/a-1?token=2", NOW + timedelta(days=1)),
    ],
)  # fmt: skip
async def test_the_same_words_at_another_address_or_day_are_another_story(
    sqlite, url, later, later_at
):
    stories = [
        Entry(title="Morning briefing", url=url, guid=url, published_at=published_at)
        for url, published_at in ((url, NOW), (later, later_at))
    ]
    assert await rounds(sqlite, stories[:1], stories[1:]) == [("Morning briefing", False)] * 2
