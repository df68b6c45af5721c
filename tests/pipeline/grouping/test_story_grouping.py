"""Relevant articles join the story of their event, in their own transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.errors import PackError
from monitor.domain.stories import StoryEventKind, StoryPhase
from monitor.pipeline.grouping.story_grouping import GroupingData, StoryGrouping
from monitor.store.stories.story_lists import OpenWindow
from tests.contexts import watched
from tests.fakes import NOW, FakeEncoder, entry, feed
from tests.grouped import (
    FIRST,
    HOUR,
    OTHER,
    SECOND,
    arrive,
    figure_pack,
    grouping,
    grouping_with_encoder,
    news,
    titles,
)


async def test_articles_of_one_event_are_one_story_and_others_are_not(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(SECOND, 1), news(OTHER, 1), hours=1)
    assert sorted(titles(store)) == [(OTHER, 1), (FIRST, 2)]
    story = next(story for story in store.stories.list() if story.articles == 2)
    founder, joined = store.stories.articles(story.number)
    assert founder.why.sentence == "no open story has enough in common with it: it began a story"
    assert joined.why.nearest == founder.article_key
    assert set(joined.why.shared) == {"shoigu", "sapper", "kursk"}
    assert joined.why.probability > 0.8


async def test_an_irrelevant_article_has_no_story_and_nothing_is_looked_up(store):
    watched(store)
    stage = StoryGrouping(lambda: pytest.fail("the pack was read for nothing"))
    await arrive(store, stage, news("Rain on Sunday"))
    assert store.stories.list() == []


async def test_a_copy_follows_its_original_without_being_compared(store):
    watched(store, feed("f"), feed("g"))
    stage = grouping()
    text = (
        "Sappers from the north arrived in Kursk on Tuesday with Shoigu, the agency reported. " * 4
    )
    await arrive(store, stage, news(FIRST, text=text))
    await arrive(store, stage, news(FIRST, 1, text=text), hours=1, key="g")
    (story,) = store.stories.list()
    original, copy = store.stories.articles(story.number)
    assert (copy.copy_of, copy.words) == (original.article_key, None)


async def test_an_edit_leaves_an_article_in_its_story(store):
    watched(store)
    stage = grouping()
    page = "https://f.example/sappers"
    await arrive(store, stage, replace(news(FIRST), url=page))
    before = store.stories.list()
    edited = replace(news(FIRST, text="Lavrov was in Kursk, too; floods."), url=page)
    await arrive(store, stage, edited, hours=1)
    (article,) = store.articles.list()
    assert article.edits == 1
    assert store.stories.list() == before


async def test_an_article_that_an_edit_makes_relevant_is_grouped(store):
    watched(store)
    stage = grouping()
    page = "https://f.example/rain"
    await arrive(store, stage, replace(news("Rain on Sunday"), url=page))
    await arrive(store, stage, replace(news(FIRST), guid="Rain on Sunday", url=page), hours=1)
    assert titles(store) == [(FIRST, 1)]


async def test_a_stage_that_starts_anew_goes_on_where_another_one_was(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST))
    await arrive(store, grouping(), news(SECOND, 1), hours=1)
    assert titles(store) == [(FIRST, 2)]


async def test_two_processes_that_take_turns_see_each_others_stories(store):
    watched(store)
    first, other = grouping(), grouping()
    await arrive(store, first, news(FIRST))
    await arrive(store, other, news(OTHER, 1), hours=1)
    await arrive(store, first, news(SECOND, 2), hours=2)
    await arrive(store, other, news(f"{OTHER} again", 3), hours=3)
    assert sorted(titles(store)) == [(OTHER, 2), (FIRST, 2)]


async def test_what_was_not_committed_is_not_in_the_window(store, monkeypatch):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))

    def broken(*_arguments: object) -> None:
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr("monitor.store.stories.story_changes.store_stories", broken)
        await arrive(store, stage, news(SECOND, 1), hours=1)
    await arrive(store, stage, news(SECOND, 2), hours=2)
    assert titles(store) == [(FIRST, 2)]


async def test_an_article_that_ties_two_stories_merges_them_and_the_old_key_leads_on(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news("Shoigu, Kursk"))
    await arrive(store, stage, news("Kursk: sappers, floods", 1), hours=1)
    ended = next(story for story in store.stories.list() if story.title.endswith("floods"))
    for hour in (2, 3, 4):
        await arrive(store, stage, news(f"Shoigu, Kursk, sappers, floods {hour}", hour), hours=hour)
    (story,) = store.stories.list()
    assert (story.title, story.articles) == ("Shoigu, Kursk", 5)
    assert store.stories.find(ended.key) == story
    (event,) = [e for e in store.stories.events(story.number) if e.kind is StoryEventKind.MERGED]
    assert (event.story, event.other, event.by) == (ended.number, story.number, "method")
    assert "probability" in event.reason


async def test_an_article_after_two_quiet_days_reopens_its_story(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    (story,) = store.stories.list()
    assert story.phase(NOW + 49 * HOUR) is StoryPhase.QUIET
    await arrive(store, stage, news(SECOND, 60), hours=60)
    (story,) = store.stories.list()
    assert story.phase(NOW + 60 * HOUR) is StoryPhase.OPEN
    (event,) = store.stories.events(story.number)
    assert event.kind is StoryEventKind.REOPENED
    assert "60 hours" in event.reason


async def test_a_persons_merge_holds_whatever_comes(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(OTHER))
    first = next(story for story in store.stories.list() if story.title == FIRST)
    other = next(story for story in store.stories.list() if story.title == OTHER)
    store.story_edits.merge(other.number, first.number, by="ann", reason="one trip", now=NOW)
    await arrive(store, stage, news(f"{OTHER} again", 1), hours=1)
    await arrive(store, stage, news(SECOND, 2), hours=2)
    assert titles(store) == [(FIRST, 4)]


async def test_a_persons_split_while_articles_arrive_is_never_taken_back(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(SECOND))
    (story,) = store.stories.list()
    keys = [grouped.article_key for grouped in store.stories.articles(story.number)]
    store.story_edits.split(story.number, keys[1:], by="ann", reason="two trips", now=NOW)
    for hour in range(1, 5):
        title = f"Sappers and Shoigu seen in Kursk, day {hour}"
        await arrive(store, stage, news(title, hour), hours=hour)
    places = {key: grouped.story for key, grouped in store.stories.grouped(keys).items()}
    assert len(set(places.values())) == 2


async def test_an_undone_split_is_one_story_again(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(SECOND))
    (story,) = store.stories.list()
    keys = [grouped.article_key for grouped in store.stories.articles(story.number)]
    event = store.story_edits.split(story.number, keys[1:], by="ann", reason="two", now=NOW)
    store.story_edits.undo(event, by="ann", now=NOW + HOUR)
    assert [(s.number, s.articles) for s in store.stories.list()] == [(story.number, 2)]
    await arrive(store, stage, news("Shoigu: sappers, Kursk", 2), hours=2)
    assert titles(store) == [(story.title, 3)]


async def test_the_figures_of_a_grouped_article_are_stored(store):
    watched(store)
    title = "Seoul's spy agency says 600 North Korean soldiers were killed in Kursk"
    await arrive(store, grouping(figure_pack()), news(title))
    (article,) = store.articles.list()
    (figure,) = store.figures.of_articles([article.key])[article.key]
    assert (figure.kind, figure.value_min, figure.party) == ("killed", 600, "seoul")


async def test_the_figures_of_an_old_article_have_its_own_date(store):
    watched(store)
    title = "Seoul's spy agency says 600 North Korean soldiers were killed in Kursk"
    published_at = NOW - timedelta(days=90)
    await arrive(store, grouping(figure_pack()), entry(title, published_at=published_at))
    (article,) = store.articles.list()
    (figure,) = store.figures.of_articles([article.key])[article.key]
    assert figure.at == published_at
    (story,) = store.stories.list()
    assert story.first_at == published_at


async def test_old_articles_are_grouped_by_when_they_were_published(store):
    """A first poll brings months at once; a stage that starts anew goes on with them."""
    watched(store, feed("f"), feed("g"))
    of_march, of_may = news(FIRST, -90 * 24), news(f"{FIRST} again", -30 * 24)
    await arrive(store, grouping(), of_may, of_march)
    assert sorted(titles(store)) == [(FIRST, 1), (of_may.title, 1)]
    later_in_march = news(SECOND, -90 * 24 + 5)
    await arrive(store, grouping(), later_in_march, hours=1, key="g")
    march = next(story for story in store.stories.list() if story.title == FIRST)
    assert (march.articles, march.first_at, march.last_at) == (
        2,
        of_march.published_at,
        later_in_march.published_at,
    )


async def test_old_articles_leave_the_window_a_day_after_they_came(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST, -90 * 24))
    await arrive(store, stage, news(OTHER, 30), hours=30)
    await arrive(store, stage, news(SECOND, -90 * 24 + 5), hours=31)
    assert sorted(titles(store)) == [(OTHER, 1), (SECOND, 1), (FIRST, 1)]


async def test_a_faulty_pack_stops_the_grouping_and_nothing_else(store, caplog):
    def broken() -> GroupingData:
        raise PackError("pair-model.json: not a valid pair model")

    watched(store)
    stage = StoryGrouping(broken)
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(SECOND, 1), hours=1)
    assert len(store.articles.list()) == 2
    assert [record.message for record in caplog.records].count("stories.off") == 1


async def test_an_article_that_cannot_be_compared_is_a_story_of_its_own(store, monkeypatch):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))

    def broken(*_arguments: object) -> list[float]:
        raise RuntimeError("no features")

    with monkeypatch.context() as patch:
        patch.setattr("monitor.stories.pair_model.pair_features", broken)
        await arrive(store, stage, news(SECOND, 1), hours=1)
    await arrive(store, stage, news("Kursk: Shoigu, sappers", 2), hours=2)
    assert sorted(titles(store)) == [(SECOND, 1), (FIRST, 2)]


async def test_a_text_without_date_or_language_is_grouped_at_the_time_it_came(store):
    watched(store)
    await arrive(store, grouping(), entry(FIRST, published_at=None, language=None))
    (story,) = store.stories.list()
    assert story.first_at == NOW


async def test_relevant_articles_are_encoded_once_and_compared_across_languages(store):
    watched(store)
    encoder = FakeEncoder()
    stage = grouping_with_encoder(encoder)
    await arrive(store, stage, news("Sappers in Kursk"), news("Rain on Sunday"))
    await arrive(store, stage, news("공병, Kursk", 1), news("Floods, Kursk", 1), hours=1)
    assert sorted(titles(store)) == [("Floods, Kursk", 1), ("Sappers in Kursk", 2)]
    assert len(encoder.texts) == 6  # of three articles, headline and whole


async def test_embeddings_are_stored_while_their_articles_are_open(store):
    watched(store)
    await arrive(store, grouping_with_encoder(FakeEncoder()), news("Sappers in Kursk"))
    stage = grouping_with_encoder(FakeEncoder())
    await arrive(store, stage, news("공병, Kursk", 1), hours=1)
    assert titles(store) == [("Sappers in Kursk", 2)]
    assert store.stories.open_window() == OpenWindow(articles=2, embedded=2)
    await arrive(store, stage, news("Floods, Kursk", 900), hours=900)
    assert store.stories.open_window() == OpenWindow(articles=1, embedded=1)


async def test_an_encoder_that_is_installed_or_removed_moves_nothing(store):
    watched(store)
    await arrive(store, grouping_with_encoder(None), news(FIRST))
    await arrive(store, grouping_with_encoder(FakeEncoder()), news(SECOND, 1), hours=1)
    before = store.stories.list()
    assert titles(store) == [(FIRST, 2)]
    assert store.stories.open_window() == OpenWindow(articles=2, embedded=1)
    await arrive(store, grouping_with_encoder(None), news("Lavrov leaves, Kursk", 2), hours=2)
    assert store.stories.list()[1:] == before
    assert not store.stories.events(before[0].number)


async def test_an_article_that_can_not_be_encoded_is_grouped_without(store):
    class Broken(FakeEncoder):
        def encode(self, text: str, /) -> list[float]:
            raise RuntimeError("no memory")

    watched(store)
    stage = grouping_with_encoder(Broken())
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(SECOND, 1), hours=1)
    assert titles(store) == [(FIRST, 2)]
