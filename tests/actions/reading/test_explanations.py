"""What is said of one decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.actions.reading.explanations import explain_article, explain_text
from monitor.domain.alerts import PollResult
from monitor.domain.errors import ConfigError
from monitor.domain.review.second_reading import SecondReading
from monitor.settings.sections import FurtherTopicSettings, Settings
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store
from tests.fakes import article, decision, feed
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, a_rejected_article


def test_a_stored_decision_is_explained_with_its_feed_and_who_asks_for_it(
    store: Store, settings: Settings
):
    explained = explain_article(store, "aaaaaaaa", settings)
    assert explained.feed_title == "Harbour Wire"
    assert explained.explanation is not None
    (outcome,) = explained.outcomes
    reason = "no alert: it was paused, or asked for other articles, at that time"
    assert (outcome.subscription, outcome.sentence) == ("name of s", reason)
    assert explained.as_json()["subscriptions"] == [
        {"subscription": "name of s", "state": "no alert", "at": None, "why": reason}
    ]


def test_without_a_pack_the_stored_decision_stands_and_the_fault_is_named(
    store: Store, settings: Settings, tmp_path
):
    (tmp_path / "broken").mkdir()
    topic = settings.topic.model_copy(update={"pack": "./broken"})
    explained = explain_article(store, "aaaaaaaa", settings.model_copy(update={"topic": topic}))
    assert explained.explanation is None
    assert "broken" in explained.unexplained
    assert explained.decision.relevant
    assert explained.as_json()["otherwise"] is None


def test_a_pruned_text_is_not_judged_anew(store: Store, settings: Settings):
    rejected = a_rejected_article("weather", seen_at=NOW)
    store.feeds.add(a_feed())
    store.commit([a_poll(a_feed(), rejected)])
    store.pruning.step(Pruned.TEXTS, NOW + MINUTE, NOW + MINUTE)
    explained = explain_article(store, rejected.key, settings)
    assert explained.explanation is None
    assert "the text was pruned on 2025-06-17" in explained.unexplained
    assert explained.decision == rejected.decision
    assert explained.as_json()["text_pruned_at"] == "2025-06-17T12:01:00Z"


@pytest.fixture
def two_topics(settings: Settings) -> Settings:
    further = (FurtherTopicSettings(pack="undersea-cables"),)
    topic = settings.topic.model_copy(update={"further": further})
    return settings.model_copy(update={"topic": topic})


def store_led_by(store: Store, leading: str, other: str) -> None:
    """Store the article "eeeeeeee", which is relevant for the leading topic alone."""
    judged = article(
        "eeeeeeee",
        decision=decision(pack=f"{leading}@1"),
        other_decisions=(decision(relevant=False, pack=f"{other}@1"),),
    )
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(judged,))])


def test_of_several_topics_each_reading_is_shown(store: Store, settings: Settings):
    store_led_by(store, "cables", "test")
    reading = SecondReading(
        article_key="eeeeeeee", at=NOW, relevant=True, model="m", prompt="p", text_digest="t"
    )
    for topic in ("cables", "test"):
        store.second_readings.add(replace(reading, topic=topic, reason=f"about {topic}"))
    explained = explain_article(store, "eeeeeeee", settings)
    assert explained.second_reading is not None
    assert explained.second_reading.reason == "about cables"
    shown = explained.as_json()
    (other,) = shown["other_second_readings"]
    assert (other["topic"], other["reason"]) == ("test", "about test")
    alone = explain_article(store, "aaaaaaaa", settings).as_json()
    assert not {"no_story", "other_second_readings"} & set(alone)


def test_an_article_of_a_topic_without_stories_says_why_it_is_in_none(
    store: Store, two_topics: Settings
):
    store_led_by(store, "undersea-cables", "dprk-russia")
    shown = explain_article(store, "eeeeeeee", two_topics).as_json()
    assert shown["no_story"] == (
        "in no story: stories are grouped for the first topic only, and articles of the others"
        " alert one by one"
    )


def test_an_article_of_the_topic_with_stories_is_not_told_that_it_is_of_another_one(
    store: Store, two_topics: Settings
):
    store_led_by(store, "dprk-russia", "undersea-cables")
    assert "no_story" not in explain_article(store, "eeeeeeee", two_topics).as_json()


def test_an_unknown_key_is_refused(store: Store, settings: Settings):
    with pytest.raises(ConfigError, match="no article"):
        explain_article(store, "zzzz", settings)


def test_the_first_line_of_a_text_is_its_headline(settings: Settings):
    explained = explain_text("Sappers leave for Kursk\n\nThe rest of it.", settings)
    assert explained.entry.title == "Sappers leave for Kursk"
    assert explained.entry.text == "The rest of it."
    assert explained.article is None
    assert explained.as_json()["title"] == "Sappers leave for Kursk"


def test_the_language_of_a_text_is_detected_for_its_json(settings: Settings):
    explained = explain_text("Сапёры отправились под Курск, сообщило министерство", settings)
    assert explained.entry.language is None
    assert explained.language == explained.as_json()["language"] == "ru"


def test_half_a_character_does_no_harm(settings: Settings):
    explained = explain_text("\ud800 Kursk", settings)
    assert explained.entry == replace(explained.entry, title="? Kursk")
