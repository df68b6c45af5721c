"""A story is updated once by each thing that none of its articles had."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.alerts.story_repeats import ArticleFacts, ToldStory
from monitor.alerts.story_updates import decision_alerts, update_alerts, updates_of
from monitor.domain.alerts import About, AlertState, SubscriptionState
from monitor.domain.contents.story_contents import StoryChange, StoryUpdated
from monitor.domain.muting.silence import Silence
from monitor.domain.stories import Stance, Statement
from tests.alerts.test_story_repeats import MENTION, stated
from tests.fakes import NOW, article, subscription

READER = subscription("r", about=frozenset({About.STORIES}))
DENIED = Statement(party="moscow", stance=Stance.DENIED, sentence="Moscow denies it")


def facts(*figures, themes=frozenset(), statements=()) -> ArticleFacts:
    return ArticleFacts(
        story=1, mention=MENTION, figures=figures, themes=themes, statements=statements
    )


def updates(known_stories=None, **facts_by_article):
    articles = [article(key=key) for key in facts_by_article]
    return list(
        updates_of(articles, facts_by_article, {} if known_stories is None else known_stories)
    )


def texts(story_updates):
    return [
        (update.article.key, [item.text for item in update.content.news])
        for update in story_updates
    ]


def test_the_article_that_begins_a_story_updates_nothing():
    assert updates(a=facts(stated(600))) == []


def test_each_new_thing_updates_the_story_once():
    story_updates = updates(
        a=facts(stated(600)),
        b=facts(stated(600)),
        c=facts(stated(800), statements=(DENIED,)),
        d=facts(stated(800), statements=(DENIED,)),
    )
    assert texts(story_updates) == [
        ("c", ["NIS now says 800 killed", "Moscow denies: “Moscow denies it”"])
    ]
    assert story_updates[0].content.story == MENTION


def test_a_new_theme_is_no_update():
    assert updates({1: ToldStory(at=NOW)}, a=facts(themes=frozenset({"arms"}))) == []


def test_the_backlog_becomes_known_and_updates_nothing():
    old = article(key="a", backlog=True)
    facts_by_article = {"a": facts(stated(800)), "b": facts(stated(800))}
    known_stories = {1: ToldStory(at=NOW)}
    assert list(updates_of([old, article(key="b")], facts_by_article, known_stories)) == []


def test_only_subscriptions_about_stories_whose_criteria_are_met_get_it():
    (update,) = updates({1: ToldStory(at=NOW)}, a=facts(stated(600)))
    others = [
        subscription("articles"),
        replace(READER, key="paused", state=SubscriptionState.PAUSED),
        replace(READER, key="themes", themes=frozenset({"none of these"})),
    ]
    alerts = list(update_alerts(update, [READER, *others]))
    assert [alert.subscription_key for alert in alerts] == [READER.key]
    assert alerts[0].article_keys == ()
    again = list(update_alerts(update, [READER]))
    assert [alert.key for alert in again] == [alert.key for alert in alerts]


def test_a_silenced_update_is_stored_with_the_reason():
    (update,) = updates({1: ToldStory(at=NOW)}, a=facts(stated(600)))
    silence = Silence(
        key="s", subscription_key=READER.key, reason="drill", created_at=NOW - timedelta(hours=1),
        until=NOW + timedelta(days=300),
    )  # fmt: skip
    (alert,) = update_alerts(update, [READER], [silence])
    assert alert.state is AlertState.SILENCED
    assert "drill" in (alert.last_error or "")


def test_a_decision_is_announced_once_where_any_article_is_wanted():
    content = StoryUpdated(change=StoryChange.SPLIT.value, at=NOW, story=MENTION)
    elsewhere = replace(READER, key="other", feeds=frozenset({"another feed"}))
    alerts = decision_alerts(content, "event", [article(key="a")], [READER, elsewhere])
    assert [alert.subscription_key for alert in alerts] == [READER.key]
    assert alerts == decision_alerts(content, "event", [article(key="a")], [READER])
