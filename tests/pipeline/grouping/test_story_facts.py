"""What subscriptions are told of a story, from the poll to the message."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from monitor.actions.reading.alert_outcomes import OutcomeState, alert_outcomes
from monitor.deliver.messages import render
from monitor.domain.alerts import About, Alert, AlertState
from monitor.domain.contents.story_contents import StoryUpdated
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.digest_content import DigestReady
from monitor.domain.message_contents import ArticleFlagged
from monitor.domain.stories import Repeat
from monitor.store.schema import tables
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW, feed, subscription
from tests.grouped import (
    FIRST,
    HOUR,
    KILLED,
    MORE_KILLED,
    OTHER,
    SECOND,
    arrive,
    figure_pack,
    grouping,
    news,
)

AGAIN = "Near Kursk, Shoigu: 600 North Korean soldiers killed, Seoul's spy agency says"


def asking(repeat: Repeat, **changes: object):
    return subscription("s", repeat=repeat, **changes)


def states(store: Store) -> list[AlertState]:
    return [alert.state for alert in reversed(store.outbox.list(limit=20))]


async def told(store: Store, repeat: Repeat, *titles: str) -> list[Alert]:
    """An article an hour, after an empty first poll; the alerts in order of time."""
    watched(store, subscriptions=(asking(repeat),))
    stage = grouping(figure_pack())
    await arrive(store, stage, hours=-1)
    for hour, title in enumerate(titles):
        await arrive(store, stage, news(title, hour), hours=hour)
    return list(reversed(store.outbox.list(limit=20)))


async def test_by_facts_only_what_is_new_of_a_story_is_told(store):
    alerts = await told(store, Repeat.FACTS, KILLED, AGAIN, MORE_KILLED, OTHER)
    assert [alert.state for alert in alerts] == [
        AlertState.PENDING,
        AlertState.REPEATED,
        AlertState.PENDING,
        AlertState.PENDING,
    ]
    content = alerts[2].content
    assert isinstance(content, ArticleFlagged)
    assert content.story is not None
    assert (content.story.title, content.story.articles) == (KILLED, 3)
    assert [item.kind for item in content.news] == ["figure"]
    assert "now says 800 killed" in content.news[0].text


async def test_by_story_the_first_article_is_told_and_by_every_all_of_them(store):
    alerts = await told(store, Repeat.STORY, KILLED, MORE_KILLED)
    assert [alert.state for alert in alerts] == [AlertState.PENDING, AlertState.REPEATED]


async def test_by_every_all_articles_are_told(store):
    alerts = await told(store, Repeat.EVERY, FIRST, SECOND)
    assert [alert.state for alert in alerts] == [AlertState.PENDING, AlertState.PENDING]


async def test_articles_of_one_document_are_settled_in_order(store):
    watched(store, subscriptions=(asking(Repeat.FACTS),))
    stage = grouping()
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(FIRST), news(SECOND, 1), hours=2)
    assert sorted(states(store)) == [AlertState.PENDING, AlertState.REPEATED]


async def test_a_story_whose_alert_was_given_up_was_not_told(store):
    await told(store, Repeat.FACTS, FIRST)
    given_up = update(tables.alerts).values(state=AlertState.DEAD)
    store._database.write(lambda connection: connection.execute(given_up))
    await arrive(store, grouping(figure_pack()), news(SECOND, 1), hours=1)
    assert states(store) == [AlertState.DEAD, AlertState.PENDING]


async def test_a_story_that_only_the_backlog_has_was_not_told(store):
    watched(store, subscriptions=(asking(Repeat.FACTS),))
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(SECOND, 1), hours=1)
    assert states(store) == [AlertState.PENDING]


async def test_the_denial_of_a_party_is_told_once(store):
    denied = f"{SECOND}, which Moscow denies"
    alerts = await told(store, Repeat.FACTS, FIRST, denied, f"{denied} again")
    states_of = [alert.state for alert in alerts]
    assert states_of == [AlertState.PENDING, AlertState.PENDING, AlertState.REPEATED]
    content = alerts[1].content
    assert isinstance(content, ArticleFlagged)
    assert [item.kind for item in content.news] == ["stance"]
    assert content.news[0].text.startswith("Moscow denies: “Sappers")


async def test_what_was_held_back_is_explained(store):
    await told(store, Repeat.FACTS, FIRST, SECOND)
    article = next(item for item in store.articles.list() if item.entry.title == SECOND)
    (outcome,) = alert_outcomes(article, store)
    assert outcome.state is OutcomeState.REPEATED
    assert "it has no new figure, claimant, confirmation, denial or theme" in outcome.sentence


async def test_what_was_held_back_is_listed_in_the_next_digest(store):
    daily = DeliverySchedule(every=Frequency.DAILY, zone="UTC")
    watched(store, subscriptions=(asking(Repeat.FACTS, cadence=daily, created_at=NOW - HOUR),))
    stage = grouping()
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(SECOND, 1), hours=1)
    store.digests.close_due(NOW + 24 * HOUR)
    message = next(alert for alert in store.outbox.list() if isinstance(alert.content, DigestReady))
    assert isinstance(message.content, DigestReady)
    assert message.content.repeated == 1
    assert [repeat.title for repeat in message.content.repeats] == [SECOND]
    (claim,) = store.outbox.claim(NOW + 24 * HOUR, limit=5, per_subscription=5, lease=HOUR)
    mail = render.message(claim, topic="test", theme_titles={})
    assert "1 more article of a story that you know, not sent:" in mail.text
    assert SECOND in mail.text
    assert SECOND in mail.html
    assert mail.data["repeated"] == 1


async def test_mails_of_one_story_are_one_thread_and_say_what_is_new(store):
    await told(store, Repeat.FACTS, KILLED, MORE_KILLED)
    claims = store.outbox.claim(NOW + 5 * HOUR, limit=5, per_subscription=5, lease=HOUR)
    first, second = (render.message(claim, topic="test", theme_titles={}) for claim in claims)
    assert first.thread_key == second.thread_key
    assert KILLED in first.subject
    assert "Figures: Seoul's spy agency now says 800 killed · " in second.subject
    assert "Story:    " in second.text
    assert "now says 800 killed" in second.html
    assert [item["kind"] for item in second.data["news"]] == ["figure"]


async def test_a_merged_storys_articles_count_as_told(store):
    watched(store, feed("f"), subscriptions=(asking(Repeat.STORY),))
    stage = grouping()
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(FIRST), news(OTHER), hours=0)
    numbers = {story.title: story.number for story in store.stories.list()}
    store.story_edits.merge(numbers[OTHER], numbers[FIRST], by="ann", reason="x", now=NOW)
    await arrive(store, stage, news(f"{OTHER}, again", 1), hours=1)
    assert states(store)[-1] is AlertState.REPEATED


async def updated(store: Store, *titles: str) -> list[StoryUpdated]:
    """An article an hour; what a subscription about stories gets, in order of time."""
    reader = subscription("r", about=frozenset({About.STORIES}))
    watched(store, subscriptions=(reader,))
    stage = grouping(figure_pack())
    await arrive(store, stage, hours=-1)
    for hour, title in enumerate(titles):
        await arrive(store, stage, news(title, hour), hours=hour)
    contents = [alert.content for alert in reversed(store.outbox.list(limit=20))]
    return [content for content in contents if isinstance(content, StoryUpdated)]


async def test_each_new_figure_updates_the_story_once(store):
    updates = await updated(store, KILLED, AGAIN, MORE_KILLED, f"{MORE_KILLED} again", OTHER)
    assert [[item.text for item in update.news] for update in updates] == [
        ["Seoul's spy agency now says 800 killed"]
    ]
    (update,) = updates
    assert (update.story.title, update.story.articles) == (KILLED, 3)
    assert update.article is not None
    assert update.article.title == MORE_KILLED


async def test_articles_of_one_document_update_in_order(store):
    reader = subscription("r", about=frozenset({About.STORIES}))
    watched(store, subscriptions=(reader,))
    stage = grouping(figure_pack())
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(MORE_KILLED, 1), news(KILLED), hours=2)
    (alert,) = store.outbox.list()
    assert isinstance(alert.content, StoryUpdated)
    assert [item.text for item in alert.content.news] == ["Seoul's spy agency now says 800 killed"]


async def test_an_edit_that_brings_a_figure_updates_the_story(store):
    reader = subscription("r", about=frozenset({About.STORIES}))
    watched(store, subscriptions=(reader,))
    stage = grouping(figure_pack())
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(FIRST))
    edited = replace(news(FIRST), title=KILLED)
    await arrive(store, stage, edited, hours=2)
    await arrive(store, stage, edited, hours=3)
    contents = [alert.content for alert in store.outbox.list()]
    assert [type(content) for content in contents] == [StoryUpdated]
