"""A replay groups the stored articles of a period anew, changes nothing, and says what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from monitor.actions.grouping import story_replays
from monitor.actions.grouping.replay_report import ReplayReport
from monitor.actions.grouping.story_decisions import merge_stories, rename_story, split_story
from monitor.actions.grouping.story_replays import check_replay, replay_request, replay_stories
from monitor.actions.option_values import InvalidOption
from monitor.domain.stories import NewStory, StoryChanges
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.runtime import build
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.store.stories import story_changes
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import FIRST, HOUR, OTHER, SECOND, answer, arrive, article_key, grouping, news

DOUBTFUL = "Shoigu, perhaps, with sappers in Kursk"
WHO = {"by": "ann", "now": NOW}
UNTIL = NOW + 2 * HOUR


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Without the articles that other tests of actions begin with; on both databases."""
    with Store.open(database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Those of the shipped topic, without the encoder."""
    file = tmp_path_factory.mktemp("replays") / "monitor.toml"
    file.write_text("[stories]\nencoder = false\n", encoding="utf-8")
    return loader.load(file, environment={})


@pytest.fixture(scope="module")
def stage_of_pack(settings: Settings) -> StoryGrouping:
    stage = build.story_grouping(settings)
    assert stage is not None
    return stage


def replayed(store: Store, settings: Settings, **options: str) -> ReplayReport:
    return replay_stories(store, settings, replay_request(settings, UNTIL, **options))


def everything(store: Store) -> object:
    """All that is stored about stories."""
    stories = store.stories.list(in_review=True)
    return [(story, store.stories.articles(story.number)) for story in stories]


async def test_the_pack_that_grouped_them_changes_nothing(store, settings, stage_of_pack):
    watched(store, feed("f"), feed("g"))
    stage = stage_of_pack
    await arrive(store, None, hours=-1)  # the backlog
    text = "Sappers from the north arrived in Kursk on Tuesday with Shoigu, it was reported. " * 4
    await arrive(store, stage, news(FIRST, text=text), news(DOUBTFUL))
    await arrive(store, stage, news(SECOND, 1), news(OTHER, 1), hours=1)
    await arrive(store, stage, news(FIRST, 1, text=text), hours=1, key="g")
    answer(store, stage, DOUBTFUL, relevant=True)
    before = everything(store)
    steps: list[tuple[int, int]] = []
    request = replay_request(settings, UNTIL)
    report = replay_stories(store, settings, request, lambda *step: steps.append(step))
    assert (report.articles, report.copies, report.without_story) == (4, 1, 0)
    assert report.stories_same == report.stories_stored == report.stories_replayed
    assert (report.agreement, report.moved, report.joined, report.split) == (1.0, (), (), ())
    assert steps[-1] == (4, 4)
    assert everything(store) == before
    assert ReplayReport.from_json(report.as_json()) == report


async def test_what_would_be_joined_split_and_moved_is_named_with_reasons(
    store, settings, stage_of_pack, monkeypatch: pytest.MonkeyPatch
):
    watched(store)
    await arrive(store, stage_of_pack, news(FIRST), news(SECOND, 1), news(OTHER, 1), hours=1)
    keys = {title: article_key(store, title) for title in (FIRST, SECOND, OTHER)}
    stories = {story.title: story for story in store.stories.list()}
    # as a method would have left them that took the wrong two for one event
    move(store, {keys[SECOND]: stories[OTHER].number})
    report = replayed(store, settings)
    assert (report.stories_stored, report.stories_replayed, report.stories_same) == (2, 2, 0)
    assert report.sentence == (
        "0 of 2 stories would be the same, 1 joined, 1 split; 1 of 3 articles would move"
    )
    assert report.agreement < 1
    (joined,), (split,), (moved,) = report.joined, report.split, report.moved
    assert joined.story.key == stories[FIRST].key
    assert {share.story.key for share in joined.stored} == {story.key for story in stories.values()}
    assert split.story.key == stories[OTHER].key
    assert [share.articles for share in split.replayed] == [1, 1]
    assert (moved.article, moved.title, moved.in_review) == (keys[SECOND], SECOND, False)
    assert (moved.stored.key, moved.replayed.key) == (stories[OTHER].key, stories[FIRST].key)
    assert moved.why.startswith("it has most in common with this story: ")
    assert f"nearest “{FIRST}”" in moved.why
    assert joined.why == moved.why
    monkeypatch.setattr(story_replays, "MOST_LISTED", 0)
    short = replayed(store, settings)
    assert (short.moved, short.moved_count) == ((), 1)


async def test_what_people_merged_split_and_named_holds(store, settings, stage_of_pack):
    watched(store)
    await arrive(store, stage_of_pack, news(FIRST), news(SECOND, 1), news(OTHER, 1), hours=1)
    stories = {story.title: story for story in store.stories.list()}
    split_story(store, stories[FIRST].key, [article_key(store, SECOND)], reason="two", **WHO)
    rename_story(store, stories[FIRST].key, "The sappers", **WHO)
    merge_stories(store, stories[OTHER].key, stories[FIRST].key, reason="one", **WHO)
    report = replayed(store, settings)
    assert (report.stories_same, report.stories_stored, report.moved_count) == (2, 2, 0)
    # the method would have left a third article with those that people parted
    await arrive(store, stage_of_pack, news("Sappers of Shoigu in Kursk", 2), hours=2)
    third = article_key(store, "Sappers of Shoigu in Kursk")
    place = store.stories.grouped([third])[third].story
    move(store, {third: begin_story(store, third)})
    request = replay_request(settings, UNTIL + HOUR)
    (moved,) = replay_stories(store, settings, request).moved
    assert moved.replayed.key == store.stories.by_numbers([place])[place].key


async def test_articles_from_before_the_period_are_joined_and_not_compared(
    store, settings, stage_of_pack
):
    watched(store)
    await arrive(store, stage_of_pack, news(FIRST))
    await arrive(store, stage_of_pack, news(SECOND, 1), hours=1)
    report = replayed(store, settings, since="90m")
    assert (report.articles, report.stories_same, report.moved_count) == (1, 1, 0)
    # where the earlier one is in another story, the new one goes there
    second = article_key(store, SECOND)
    move(store, {second: begin_story(store, second)})
    (moved,) = replayed(store, settings, since="90m").moved
    assert (moved.article, moved.replayed.title) == (second, FIRST)


async def test_an_article_without_a_story_is_counted_where_a_poll_would_group_it(
    store, settings, stage_of_pack
):
    watched(store)
    await arrive(store, None, news(FIRST), news("Perhaps, perhaps"))  # the backlog
    await arrive(store, None, news("Rain on Sunday", 1), hours=1)
    await arrive(store, stage_of_pack, news(SECOND, 1), hours=1.5)
    report = replayed(store, settings)
    assert (report.articles, report.without_story, report.agreement) == (1, 1, 1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"since": "soon"}, "since 'soon': give a time ago"),
        ({"since": "0001-01-01"}, "since '0001-01-01' lies outside the years 1900 to 2200"),
        ({"until": "1d"}, None),
        ({"since": "1d", "until": "2d"}, "since '1d': .* is not before the end of the period"),
        ({"since": "1d", "until": "1d"}, "is not before the end of the period"),
        ({"topic": "wolves"}, "topic wolves: no such topic is watched"),
    ],
)
def test_a_wrong_period_or_topic_is_named(settings, options, message):
    if message is None:
        assert replay_request(settings, UNTIL, **options).until == UNTIL - 24 * HOUR
        return
    with pytest.raises(InvalidOption, match=message):
        replay_request(settings, UNTIL, **options)


def test_a_pack_without_data_for_stories_is_refused(tmp_path: Path):
    file = tmp_path / "monitor.toml"
    file.write_text('[topic]\npack = "undersea-cables"\n', encoding="utf-8")
    with pytest.raises(InvalidOption, match="its pack has no data for stories"):
        replay_request(loader.load(file, environment={}), NOW)


async def test_a_period_without_articles_or_with_too_many_is_refused(
    store, settings, monkeypatch: pytest.MonkeyPatch
):
    watched(store)
    request = replay_request(settings, UNTIL)
    with pytest.raises(InvalidOption, match="since no article that is relevant or in review"):
        check_replay(store, request)
    await arrive(store, grouping(), news(FIRST), news(SECOND, 1), hours=1)
    check_replay(store, request)
    monkeypatch.setattr(story_replays, "MOST_ARTICLES", 1)
    with pytest.raises(InvalidOption, match=r"2 articles were seen from .*: a replay takes 1 at"):
        check_replay(store, request)
    with pytest.raises(InvalidOption, match="a replay takes 1 at"):
        replay_stories(store, settings, request)


def move(store: Store, moves: Mapping[str, int]) -> None:
    """Put articles into other stories, as the method does."""
    store._database.write(lambda connection: story_changes.move(connection, moves))


def begin_story(store: Store, article: str) -> int:
    """The number of a new story without articles."""
    number = store.stories.next_number()
    begun = NewStory(number=number, article_key=article, title="Begun", language=None, at=NOW)
    changes = StoryChanges(created=(begun,), state="begun")
    database = store._database
    database.write(lambda connection: story_changes.apply_changes(database, connection, [changes]))
    return number
