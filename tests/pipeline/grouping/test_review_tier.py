"""Articles in review wait in the story of their event: they change nothing until confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.actions.grouping.story_reports import StoryQuery, list_stories, show_story
from monitor.actions.reading.story_places import story_place
from monitor.actions.teaching.marks import MarkRequest, mark_article
from monitor.actions.teaching.review import ReviewResult
from monitor.domain.alerts import About, AlertState, Subscription
from monitor.domain.feeds import Feed
from monitor.domain.message_contents import ArticleFlagged
from monitor.domain.stories import Repeat, Standing, StoryEventKind
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW, feed, subscription
from tests.grouped import (
    FIRST,
    HOUR,
    KILLED,
    OTHER,
    SECOND,
    answer,
    arrive,
    article_key,
    figure_pack,
    grouping,
    news,
    titles,
)

DOUBTFUL = f"{SECOND}, perhaps"
DOUBTFUL_KILLED = "Shoigu in Kursk: perhaps 600 North Korean soldiers killed, Seoul's spies say"


async def watching(
    store: Store, *feeds: Feed, subscriptions: tuple[Subscription, ...] = ()
) -> None:
    """Add feeds and subscriptions; the first poll, which alerts nobody, is over."""
    watched(store, *feeds, subscriptions=subscriptions)
    for stored in store.feeds.list():
        await arrive(store, None, hours=-1, key=stored.key)


def standing(store: Store, title: str) -> tuple[str, Standing] | None:
    """The headline of the article's story, and whether it counts there."""
    key = article_key(store, title)
    place = store.stories.grouped([key]).get(key)
    if place is None:
        return None
    return store.stories.by_numbers([place.story])[place.story].title, place.standing


def told(store: Store) -> list[str]:
    """The headlines of the articles that are told, or will be."""
    alerts = [alert for alert in store.outbox.list() if alert.state is not AlertState.REPEATED]
    keys = [alert.article_keys[0] for alert in alerts if alert.article_keys]
    stored = store.articles.by_keys(keys)
    return sorted(stored[key].entry.title for key in keys)


async def test_an_article_in_review_waits_in_the_story_of_its_event(store):
    await watching(store)
    stage = grouping(figure_pack())
    await arrive(store, stage, news(KILLED))
    await arrive(store, stage, news(DOUBTFUL_KILLED, 1), hours=1)
    assert standing(store, DOUBTFUL_KILLED) == (KILLED, Standing.REVIEW)
    assert titles(store) == [(KILLED, 1)]
    assert told(store) == [KILLED]
    (listed,) = list_stories(store, StoryQuery(), NOW).stories
    assert (listed.in_review, listed.outlets, listed.days) == (1, 1, (1,))
    shown = show_story(store, listed.story.key, NOW)
    assert [article.in_review for article in shown.articles] == [False, True]
    assert [len(claim.sources) for claim in shown.claims] == [1]
    assert {key for row in shown.matrix.rows for key in row.cells} == {"seoul"}
    place = story_place(store, article_key(store, DOUBTFUL_KILLED))
    assert place is not None
    assert place.sentence.endswith("it counts there when somebody confirms it")


async def test_it_is_no_news_of_its_story_and_starts_no_story_that_is_listed(store):
    await watching(store, subscriptions=(subscription(about=frozenset({About.STORIES})),))
    stage = grouping(figure_pack())
    await arrive(store, stage, news(DOUBTFUL_KILLED))
    await arrive(store, stage, news("Floods after rain, perhaps", 1), hours=1)
    assert list_stories(store, StoryQuery(), NOW).stories == ()
    listed = list_stories(store, StoryQuery(in_review=True), NOW).stories
    assert [(item.story.articles, item.in_review) for item in listed] == [(0, 1), (0, 1)]
    assert store.outbox.list() == []


async def test_a_relevant_article_takes_the_waiting_one_into_its_story(store):
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(DOUBTFUL))
    (waiting,) = store.stories.list(in_review=True)
    await arrive(store, stage, news(FIRST, 1), hours=1)
    assert titles(store) == [(FIRST, 1)]
    assert standing(store, DOUBTFUL) == (FIRST, Standing.REVIEW)
    assert told(store) == [FIRST]
    (story,) = store.stories.list()
    assert store.stories.find(waiting.key) == story
    assert [event.kind for event in store.stories.events(story.number)] == [StoryEventKind.MERGED]


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_confirmation_counts_it_and_tells_what_it_brings(store, restarts):
    await watching(store, subscriptions=(subscription(repeat=Repeat.FACTS),))
    stage = grouping(figure_pack())
    await arrive(store, stage, news("Shoigu: soldiers of North Korea in Kursk"))
    await arrive(store, stage, news(DOUBTFUL_KILLED, 1), hours=1)
    if restarts:
        stage = grouping(figure_pack())
    place = store.stories.grouped([article_key(store, DOUBTFUL_KILLED)])
    reviewed = answer(store, stage, DOUBTFUL_KILLED, relevant=True, hours=2)
    assert (reviewed.result, reviewed.alerts) == (ReviewResult.CONFIRMED, 1)
    confirmed = store.stories.grouped(place)
    assert {key: grouped.story for key, grouped in confirmed.items()} == {
        key: grouped.story for key, grouped in place.items()
    }
    (grouped,) = confirmed.values()
    assert (grouped.standing, bool(grouped.statements)) == (Standing.CONFIRMED, True)
    (figure,) = store.figures.of_articles(confirmed)[grouped.article_key]
    assert figure.value_min == 600
    await arrive(store, stage, news(f"{KILLED}!", 3), hours=3)
    assert store.stories.by_numbers([grouped.story])[grouped.story].articles >= 2


async def test_a_confirmation_that_brings_nothing_new_is_held_back_with_its_reason(store):
    await watching(store, subscriptions=(subscription(repeat=Repeat.STORY),))
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(DOUBTFUL, 1), hours=1)
    answer(store, stage, DOUBTFUL, relevant=True)
    assert told(store) == [FIRST]
    (held,) = [a for a in store.outbox.list() if a.state is AlertState.REPEATED]
    assert held.article_keys == (article_key(store, DOUBTFUL),)
    assert held.last_error


async def test_the_confirmed_article_of_a_story_in_review_begins_it(store):
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(DOUBTFUL), news(f"{FIRST}, perhaps", 1), hours=1)
    (story,) = store.stories.list(in_review=True)
    answer(store, stage, f"{FIRST}, perhaps", relevant=True)
    assert titles(store) == [(f"{FIRST}, perhaps", 1)]
    (alert,) = store.outbox.list()
    assert isinstance(alert.content, ArticleFlagged)
    assert alert.content.story is not None
    mention = alert.content.story
    assert (mention.key, mention.title, mention.articles) == (story.key, f"{FIRST}, perhaps", 1)
    (listed,) = list_stories(store, StoryQuery(), NOW).stories
    assert listed.in_review == 1


async def test_an_article_that_is_confirmed_after_its_story_closed_is_told_with_it(store):
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(DOUBTFUL, 1), hours=1)
    late = 24 * 20
    await arrive(store, stage, news(OTHER, late), hours=late)
    reviewed = answer(store, stage, DOUBTFUL, relevant=True, hours=late + 1)
    assert reviewed.alerts == 1
    assert standing(store, DOUBTFUL) == (FIRST, Standing.CONFIRMED)
    assert sorted(titles(store)) == [(OTHER, 1), (FIRST, 2)]
    assert told(store) == sorted([FIRST, OTHER, DOUBTFUL])


async def test_a_rejected_article_leaves_its_story_and_may_be_confirmed_by_another_person(store):
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(DOUBTFUL, 1), hours=1)
    assert answer(store, stage, DOUBTFUL, relevant=False).result is ReviewResult.REJECTED
    assert standing(store, DOUBTFUL) is None
    assert list_stories(store, StoryQuery(), NOW).stories[0].in_review == 0
    confirmed = answer(store, stage, DOUBTFUL, relevant=True, by="Ben")
    again = answer(store, stage, DOUBTFUL, relevant=True, by="Cho")
    assert (confirmed.alerts, again.alerts) == (1, 0)
    assert again.result is ReviewResult.ALREADY_CONFIRMED
    assert titles(store) == [(FIRST, 2)]
    assert told(store) == sorted([FIRST, DOUBTFUL])
    contested = answer(store, stage, DOUBTFUL, relevant=False)
    assert contested.result is ReviewResult.CONTESTED
    assert titles(store) == [(FIRST, 2)]


async def test_a_mark_that_it_is_irrelevant_takes_it_out_as_well(store):
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(DOUBTFUL))
    request = MarkRequest(article=article_key(store, DOUBTFUL), relevant=False, by="Ana")
    mark_article(store, request, NOW, topic_themes=())
    assert standing(store, DOUBTFUL) is None
    assert store.stories.list(in_review=True) == []
    await arrive(store, stage, news(FIRST, 1), hours=1)
    assert titles(store) == [(FIRST, 1)]


async def test_a_confirmation_that_is_not_committed_tells_nothing_and_is_told_once_later(
    store, monkeypatch
):
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(DOUBTFUL, 1), hours=1)

    def broken(*_arguments: object) -> None:
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr("monitor.store.commit.polls.insert_alerts", broken)
        with pytest.raises(RuntimeError):
            answer(store, stage, DOUBTFUL, relevant=True)
    assert standing(store, DOUBTFUL) == (FIRST, Standing.REVIEW)
    await arrive(store, stage, news(OTHER, 2), hours=2)
    answer(store, stage, DOUBTFUL, relevant=True, hours=3)
    assert told(store) == sorted([FIRST, OTHER, DOUBTFUL])
    assert sorted(titles(store)) == [(OTHER, 1), (FIRST, 2)]


async def test_an_edit_that_makes_it_relevant_counts_it_where_it_is(store):
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(DOUBTFUL, 1), hours=1)
    edited = news(SECOND, 1)
    await arrive(store, stage, replace(edited, guid=DOUBTFUL), hours=2)
    assert titles(store) == [(FIRST, 2)]
    assert standing(store, SECOND) == (FIRST, Standing.CONFIRMED)
    assert told(store) == sorted([FIRST, SECOND])


async def test_a_relevant_copy_does_not_wait_with_one_in_review(store):
    await watching(store, feed("f"), feed("g"))
    stage = grouping()
    text = "Sappers arrived in Kursk on Tuesday with Shoigu, the agency reported from there. " * 4
    await arrive(store, stage, news(DOUBTFUL, text=text))
    await arrive(store, stage, news(SECOND, 1, text=text), hours=1, key="g")
    assert titles(store) == [(SECOND, 1)]
    assert standing(store, DOUBTFUL) == (SECOND, Standing.REVIEW)
    assert told(store) == [SECOND]


async def test_two_processes_see_who_waits_and_who_counts(store):
    await watching(store)
    first, other = grouping(), grouping()
    await arrive(store, first, news(DOUBTFUL))
    await arrive(store, other, news(FIRST, 1), hours=1)
    answer(store, first, DOUBTFUL, relevant=True, hours=2)
    await arrive(store, other, news(f"{FIRST} again", 3), hours=3)
    assert titles(store) == [(FIRST, 3)]
    assert told(store) == sorted([FIRST, f"{FIRST} again", DOUBTFUL])


async def test_who_waits_in_a_story_is_pruned_like_any_rejected_article(store):
    await watching(store)
    await arrive(store, grouping(), news(FIRST), news(DOUBTFUL))
    pruned = store.pruning.step(Pruned.ARTICLES, NOW + HOUR, NOW + HOUR, batch=10)
    assert pruned.pruned == 1
    assert [article.entry.title for article in store.articles.list()] == [FIRST]
    assert titles(store) == [(FIRST, 1)]
