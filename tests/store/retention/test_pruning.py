"""Pruning removes what is old and needed by nobody, on both databases, and counts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.alerts import AlertState, Outcome
from monitor.domain.articles import Article, Mark
from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.database.stored_states import Pruned
from monitor.store.retention.pruning import PruneStep
from monitor.store.store import Store
from tests.store.builders import (
    NOW,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

DAY = timedelta(days=1)
LATER = NOW + 200 * DAY
BEFORE = LATER - 180 * DAY
FEED = a_feed()


def rejected(name: str, age: timedelta = timedelta(), **changes: object) -> Article:
    entry = Entry(title=f"{name} headline", text=f"{name} words", url=f"https://example.org/{name}")
    return a_rejected_article(name, FEED, seen_at=NOW - age, entry=entry, **changes)


def stored(store: Store, *articles: Article) -> tuple[Article, ...]:
    if store.feeds.find(FEED.key) is None:
        store.feeds.add_all([FEED])
    store.commit([a_poll(FEED, *articles)])
    return articles


def prune(store: Store, kind: Pruned, batch: int = 200) -> int:
    pruned, step = 0, PruneStep(pruned=0, is_last=False)
    while not step.is_last:
        step = store.pruning.step(kind, BEFORE, LATER, batch=batch)
        pruned += step.pruned
    return pruned


def article(store: Store, key: str) -> Article:
    return store.articles.by_keys([key])[key]


def keys_found(store: Store, question: str) -> list[str]:
    page = store.search.find(parse(question, LATER), limit=10)
    return [hit.key for hit in page.articles]


def test_an_old_text_goes_and_its_decision_stays(store: Store) -> None:
    weather = rejected("weather", own_text="weather")
    young = rejected("young", age=-30 * DAY)
    flagged = an_article("kursk", FEED)
    stored(store, weather, young, flagged)
    assert prune(store, Pruned.TEXTS) == 1
    pruned = article(store, weather.key)
    assert pruned.text_pruned_at == LATER
    assert (pruned.entry.title, pruned.entry.text, pruned.own_text) == (
        "weather headline",
        "",
        None,
    )
    assert pruned.decision == weather.decision
    assert article(store, young.key).entry.text == "young words"
    assert article(store, flagged.key).entry.text == "All about kursk"
    assert store.articles.count_pruned_texts(NOW) == 1
    assert {kept.key for kept in store.articles.with_texts()} == {young.key, flagged.key}


def test_the_search_finds_a_pruned_article_by_its_headline_only(store: Store) -> None:
    (weather,) = stored(store, rejected("weather"))
    assert keys_found(store, "words") == [weather.key]
    prune(store, Pruned.TEXTS)
    assert keys_found(store, "words") == []
    assert keys_found(store, "headline") == [weather.key]


def test_what_somebody_marked_or_was_told_keeps_its_text(store: Store) -> None:
    marked, taken_back, told = stored(
        store, rejected("marked"), rejected("taken back"), rejected("told")
    )
    store.marks.add(Mark(article_key=marked.key, relevant=False, marked_at=NOW))
    store.marks.add(Mark(article_key=taken_back.key, relevant=True, marked_at=NOW))
    store.marks.remove(taken_back.key, "operator", "act", NOW)
    desk = a_subscription()
    store.subscriptions.add(desk)
    store.commit([a_poll(FEED, alerts=(an_alert(told, desk),))])
    assert prune(store, Pruned.TEXTS) == 0
    assert prune(store, Pruned.ARTICLES) == 0


def test_a_pruned_article_is_known_by_its_names(store: Store) -> None:
    weather = rejected("weather")
    edited = replace(
        weather, entry=replace(weather.entry, title="weather again"), edits=1, edited_at=NOW
    )
    stored(store, weather)
    store.commit([replace(a_poll(FEED), edited=(edited,))])
    assert prune(store, Pruned.ARTICLES) == 1
    assert store.articles.by_keys([weather.key]) == {}
    assert keys_found(store, "weather") == []
    assert prune(store, Pruned.ARTICLES) == 0


def test_the_feeds_of_a_flagged_article_stay(store: Store) -> None:
    flagged = an_article("kursk", FEED)
    copy = rejected("copy", copy_key=flagged.copy_key)
    stored(store, flagged, copy)
    assert prune(store, Pruned.ARTICLES) == 0
    assert prune(store, Pruned.TEXTS) == 1


def test_attempts_of_sent_alerts_go_and_others_stay(store: Store) -> None:
    (told, failed) = stored(store, an_article("told", FEED), an_article("failed", FEED))
    desk = a_subscription()
    store.subscriptions.add(desk)
    sent = an_alert(told, desk)
    dead = an_alert(failed, desk)
    store.commit([a_poll(FEED, alerts=(sent, dead))])
    claims = store.outbox.claim(NOW, limit=10, per_subscription=10, lease=DAY)
    outcomes = {sent.key: Outcome.SENT, dead.key: Outcome.DEAD}
    for claim in claims:
        attempt = an_attempt(claim.alert, outcomes[claim.alert.key])
        store.outbox.record(attempt, token=claim.token, due_at=None)
    assert store.outbox.counts()[AlertState.SENT] == 1
    assert prune(store, Pruned.ATTEMPTS) == 1
    assert store.outbox.attempts(sent.key) == []
    assert len(store.outbox.attempts(dead.key)) == 1


def test_small_batches_come_to_the_same_and_are_not_looked_at_twice(store: Store) -> None:
    stored(store, *(rejected(f"n{number}", age=number * DAY) for number in range(7)))
    assert prune(store, Pruned.TEXTS, batch=2) == 7
    late = rejected("late", age=3 * DAY)
    stored(store, late)
    assert prune(store, Pruned.TEXTS) == 0, "the round has passed it"
    store.pruning.start_anew()
    assert prune(store, Pruned.TEXTS) == 1


def test_what_would_be_pruned_is_counted(store: Store) -> None:
    stored(store, rejected("ein"), rejected("zwei", age=DAY), an_article("kursk", FEED))
    expected = store.pruning.prunable(Pruned.TEXTS, BEFORE)
    texts = ["ein words", "zwei words"]
    assert (expected.rows, expected.text_bytes) == (2, sum(map(len, texts)))
    whole = store.pruning.prunable(Pruned.ARTICLES, BEFORE)
    headlines = ["ein headline", "zwei headline"]
    assert (whole.rows, whole.text_bytes) == (2, sum(map(len, [*texts, *headlines])))
    assert store.pruning.prunable(Pruned.ATTEMPTS, BEFORE).rows == 0


def test_an_article_that_goes_whole_is_not_counted_again_with_its_text(store: Store) -> None:
    flagged = an_article("kursk", FEED)
    copy = rejected("copy", age=30 * DAY, copy_key=flagged.copy_key)
    stored(store, flagged, copy, rejected("old", age=30 * DAY), rejected("young"))
    older = NOW - 10 * DAY
    texts = store.pruning.prunable(Pruned.TEXTS, BEFORE, articles_before=older)
    assert (texts.rows, texts.text_bytes) == (2, len("copy words" + "young words"))
    assert store.pruning.prunable(Pruned.ARTICLES, older).rows == 1
    store.pruning.start_anew()
    for kind, before, rows in ((Pruned.ARTICLES, older, 1), (Pruned.TEXTS, BEFORE, 2)):
        assert store.pruning.step(kind, before, LATER).pruned == rows


def test_the_counts_are_part_of_the_coverage(store: Store) -> None:
    stored(store, rejected("weather"), rejected("sport"))
    prune(store, Pruned.TEXTS)
    prune(store, Pruned.ARTICLES)
    coverage = store.coverage(LATER - DAY, LATER + DAY)
    assert (coverage.pruned_texts, coverage.pruned_articles) == (2, 2)


def test_a_clock_is_believed_when_a_service_ran_a_day_ago(store: Store) -> None:
    store.record_heartbeat(NOW)
    assert not store.pruning.is_credible(NOW)
    assert store.pruning.is_credible(NOW + 1.5 * DAY)
    assert not store.pruning.is_credible(NOW + 3_650 * DAY)
