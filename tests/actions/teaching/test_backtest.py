"""Backtests: stored articles decided again, alerts counted, no figure without enough marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.actions.teaching import backtest
from monitor.actions.teaching.backtest import (
    BacktestSide,
    BacktestWindow,
    ChangeCause,
    DecisionCause,
    LabelledShare,
    change_causes,
    wilson_interval,
)
from monitor.actions.teaching.subscription_load import AlertDays, SubscriptionLoad
from monitor.classify.rules import decision
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.alerts import SubscriptionState
from monitor.domain.articles import Article, DecisionReason
from monitor.domain.feeds import Entry
from tests.actions.rules.full_backtest import backtest_rules
from tests.fakes import NOW, THEMES, FakeClassifier, article, subscription, verdict

DAY = timedelta(days=1)
MONTH = BacktestWindow(since=NOW - 30 * DAY, until=NOW)


def rulebook(*rules: KeywordRule, threshold: float = 0.5) -> DecisionRules:
    return DecisionRules(
        rules=KeywordRules(rules, themes=tuple(THEMES)),
        threshold=threshold,
        theme_thresholds=dict.fromkeys(THEMES, 0.5),
        config="c1",
        classifier=FakeClassifier(),
    )


PLAIN = rulebook()


def flag(word: str, **changes: object) -> KeywordRule:
    return replace(KeywordRule(name=f"flag {word}", any=(word,)), **changes)


def drop(word: str) -> KeywordRule:
    return KeywordRule(name=f"drop {word}", any=(word,), action="drop")


def boost(word: str, by: float) -> KeywordRule:
    return KeywordRule(name=f"boost {word}", any=(word,), action="boost", boost=by)


def stored_article(
    title: str, score: float, *, under: DecisionRules | None = None, **changes: object
) -> Article:
    """A stored article of this score; decided under these rules, or under none."""
    entry_ = Entry(title=title, language="en")
    verdict_ = verdict(score)
    hits = under.rules.hits(entry_) if under else ()
    if under:
        verdict_ = replace(verdict_, threshold=under.threshold)
    plain = article(
        f"key of {title}",
        copy_key=f"copy of {title}",
        entry=entry_,
        decision=decision.decide(verdict_, hits, config="c0"),
        seen_at=NOW - 3 * DAY,
    )
    return replace(plain, **changes)


def backtested(articles, *subscriptions, before=PLAIN, after=PLAIN, **changes: object):
    options = {"window": MONTH, "labels": {}} | changes
    return backtest_rules(articles, subscriptions, before=before, after=after, **options)


def titles(changes) -> list[str]:
    return [change.article.entry.title for change in changes]


STOCK = [
    stored_article("sappers for Kursk", 0.9),
    stored_article("shells for Kursk", 0.4),
    stored_article("football in Kursk", 0.6),
    stored_article("rain on Sunday", 0.1),
]


@pytest.mark.parametrize(
    ("after", "gained", "lost", "why"),
    [
        (rulebook(flag("rain")), ["rain on Sunday"], [], ChangeCause.APPLIES),
        (rulebook(boost("shells", 0.1)), ["shells for Kursk"], [], ChangeCause.APPLIES),
        (rulebook(boost("shells", 0.05)), [], [], None),
        (rulebook(boost("football", -0.2)), [], ["football in Kursk"], ChangeCause.APPLIES),
        (rulebook(drop("football")), [], ["football in Kursk"], ChangeCause.APPLIES),
        (rulebook(drop("rain")), [], [], None),
        (rulebook(threshold=0.4), ["shells for Kursk"], [], ChangeCause.THRESHOLD),
        (rulebook(threshold=0.7), [], ["football in Kursk"], ChangeCause.THRESHOLD),
    ],
)
def test_a_change_gains_and_loses_what_it_says(after, gained, lost, why):
    report = backtested(STOCK, after=after)
    assert (titles(report.gained), titles(report.lost)) == (gained, lost)
    assert {cause.why for c in (*report.gained, *report.lost) for cause in c.causes} == (
        {why} if why else set()
    )
    assert report.changes_nothing == (not gained and not lost)


@pytest.mark.parametrize(
    ("before", "after", "title", "expected"),
    [
        (rulebook(drop("Kursk")), rulebook(), "sappers for Kursk", ["lifted drop Kursk"]),
        (
            rulebook(boost("shells", 0.05)),
            rulebook(boost("shells", 0.2)),
            "shells for Kursk",
            ["altered boost shells"],
        ),
        (
            rulebook(drop("rain")),
            rulebook(flag("rain"), threshold=0.05),
            "rain on Sunday",
            ["applies flag rain", "lifted drop rain"],
        ),
        (
            rulebook(),
            rulebook(boost("shells", 0.05), threshold=0.45),
            "shells for Kursk",
            ["applies boost shells", "threshold"],
        ),
        (
            rulebook(boost("shells", -0.3)),
            rulebook(boost("shells", -0.1), threshold=0.3),
            "shells for Kursk",
            ["altered boost shells", "threshold"],
        ),
    ],
)
def test_every_rule_that_did_it_is_named(before, after, title, expected):
    report = backtested(STOCK, before=before, after=after)
    (change,) = (change for change in report.gained if change.article.entry.title == title)
    causes = [
        f"{cause.why} {cause.hit.rule if cause.hit else ''}".strip() for cause in change.causes
    ]
    assert causes == expected


def test_a_score_that_was_cut_when_it_was_stored_is_the_last_reason_left():
    now = decision.decide(verdict(0.6), (), config="c")
    was = replace(now, relevant=False, reason=DecisionReason.BELOW, score=0.4)
    assert change_causes(was, now) == (DecisionCause(why=ChangeCause.SCORE),)


def test_what_names_the_operators_own_words_is_judged_anew_and_says_so():
    shells = replace(PLAIN, needs_rejudging=lambda entry: "shells" in entry.title)
    report = backtested(STOCK, before=None, after=shells)
    assert titles(report.gained) == ["shells for Kursk"]  # the fake judge flags all of Kursk
    assert report.gained[0].causes == (DecisionCause(why=ChangeCause.LEXICON),)
    assert report.lost == ()
    anew = replace(PLAIN, needs_rejudging=lambda entry: True)
    assert backtested(STOCK, before=anew, after=anew).changes_nothing


@given(
    scores=st.lists(st.floats(0, 1), max_size=8),
    boosts=st.lists(st.sampled_from([-1.0, -0.3, 0.3, 1.0]), max_size=3),
    threshold=st.floats(0, 1),
)
def test_the_same_configuration_changes_nothing(scores, boosts, threshold):
    rules = [boost(f"word{n}", by) for n, by in enumerate(boosts)]
    unchanged = rulebook(*rules, threshold=threshold)
    stock = [
        stored_article(f"word{n} word{n + 1}", score, under=unchanged)
        for n, score in enumerate(scores)
    ]
    for before in (None, unchanged):
        report = backtested(stock, subscription(), before=before, after=unchanged)
        assert report.changes_nothing
        assert report.before == report.after


@given(
    score=st.floats(0, 1),
    first=st.lists(st.floats(-1, 1).filter(bool), max_size=3),
    second=st.lists(st.floats(-1, 1).filter(bool), max_size=3),
    threshold=st.floats(0, 1),
)
def test_a_backtest_decides_as_a_live_decision_would(score, first, second, threshold):
    """Whatever boosts had made of the score when it was stored."""
    before = rulebook(*(boost(f"w{n}", by) for n, by in enumerate(first)))
    after = rulebook(*(boost(f"w{n}", by) for n, by in enumerate(second)), threshold=threshold)
    live = stored_article("w0 w1 w2", score, under=after).decision
    stored = stored_article("w0 w1 w2", score, under=before)
    assert after.decide(stored) == replace(live, config="c1")


@given(
    score=st.floats(0, 1),
    first=st.sets(st.sampled_from(["flag", "drop", "up", "down"])),
    second=st.sets(st.sampled_from(["flag", "drop", "up", "down"])),
    thresholds=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_change_always_has_a_cause_in_the_configuration(score, first, second, thresholds):
    rules = {
        "flag": flag("x"),
        "drop": drop("x"),
        "up": replace(boost("x", 0.2), name="up"),
        "down": replace(boost("x", -0.2), name="down"),
    }
    before, after = (
        rulebook(*(rules[name] for name in sorted(names)), threshold=threshold)
        for names, threshold in zip((first, second), thresholds, strict=True)
    )
    report = backtested([stored_article("x", score, under=before)], before=before, after=after)
    for change in (*report.gained, *report.lost):
        assert ChangeCause.SCORE not in {cause.why for cause in change.causes}


@given(st.lists(st.sampled_from(["rain", "Kursk", "Sunday"]), min_size=1, unique=True))
def test_a_drop_rule_loses_what_it_names_and_gains_nothing(words):
    report = backtested(STOCK, after=rulebook(*map(drop, words)))
    named = [kept_ for kept_ in STOCK if set(words) & set(kept_.entry.title.split())]
    assert report.gained == ()
    assert titles(report.lost) == [o.entry.title for o in named if o.decision.relevant]


def test_without_a_before_the_decisions_are_those_that_were_stored():
    stored = stored_article("shells for Kursk", 0.4, under=rulebook(flag("shells")))
    report = backtested([stored], before=None)
    assert titles(report.lost) == ["shells for Kursk"]
    (cause,) = report.lost[0].causes
    assert (cause.why, cause.hit.rule) == (ChangeCause.LIFTED, "flag shells")


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────


def test_alerts_are_counted_for_each_subscription_by_day():
    subscriptions = subscription("all"), subscription("troops", themes=frozenset({"troops"}))
    stock = [
        stored_article("a x", 0.9, seen_at=NOW - 2 * DAY),
        stored_article("b", 0.9, seen_at=NOW - 2 * DAY),
        stored_article("c", 0.9, seen_at=NOW - 1 * DAY),
    ]
    report = backtested(stock, *subscriptions, after=rulebook(flag("x", theme="troops")))
    everything, troops = report.after.loads
    assert everything.days == {date(2025, 6, 15): 2, date(2025, 6, 16): 1}
    assert (everything.alerts, everything.busiest) == (3, 2)
    assert [everything.days_over(budget) for budget in (0, 1, 2)] == [2, 1, 0]
    assert (troops.name, troops.alerts) == ("name of troops", 1)
    assert (report.before.alerts, report.after.alerts) == (3, 4)
    assert report.after.days == {date(2025, 6, 15): 3, date(2025, 6, 16): 1}
    assert report.per_day(report.after.alerts) == 2.0


def test_a_change_of_themes_alone_is_a_change():
    troops = subscription("troops", themes=frozenset({"troops"}))
    report = backtested(
        [stored_article("x", 0.9)], troops, after=rulebook(flag("x", theme="troops"))
    )
    assert (report.gained, report.lost) == ((), ())
    assert not report.changes_nothing


@pytest.mark.parametrize(
    ("alerts", "others", "are_alike"),
    [
        ({"desk": ["a", "b"]}, {"desk": ["b", "a"]}, True),
        ({"desk": ["a", "b"]}, {"desk": ["a"]}, False),
        ({"desk": ["a"], "phone": []}, {"desk": ["a"]}, True),
        ({"desk": ["a"]}, {"phone": ["a"]}, False),
    ],
)
def test_sides_are_alike_that_tell_the_same_people_of_the_same_articles(alerts, others, are_alike):
    assert _side(alerts).alerts_like(_side(others)) is are_alike


def _side(copies: dict[str, list[str]]) -> BacktestSide:
    """A side that alerts these subscriptions about articles with these copy keys."""
    loads = tuple(
        SubscriptionLoad(
            key=name, name=name, alert_days=AlertDays.of(dict.fromkeys(keys, NOW.date()))
        )
        for name, keys in copies.items()
    )
    no_marks = LabelledShare(hits=0, n=0)
    return BacktestSide(flagged=0, loads=loads, precision=no_marks, recall=no_marks)


def test_copies_are_alerted_once():
    stock = [stored_article("a", 0.9, copy_key="same"), stored_article("b", 0.9, copy_key="same")]
    report = backtested(stock, subscription())
    assert (report.after.flagged, report.after.alerts) == (2, 1)


def test_the_backlog_is_decided_and_alerted_to_nobody():
    report = backtested(
        [stored_article("rain", 0.1, backlog=True)], subscription(), after=rulebook(flag("rain"))
    )
    assert titles(report.gained) == ["rain"]
    assert (report.after.flagged, report.after.alerts) == (1, 0)


def test_a_paused_subscription_would_have_received_nothing():
    paused = subscription(state=SubscriptionState.PAUSED)
    assert backtested([stored_article("a", 0.9)], paused).after.alerts == 0


@pytest.mark.parametrize(
    ("seen", "days"),
    [([], 30.0), ([30 * DAY], 30.0), ([DAY, 4 * DAY], 4.0), ([timedelta(hours=1)], 1.0)],
    ids=["none", "all along", "four days", "an hour"],
)
def test_a_day_is_a_day_on_which_we_watched(seen, days):
    stock = [stored_article(str(age), 0.9, seen_at=NOW - age) for age in seen]
    assert backtested(stock).days == days


def test_the_packs_that_judged_are_counted():
    other = stored_article("b", 0.9)
    other = replace(other, decision=replace(other.decision, pack="old@0"))
    report = backtested([stored_article("a", 0.9), other])
    assert report.packs == {"test@000000000000": 1, "old@0": 1}
    assert report.articles == 2


# ── labelled articles ────────────────────────────────────────────────────────────────────────────


def test_labelled_articles_give_precision_and_recall_of_either_side():
    stock = [stored_article(f"good {n}", 0.9) for n in range(30)]
    stock += [stored_article(f"bad {n}", 0.9) for n in range(10)]
    stock += [stored_article(f"missed {n}", 0.1) for n in range(10)]
    stock += [stored_article("nobody said", 0.9)]
    labels = {article.key: "bad" not in article.entry.title for article in stock[:-1]}
    labels["elsewhere"] = True
    report = backtested(stock, after=rulebook(drop("bad"), flag("missed")), labels=labels)
    assert report.labelled == 50
    assert report.before.precision == LabelledShare(hits=30, n=40)
    assert report.before.recall == LabelledShare(hits=30, n=40)
    assert report.after.precision == report.after.recall == LabelledShare(hits=40, n=40)


def test_no_percentage_is_said_of_fewer_than_twenty():
    too_few, enough = LabelledShare(hits=19, n=19), LabelledShare(hits=15, n=20)
    assert (too_few.share, too_few.interval) == (None, None)
    assert too_few.words == "19 of 19: too few for a percentage, which needs 20"
    assert enough.share == 0.75
    assert enough.words == "75% (53% to 89%, n = 20)"


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634),
     (81, 263, 0.2553, 0.3662)],
)  # fmt: skip
def test_wilsons_interval_is_the_published_one(successes, n, low, high):
    """The last line is an example of Newcombe, Statistics in Medicine 17 (1998), table I."""
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_wilsons_interval_holds_the_share_and_mirrors_itself(hits, misses):
    n = hits + misses
    low, high = wilson_interval(hits, n)
    assert 0 <= low <= high <= 1
    assert low <= hits / max(1, n) <= high
    assert wilson_interval(misses, n) == pytest.approx((1 - high, 1 - low))


def test_a_share_of_more_than_all_is_none():
    with pytest.raises(ValueError, match="3 of 2"):
        wilson_interval(3, 2)


def test_twenty_is_the_number_that_the_words_name():
    assert str(backtest.MIN_SAMPLE) in LabelledShare(hits=0, n=0).words
