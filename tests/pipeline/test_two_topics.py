"""Two topics at once: each decides, is stored and is told, and nobody is told twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.alerts import match
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.deliver.messages import render
from monitor.domain.alerts import Claim, Subscription
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.tiers import Tier
from monitor.pipeline import poll
from monitor.pipeline.poll_context import Topic
from monitor.store.store import Store
from tests.contexts import NO_RULES, claimed, live_settings, poll_context, watched
from tests.fakes import NOW, FakeClassifier, FakeParser, entry, fetched, subscription, verdict

BOTH, WAR, SEA, NEITHER = (
    entry("Cable off Kursk Bay is cut"),
    entry("Sappers leave for Kursk"),
    entry("Cable off Gotland is cut"),
    entry("Rain on Sunday"),
)
SAME_WAR = replace(BOTH, title="Pipe off Kursk Bay is cut")
CABLE_THEMES = {"damage": 0.9, "repair": 0.1}


class CableClassifier:
    """Finds an entry relevant when its headline names a cable."""

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        return [self._verdict("Cable" in entry.title) for entry in entries]

    def _verdict(self, is_relevant: bool) -> Verdict:
        return verdict(
            0.8 if is_relevant else 0.2,
            pack="cables@1",
            themes=CABLE_THEMES,
            theme_thresholds=dict.fromkeys(CABLE_THEMES, 0.5),
        )


def topics(rules: KeywordRules = NO_RULES) -> tuple[Topic, ...]:
    return (
        Topic(classifier=FakeClassifier(), rules=NO_RULES),
        Topic(classifier=CableClassifier(), rules=rules),
    )


async def read(
    store: Store, *entries: Entry, rules: KeywordRules = NO_RULES, hour: int = 0
) -> None:
    """Poll the feed, which has these entries; none of them is backlog."""
    now = NOW + timedelta(hours=hour)
    context = poll_context(store, f=[fetched(f"body {hour}")])
    context = replace(context, parser=FakeParser(**{f"body {hour}": Parsed(entries=entries)}))
    context.live.replace(live_settings(topics=topics(rules)))
    await poll.poll(claimed(store, "f", at=now), now, context, alert_backlog=True)


def told(store: Store, key: str) -> set[str]:
    """The headlines of the articles that a subscription is told of."""
    alerts = store.outbox.list(limit=100, subscription=key)
    keys = [key for alert in alerts for key in alert.article_keys]
    assert len(keys) == len(set(keys))
    return {article.entry.title for article in store.articles.by_keys(keys).values()}


def wants(key: str, *names: str, **changes: object) -> Subscription:
    return subscription(key, topics=frozenset(names), **changes)


async def test_each_topic_decides_and_each_decision_is_stored(store):
    watched(store)
    await read(store, BOTH, WAR, SEA, NEITHER)
    by_title = {article.entry.title: article for article in store.articles.list(limit=9)}
    assert {title: article.topics for title, article in by_title.items()} == {
        BOTH.title: ("test", "cables"),
        WAR.title: ("test",),
        SEA.title: ("cables",),
        NEITHER.title: (),
    }
    sea = by_title[SEA.title]
    assert (sea.decision.topic, sea.decision.labels) == ("cables", ("damage",))
    (other,) = sea.other_decisions
    assert (other.topic, other.score, other.tier) == ("test", 0.1, Tier.REJECTED)
    assert other.config == sea.decision.config
    assert by_title[NEITHER.title].decision.topic == "test"  # the first topic leads


async def test_an_article_of_two_topics_is_told_once_to_who_wants_both(store):
    watched(store, subscriptions=(wants("all"), wants("war", "test"), wants("sea", "cables")))
    await read(store, BOTH, WAR, SEA, NEITHER)
    assert told(store, "all") == {BOTH.title, WAR.title, SEA.title}
    assert told(store, "war") == {BOTH.title, WAR.title}
    assert told(store, "sea") == {BOTH.title, SEA.title}


async def test_themes_and_scores_of_a_subscription_are_met_by_any_topic_it_wants(store):
    damage = frozenset({"damage"})
    watched(
        store,
        subscriptions=(
            wants("damage", themes=damage),
            wants("war damage", "test", themes=damage),
            wants("sure", "cables", min_score=0.85),
        ),
    )
    await read(store, BOTH, SEA)
    assert told(store, "damage") == {BOTH.title, SEA.title}
    assert told(store, "war damage") == told(store, "sure") == set()


async def test_a_rule_of_one_topic_leaves_the_other_alone(store):
    watched(store, subscriptions=(wants("war", "test"), wants("sea", "cables")))
    drop = KeywordRule(name="drop", any=("cut",), action="drop")
    await read(store, BOTH, SEA, rules=KeywordRules([drop], themes=()))
    assert told(store, "war") == {BOTH.title}
    assert told(store, "sea") == set()
    (article,) = (a for a in store.articles.list(limit=9) if a.entry == BOTH)
    assert [hit.rule for decided in article.decisions for hit in decided.rules] == ["drop"]


async def test_an_edit_that_adds_a_topic_tells_only_who_was_not_told(store):
    watched(store, subscriptions=(wants("all"), wants("sea", "cables")))
    await read(store, SAME_WAR)
    assert told(store, "sea") == set()
    edited = replace(SAME_WAR, title=BOTH.title)
    await read(store, edited, hour=1)
    assert told(store, "all") == told(store, "sea") == {BOTH.title}
    assert len(store.outbox.list(limit=9)) == 2


async def test_a_message_is_about_the_topic_that_the_subscription_wants(store):
    watched(store)
    await read(store, BOTH)
    (article,) = store.articles.list(limit=9)
    tags = {}
    for receiver in (wants("all"), wants("sea", "cables")):
        (alert,) = match.alerts([article], [receiver])
        claim = Claim(
            alert=alert, subscription=receiver, articles=(article,), feed_titles={}, token="t"
        )
        message = render.message(claim, topic="test", theme_titles={"damage": "Damage"})
        tags[receiver.key] = message.subject.partition(" ")[0]
        assert set(message.data["topics"]) == {"test", "cables"}
        assert message.data["decision"]["topic"] == message.topic
    assert tags == {"all": "[test][labour]", "sea": "[cables][damage]"}
