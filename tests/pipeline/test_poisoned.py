"""A poisoned entry costs itself alone: a fault at each stage, for one entry of fifty."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.alerts import match
from monitor.articles import copy_groups, entry_names, identity
from monitor.classify.features import language
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import DecisionReason
from monitor.domain.feeds import Entry, FeedState, Parsed
from monitor.polling import staleness
from monitor.store.mapping import article_rows
from monitor.store.store import Store
from tests.contexts import (
    claimed,
    live_settings,
    poll_context,
    poll_results,
    watched,
)
from tests.fakes import (
    NOW,
    FakeClassifier,
    FakeParser,
    entry,
    feed,
    fetched,
)
from tests.torture.hostile_entries import judge_and_store

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
EXAMPLES = 25
STORIES = tuple(entry(f"Story {number} of the Kursk front") for number in range(50))
POISON = replace(STORIES[17], title="Poison Kursk")
OTHER = entry("Kursk, too")
FIFTY = (*STORIES[:17], POISON, *STORIES[18:])


class Poisoned(RuntimeError):
    """The injected fault."""


def holds_poison(value: object) -> bool:
    return "Poison" in repr(value)


def holds_whole_poison(value: object) -> bool:
    """Not what is kept of it: its headline alone."""
    return holds_poison(value) and POISON.url in repr(value)


# Stage → the function of that stage that fails, for the poisoned entry alone.
STAGES: dict[str, tuple[Any, str]] = {
    "identify": (entry_names, "identified"),
    "compare": (identity, "new_or_edited"),
    "complete": (language, "entry_language"),
    "compare copies": (copy_groups, "comparable"),
    "group": (copy_groups, "group_copies"),
    "match": (match, "mismatch"),
    "store": (article_rows, "article_values"),
}


def failing(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same, with a fault for whatever holds the poison."""

    def work_or_fail(*arguments: Any, **options: Any) -> Any:
        if holds_whole_poison(arguments):
            raise Poisoned("of this entry")
        return work(*arguments, **options)

    return work_or_fail


async def read(store: Store, entries: Sequence[Entry], **changes: Any):
    """Poll a feed with these entries, and another with one, in one group."""
    document, other = Parsed(title="F", entries=tuple(entries)), Parsed(entries=(OTHER,))
    body = f"many-{hash(document.entries)}"
    context = poll_context(store, f=[fetched(body)], g=[fetched("other")])
    context.live.replace(live_settings(**changes))
    context = replace(context, parser=FakeParser(**{body: document, "other": other}))
    return await poll_results(claimed(store, "f", "g", at=LATER), LATER, context)


@pytest.fixture
def read_before(store: Store) -> Store:
    """Two feeds that were read before, so that news is alerted."""
    ready = {"first_ok_at": NOW, "last_ok_at": NOW, "state": FeedState.OK}
    watched(store, *(replace(feed(key), poll=replace(feed(key).poll, **ready)) for key in "fg"))
    return store


def alerted_titles(store: Store) -> set[str]:
    titles = {article.key: article.entry.title for article in store.articles.list(limit=100)}
    return {titles[alert.article_keys[0]] for alert in store.outbox.list(limit=None)}


def assert_cost_itself_alone(store: Store) -> None:
    articles = {a.entry.title: a for a in store.articles.list(limit=100)}
    assert len(articles) == 51
    others = {story.title for story in FIFTY if story != POISON} | {"Kursk, too"}
    assert others | {POISON.title} == set(articles)
    assert all(articles[title].decision.relevant for title in others)
    poisoned = articles[POISON.title]
    assert poisoned.decision.reason is DecisionReason.UNJUDGED
    assert "Poisoned('of this entry')" in poisoned.page
    assert alerted_titles(store) == others
    state = store.feeds.find("f").poll
    assert state.state is FeedState.DEGRADED
    assert "Poison Kursk" in state.last_error
    assert "Poisoned('of this entry')" in state.last_error
    assert store.feeds.find("g").poll.state is FeedState.OK


@pytest.mark.parametrize("stage", STAGES)
async def test_a_fault_at_any_stage_costs_one_entry_of_fifty(read_before, monkeypatch, stage):
    module, name = STAGES[stage]
    monkeypatch.setattr(module, name, failing(getattr(module, name)))
    await read(read_before, FIFTY)
    assert_cost_itself_alone(read_before)


class PoisonedRules(KeywordRules):
    """Fail for the poisoned entry."""

    def hits(self, entry: Entry):
        if holds_poison(entry):
            raise Poisoned("of this entry")
        return super().hits(entry)


async def test_a_fault_of_a_rule_costs_one_entry_of_fifty(read_before):
    await read(read_before, FIFTY, rules=PoisonedRules([], themes=()))
    assert_cost_itself_alone(read_before)


class PoisonedClassifier(FakeClassifier):
    def judge(self, entries: Sequence[Entry], /):
        if holds_poison(entries):
            raise Poisoned("of this entry")
        return super().judge(entries)


async def test_a_fault_of_the_classifier_costs_one_entry_of_fifty(read_before):
    await read(read_before, FIFTY, classifier=PoisonedClassifier())
    assert_cost_itself_alone(read_before)


async def test_the_fault_does_not_come_back(read_before):
    await read(read_before, FIFTY, classifier=PoisonedClassifier())
    context = poll_context(read_before, f=[fetched("again")])
    context.live.replace(live_settings(classifier=PoisonedClassifier()))
    parser = FakeParser(again=Parsed(title="F", entries=FIFTY))
    (again,) = await poll_results(
        claimed(read_before, "f", at=LATER + HOUR), LATER + HOUR, replace(context, parser=parser)
    )
    assert (again.articles, again.edited, again.state.state) == ((), (), FeedState.OK)


async def test_a_document_that_stays_the_same_keeps_its_feed_degraded(read_before):
    await read(read_before, FIFTY, classifier=PoisonedClassifier())
    (again,) = await poll_results(
        claimed(read_before, "f", at=LATER + HOUR),
        LATER + HOUR,
        poll_context(read_before, f=[fetched(f"many-{hash(FIFTY)}")]),
    )
    assert again.state.state is FeedState.DEGRADED
    assert "Poison Kursk" in again.state.last_error


class BrokenClassifier(FakeClassifier):
    def judge(self, entries: Sequence[Entry], /):
        raise Poisoned("of the pack")


async def test_a_classifier_that_judges_nothing_is_no_fault_of_the_entries(read_before):
    await read(read_before, FIFTY, classifier=BrokenClassifier())
    assert read_before.articles.list(limit=100) == []
    state = read_before.feeds.find("f").poll
    assert state.state is FeedState.FAILING
    assert state.last_error == "crash: its entries can't be judged: Poisoned('of the pack')"
    assert (state.body_digest, state.etag) == (None, None)  # the next answer is whole
    await read(read_before, FIFTY)
    assert len(alerted_titles(read_before)) == 51


async def test_an_edit_that_can_not_be_judged_keeps_the_decision_before(read_before):
    await read(read_before, STORIES)
    await read(read_before, FIFTY, classifier=PoisonedClassifier())
    (edited,) = [a for a in read_before.articles.list(limit=100) if a.entry.title == POISON.title]
    assert edited.decision.reason is DecisionReason.SCORE
    assert edited.edits == 1


async def test_a_feed_whose_result_can_not_be_computed_fails_alone(read_before, monkeypatch):
    def fails_for_many(articles, history):
        if len(articles) > 1:
            raise Poisoned("of this feed")
        return frozenset()

    monkeypatch.setattr(staleness, "publication_times", fails_for_many)
    await read(read_before, FIFTY)
    assert read_before.feeds.find("f").poll.state is FeedState.FAILING
    assert read_before.feeds.find("g").poll.state is FeedState.OK


HOSTILE = st.one_of(
    st.text(st.characters(), max_size=60),  # surrogates and controls, too
    st.sampled_from(
        ["\x00", "\ud800", "\udfff\ud800", "́" * 50, "<" * 200, "İß" * 20, "\u202e", "", "9" * 40]
    ),
)
ENTRIES = st.builds(
    Entry,
    title=HOSTILE,
    text=HOSTILE,
    url=st.none() | HOSTILE | HOSTILE.map(lambda text: f"https://x.example/{text}"),
    guid=st.none() | HOSTILE,
    author=st.none() | HOSTILE,
    language=st.none() | HOSTILE,
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    tags=st.lists(HOSTILE, max_size=3).map(tuple),
)


async def test_hostile_entries_are_judged_and_stored(read_before):
    """Straight into judging and storing: no parser cleans them before."""
    hour = 1

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(st.lists(ENTRIES, min_size=1, max_size=50))
    def judged_and_stored(entries):
        nonlocal hour
        hour += 1
        now = NOW + hour * HOUR
        context = poll_context(read_before, f=[fetched("hostile")])
        parser = FakeParser(hostile=Parsed(title="F", entries=tuple(entries)))
        rules = KeywordRules(
            [KeywordRule(name="any", action="flag", any=("kursk", "iß"))], themes=()
        )
        context.live.replace(live_settings(rules=rules))
        claims = claimed(read_before, "f", at=now)
        (result,) = asyncio.run(poll_results(claims, now, replace(context, parser=parser)))
        assert result.state.state is not FeedState.FAILING, result.state.last_error

    await asyncio.to_thread(judged_and_stored)
    assert read_before.articles.count()


def test_hostile_entries_cost_no_poll_with_the_shipped_pack(store: Store):
    outcome = judge_and_store(store, 1_000)
    assert outcome.failed_polls == []
    assert outcome.judged + outcome.unjudged > 900  # two of them may be versions of one
