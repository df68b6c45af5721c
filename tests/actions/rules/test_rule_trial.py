"""An instant trial equals a full replay, to the article, whatever was edited."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest

from monitor.actions.rules.outcomes import Outcomes
from monitor.actions.rules.rule_trial import compare, decide_changes, read_basis, replay
from monitor.actions.rules.trial_plan import TrialPlan, plan_trial
from monitor.actions.teaching import backtest
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.classify.packs.pack import Pack
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Mark
from monitor.settings.rule_text import draft_settings
from monitor.settings.sections import Settings
from monitor.store.rules import rule_candidates
from monitor.store.rules.rule_candidates import TooManyCandidates
from monitor.store.store import Store
from tests.actions.rules.full_backtest import backtest_rules
from tests.classify import toy_topic
from tests.fakes import feed, subscription

# RULE_EDITS=500 takes a minute and a half.
EDITS = int(os.environ.get("RULE_EDITS", "60"))
NOW = toy_topic.NOW + timedelta(hours=1)
WINDOW = BacktestWindow(since=NOW - timedelta(days=7), until=NOW)
WORDS = (
    "wolf", "wolves", "Wölfe", "shepherd", "Schaf-Bauer", "북한군", "파병", "派兵", "兵", "сапёр",
    "league", "Jong-un", "goal", "mill", "M-14", "don't", "farm", "Ärger", "２０", "naïve",
)  # fmt: skip
TERMS = (
    "wolf", "wolv*", "wölfe", "shepherd* farm", "Schaf Bauer", "북한", "파병", "派", "兵", "сапер*",
    "league goal", "jong un", "m-14", "don’t", "ärger", "20", "naïve mill", "absent", "goal*",
)  # fmt: skip


@pytest.fixture(scope="module")
def pack(wolves) -> Pack:
    from monitor.classify.packs.pack import load_pack

    return load_pack(wolves)


def some_article(chance: random.Random, number: int) -> Article:
    title = " ".join(chance.sample(WORDS, 3)) + f" {number}"
    score = chance.choice((0.1, 0.4, 0.45, 0.5, 0.55, 0.9))
    plain = toy_topic.article(title, score)
    text = " ".join(chance.choices(WORDS, k=chance.randint(0, 12)))
    return toy_topic.article(
        title,
        score,
        entry=type(plain.entry)(title=title, text=text, language="en"),
        copy_key=str(number // 2),  # every second one is a copy
        backlog=chance.random() < 0.1,
        seen_at=toy_topic.NOW - timedelta(hours=chance.randint(0, 200)),
        decision=type(plain.decision)(
            relevant=score >= 0.5, reason=plain.decision.reason, score=score, pack_score=score,
            threshold=0.5, themes={"attack": chance.random(), "law": chance.random()}, labels=(),
            own_score=chance.choice((None, 0.2, 0.42, 0.49, 0.51, 0.6)),
        ),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def patient_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn an instant trial into a replay."""
    monkeypatch.setattr(rule_candidates, "_TIME_LIMIT", timedelta(minutes=5))


@pytest.fixture
def filled(store: Store) -> Store:
    chance = random.Random(1)
    store.feeds.add_all([feed("f")])
    articles = tuple(some_article(chance, number) for number in range(300))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    store.subscriptions.add(subscription("all"))
    store.subscriptions.add(subscription("law", themes=frozenset({"law"})))
    store.subscriptions.add(subscription("high", min_score=0.6))
    for article in articles[:80]:
        mark = Mark(article_key=article.key, relevant=chance.random() < 0.5, marked_at=NOW)
        store.marks.add(mark)
    return store


def some_rules(chance: random.Random) -> list[dict[str, object]]:
    return [some_rule(chance, f"rule {number}") for number in range(chance.randint(0, 5))]


def some_rule(chance: random.Random, name: str) -> dict[str, object]:
    rule: dict[str, object] = {"name": name, "action": chance.choice(("flag", "boost", "drop"))}
    if rule["action"] == "boost":
        rule["boost"] = chance.choice((-0.3, -0.1, 0.1, 0.15, 0.3))
    elif chance.random() < 0.3:
        rule["theme"] = chance.choice(("attack", "law"))
    for field in chance.choice((("any",), ("all",), ("any", "all"))):
        rule[field] = chance.sample(TERMS, chance.randint(1, 3))
    if chance.random() < 0.2:
        rule["none"] = [chance.choice(("storm", "rain"))]
    if chance.random() < 0.2:
        rule["where"] = chance.choice(("title", "text"))
    if chance.random() < 0.1:
        rule["regex"] = "wol[fv]"
    return rule


def edited(chance: random.Random, rules: list[dict[str, object]]) -> list[dict[str, object]]:
    """One rule added, removed or changed, or several."""
    changed = [dict(rule) for rule in rules]
    for _ in range(chance.randint(1, 2)):
        kind = chance.choice(("add", "remove", "change"))
        if kind == "add" or not changed:
            changed.append(some_rule(chance, f"new {len(changed)} {chance.random()}"))
        elif kind == "remove":
            changed.pop(chance.randrange(len(changed)))
        else:
            place = chance.randrange(len(changed))
            changed[place] = some_rule(chance, str(changed[place]["name"]))
    return changed


def text_of(rules: list[dict[str, object]], threshold: float) -> str:
    lines = [f"[topic]\nthreshold = {threshold}"]
    for rule in rules:
        lines.append("[[keywords.rules]]")
        lines += [f"{name} = {value!r}" for name, value in rule.items()]
    return "\n".join(lines)


def planned(settings: Settings, pack: Pack, before: str, after: str) -> TrialPlan:
    base = draft_settings(settings, before)
    return plan_trial(base, draft_settings(base, after), {pack.name: pack})


@pytest.mark.parametrize("memory", [True, False])
def test_random_edits_are_tried_instantly_as_by_a_full_replay(
    filled: Store, settings: Settings, pack: Pack, memory: bool
):
    chance, tried = random.Random(2), 0
    basis = read_basis(filled, WINDOW)
    topic = settings.topic.model_copy(update={"memory": memory})
    settings = settings.model_copy(update={"topic": topic})
    while tried < EDITS // 2:
        rules = some_rules(chance)
        threshold = chance.choice((0.0, 0.45, 0.5))
        before_text = text_of(rules, threshold)
        before: Outcomes | None = None
        for _ in range(10):
            other = threshold if chance.random() < 0.7 else chance.choice((0.3, 0.5, 0.52))
            after_text = text_of(edited(chance, rules), other)
            plan = planned(settings, pack, before_text, after_text)
            before = before or replay(filled, plan.before_rules, WINDOW)
            instant = compare(
                filled, plan, (before, decide_changes(filled, plan, before, basis)), basis
            )
            full = backtest_rules(
                (article for article in filled.articles.oldest_first(WINDOW.since)
                 if article.seen_at <= WINDOW.until),
                basis.subscriptions,
                before=plan.before_rules,
                after=plan.after_rules,
                window=WINDOW,
                labels=basis.labels,
            )  # fmt: skip
            assert (instant.before, instant.after) == (full.before, full.after)
            assert keys(instant.gained.shown, 50) == keys(full.gained, 50)
            assert keys(instant.lost.shown, 50) == keys(full.lost, 50)
            assert (instant.gained.count, instant.lost.count) == (len(full.gained), len(full.lost))
            assert (instant.articles, instant.days) == (full.articles, full.days)
            tried += 1


def keys(changes: tuple[backtest.DecisionChange, ...], most: int) -> list[tuple[str, object]]:
    newest = sorted(changes, key=lambda change: (change.article.seen_at, change.article.key))
    return [(change.article.key, change.causes) for change in newest[-most:]]


def replay_reason(store: Store, plan: TrialPlan) -> str:
    basis = read_basis(store, WINDOW)
    with pytest.raises(TooManyCandidates) as raised:
        decide_changes(store, plan, replay(store, plan.before_rules, WINDOW), basis)
    return str(raised.value)


def two_boosts(names: str) -> str:
    boost = {"any": ["wolf"], "action": "boost", "boost": 0.1}
    return text_of([{"name": name, **boost} for name in names], 0)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("", text_of([{"name": "a", "regex": "wol[fv]", "action": "flag"}], 0), "only a pattern"),
        ("", '[topic.lexicon]\nWOLF = ["howl*"]', "entries of the lexicon"),
        (
            '[topic]\nthreshold = 0.4\n[topic.lexicon]\nWOLF = ["howl*"]',
            '[topic]\nthreshold = 0.5\n[topic.lexicon]\nWOLF = ["howl*"]',
            "lexicon entries of your own",
        ),
        (
            two_boosts("ab"),
            two_boosts("ba"),
            "another order",
        ),
    ],
)  # fmt: skip
def test_what_the_index_can_not_say_needs_a_replay(
    filled: Store, settings: Settings, pack: Pack, before: str, after: str, reason: str
):
    assert reason in replay_reason(filled, planned(settings, pack, before, after))


def test_articles_with_lexicon_entries_are_judged_anew_on_both_sides(
    filled: Store, settings: Settings, pack: Pack
):
    lexicon = '[topic.lexicon]\nWOLF = ["mill"]\n'
    rule = '[[keywords.rules]]\nname = "a"\nany = ["goal"]\naction = "drop"'
    plan = planned(settings, pack, lexicon, lexicon + rule)
    basis = read_basis(filled, WINDOW)
    before = replay(filled, plan.before_rules, WINDOW)
    instant = decide_changes(filled, plan, before, basis)
    again = replay(filled, plan.after_rules, WINDOW)
    assert not instant.relevant.without(again.relevant)
    assert not again.relevant.without(instant.relevant)
    assert instant.alert_days == again.alert_days
    assert before.relevant.without(instant.relevant)


def test_an_index_that_is_rebuilt_can_not_say(filled: Store, settings: Settings, pack: Pack):
    from sqlalchemy import text

    filled._database.write(
        lambda connection: connection.execute(text("UPDATE search_indexes SET indexed_from = 99"))
    )
    rule = '[[keywords.rules]]\nname = "a"\nany = ["goal"]\naction = "drop"'
    assert "being rebuilt" in replay_reason(filled, planned(settings, pack, "", rule))


def test_a_marked_article_that_would_be_lost_is_named(
    filled: Store, settings: Settings, pack: Pack
):
    rule = '[[keywords.rules]]\nname = "a"\nany = ["wol*"]\naction = "drop"'
    plan = planned(settings, pack, "", rule)
    basis = read_basis(filled, WINDOW)
    before = replay(filled, plan.before_rules, WINDOW)
    trial = compare(filled, plan, (before, decide_changes(filled, plan, before, basis)), basis)
    assert trial.loses_known
    assert {article.key for article in trial.lost_marked} <= {
        key for key, label in basis.labels.items() if label
    }
