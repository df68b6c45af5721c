"""Second readings: what is asked next, within which budget, and what was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, DecisionReason, Mark
from monitor.domain.review.second_reading import SecondReading
from monitor.store.store import Store
from monitor.store.teaching.reader_trial import ReaderTrial
from tests.fakes import NOW, article, decision, doubtful, feed

HOUR = timedelta(hours=1)
READING = SecondReading(
    article_key="a", at=NOW, relevant=True, reason="r", model="m", prompt="p", text_digest="t"
)


def filled(store: Store, *articles: Article) -> None:
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])


def due(store: Store, now=NOW, limit: int = 10) -> list[str]:
    articles = store.second_readings.due(now, since=NOW - HOUR, scores=(0.1, 0.9), limit=limit)
    return [item.key for item in articles]


def test_articles_in_doubt_are_due_those_below_the_threshold_first(store: Store) -> None:
    flagged = article("f", decision=decision(reason=DecisionReason.FLAGGED, score=0.3))
    filled(
        store,
        article("sure", decision=decision(score=0.95)),
        article("near", decision=decision(score=0.6)),
        doubtful("low", 0.05),
        doubtful("a"),
        doubtful("old", seen_at=NOW - 2 * HOUR),
        doubtful("backlog", backlog=True),
        doubtful("marked"),
        flagged,
    )
    store.marks.add(Mark(article_key="marked", relevant=False, marked_at=NOW))
    assert due(store) == ["a", "near"]
    assert due(store, limit=1) == ["a"]


def test_of_a_topic_those_are_due_that_it_leads_or_that_are_relevant_for_none(store: Store) -> None:
    arms = doubtful().decision
    sea = replace(arms, pack="cables@1", own_score=0.3)
    filled(
        store,
        doubtful("led"),
        doubtful("both", decision=arms, other_decisions=(sea,)),
        article("told", other_decisions=(sea,)),
        doubtful("sure", decision=arms, other_decisions=(replace(sea, score=0.05),)),
        doubtful("dropped", other_decisions=(replace(sea, reason=DecisionReason.DROPPED),)),
    )

    def due_for(topic: str, now=NOW) -> set[str]:
        articles = store.second_readings.due(
            now, since=NOW - HOUR, scores=(0.1, 0.9), limit=9, topic=topic
        )
        return {item.key for item in articles}

    assert due_for("cables") == {"both"}
    assert due_for("test") == {"led", "both", "told", "sure", "dropped"}
    store.second_readings.add(replace(READING, article_key="both", topic="test"))
    store.second_readings.add(replace(READING, article_key="sure"))  # from before the second topic
    assert due_for("cables") == {"both"}
    assert due_for("test") == {"led", "told", "dropped"}
    store.second_readings.add(replace(READING, article_key="both", topic="cables"))
    assert due_for("cables") == set()


def test_an_answered_article_is_not_due_and_a_failed_one_is_three_times(store: Store) -> None:
    filled(store, doubtful("a"), doubtful("b"))
    store.second_readings.add(READING)
    failed = replace(READING, article_key="b", relevant=None, fault="timeout")
    at = NOW
    for _ in range(3):
        assert due(store, at) == ["b"]
        store.second_readings.add(replace(failed, at=at))
        assert due(store, at + timedelta(minutes=9)) == []
        at += timedelta(minutes=10)
    assert due(store, at) == []


def test_answers_are_found_by_their_text_model_and_prompt(store: Store) -> None:
    filled(store, doubtful("a"), doubtful("b"))
    readings = store.second_readings
    readings.add(replace(READING, relevant=None, fault="timeout"))
    assert readings.answer_to("t", model="m", prompt="p") is None
    readings.add(READING)
    assert readings.answer_to("t", model="m", prompt="p") == READING
    assert readings.answer_to("t", model="other", prompt="p") is None
    assert readings.answer_to("t", model="m", prompt="other") is None
    assert readings.of_article("a") == [READING]
    assert readings.of_article("b") == []


def test_the_questions_of_a_day_are_counted_without_reused_answers(store: Store) -> None:
    filled(store, doubtful("a"), doubtful("b"))
    readings = store.second_readings
    readings.add(replace(READING, at=NOW - HOUR))
    readings.add(READING)
    readings.add(replace(READING, article_key="b", reused=True))
    assert readings.count_asked(NOW) == 1
    assert readings.count_asked(NOW - HOUR) == 2


def test_the_last_trial_of_a_model_with_a_prompt_counts(store: Store) -> None:
    trial = ReaderTrial(at=NOW, model="m", prompt="p", asked=30, correct=20)
    better = replace(trial, correct=27)
    readings = store.second_readings
    assert readings.last_trial(model="m", prompt="p") is None
    readings.add_trial(trial)
    readings.add_trial(better)
    assert readings.last_trial(model="m", prompt="p") == better
    assert readings.last_trial(model="m", prompt="q") is None
