"""Outcomes by stored decisions equal those of deciding every article again, to the letter."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from monitor.actions.rules.outcomes import Outcomes, decide_all, outcome_of
from monitor.actions.rules.stored_outcomes import StoredReplay
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.classify.memory.score_shift import shifted
from monitor.classify.rules.decision import decide
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.alerts import SubscriptionState
from monitor.domain.articles import Article, Decision, DecisionReason, Verdict
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SimilarArticles
from monitor.domain.review.confirmation import confirmed, unconfirmed
from monitor.domain.tiers import Tier
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.search.article_filter import stored_filter
from monitor.store.store import Store
from tests.actions.rules.full_backtest import listed
from tests.fakes import NOW, article, decision, feed, subscription
from tests.store.builders import a_poll

WINDOW = BacktestWindow(since=NOW - timedelta(days=5), until=NOW)
WORDS = ("kursk", "rain", "sapper", "league", "harbour", "treaty", "shell", "goal")
THEMES = {"river": ("flood", "dam"), "arms": ("shells", "treaty")}
RULES = (
    KeywordRule(name="drop rain", any=("rain",), action="drop"),
    KeywordRule(name="flag sappers", any=("sapper*",), action="flag"),
    KeywordRule(name="more kursk", any=("kursk",), action="boost", boost=0.15),
    KeywordRule(name="less goal", any=("goal",), action="boost", boost=-0.2),
    KeywordRule(name="harbour", any=("harbour",), action="flag", theme="shells"),
)


@dataclass
class DrawnVerdicts:
    """A pack that draws its verdict from the headline: the same at any time."""

    pack: str

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        return [self._verdict(entry) for entry in entries]

    def _verdict(self, entry: Entry) -> Verdict:
        dice = random.Random(f"{self.pack} {entry.title}")
        score = dice.choice((dice.random(), 0.5, 0.57, 1.0, 0.0))
        themes = {slug: dice.random() for slug in THEMES[self.pack.partition("@")[0]]}
        return Verdict(
            score=score, threshold=0.5, review_threshold=0.3, themes=themes,
            theme_thresholds=dict.fromkeys(themes, 0.6), pack=self.pack,
            own_score=score if dice.random() < 0.7 else None,
        )  # fmt: skip


def rules_of(pack: str, *, config: str = "in force") -> DecisionRules:
    topic = pack.partition("@")[0]
    rules = [rule for rule in RULES if topic == "arms" or not rule.theme]
    return DecisionRules(
        topic=topic, pack=pack, rules=KeywordRules(rules, themes=THEMES[topic]), threshold=0.5,
        review_threshold=0.3, theme_thresholds=dict.fromkeys(THEMES[topic], 0.6), config=config,
        classifier=DrawnVerdicts(pack), needs_rejudging=lambda entry: "shell" in entry.title,
    )  # fmt: skip


def decided_on_arrival(dice: random.Random, entry: Entry, rules: DecisionRules) -> Decision:
    """As a poll decides: the verdict, what similar articles add to it, the rules."""
    (verdict,) = rules.classifier.judge([entry])
    similar = SimilarArticles(count=3, flagged=1, log_odds=dice.uniform(-2, 2), shift=0.0)
    if dice.random() < 0.5:
        verdict = shifted(verdict, similar)
    return decide(verdict, rules.rules.hits(entry), config=rules.config)


def reviewed(dice: random.Random, plain: Article) -> Article:
    """The article, perhaps confirmed with themes of a person's choice, perhaps rejected again."""
    doubtful = [each for each in plain.decisions if each.tier is Tier.REVIEW]
    if not doubtful or dice.random() < 0.5:
        return plain
    chosen = dice.choice(doubtful)
    themes = dice.choice(((), tuple(chosen.themes)[:1]))
    changed = confirmed(chosen, "Anna", themes)
    others = [each for each in plain.decisions if each is not chosen]
    confirmed_article = with_decisions(plain, [changed, *others])
    if dice.random() < 0.3:
        return with_decisions(confirmed_article, [unconfirmed(changed), *others])
    return confirmed_article


def stored_article(dice: random.Random, number: int, rules: DecisionRules) -> Article:
    title = " ".join([*dice.sample(WORDS, 2), str(number)])
    entry = Entry(title=title, text=" ".join(dice.choices(WORDS, k=3)), language=dice.choice(
        ("en", "de-AT", None)
    ))  # fmt: skip
    topics = list(rules.of_topics)
    if dice.random() < 0.1:
        topics = topics[:1]  # from before the second topic was watched
    plain = with_decisions(
        article(
            f"{number:032x}", copy_key=str(number // 2), feed_key=dice.choice("fg"), entry=entry,
            backlog=dice.random() < 0.1, alias=str(number),
            seen_at=NOW - timedelta(minutes=dice.randrange(6 * 24 * 60)),
        ),
        [decided_on_arrival(dice, entry, topic) for topic in topics],
    )  # fmt: skip
    if dice.random() < 0.1 and not plain.decision.relevant:
        return replace(plain, entry=replace(entry, text=""), text_pruned_at=NOW)
    if dice.random() < 0.02:
        unjudged = decision(relevant=False, reason=DecisionReason.UNJUDGED, pack="", config="")
        return replace(plain, decision=unjudged, other_decisions=())
    return reviewed(dice, plain)


@pytest.fixture(params=[1, 2], ids=["one topic", "two topics"])
def rules(request: pytest.FixtureRequest) -> DecisionRules:
    first, second = rules_of("arms@1"), rules_of("river@1")
    return first if request.param == 1 else replace(first, further=(second,))


def earlier(rules: DecisionRules) -> Iterator[DecisionRules]:
    """Rules that decided before: another threshold, another pack, fewer topics."""
    yield replace(rules, config="earlier", threshold=0.4)
    yield replace(rules, pack="arms@0", classifier=DrawnVerdicts("arms@0"))
    if rules.further:
        older = rules_of("river@0")
        yield replace(rules, further=(older,))
        yield replace(rules, further=(), config="of one topic")


@pytest.fixture
def filled(database_url: str, rules: DecisionRules) -> Iterator[Store]:
    """400 articles of six days; a third was decided by other rules."""
    dice = random.Random(7)
    makers = [*[rules] * 2 * len(list(earlier(rules))), *earlier(rules)]
    articles = [stored_article(dice, number, dice.choice(makers)) for number in range(400)]
    with Store.open(database_url) as store:
        for key in "fg":
            store.feeds.add(feed(key))
            mine = [stored for stored in articles if stored.feed_key == key]
            store.commit([a_poll(feed(key), *mine)])
        yield store


PLAIN = (
    subscription("all"),
    subscription("themes", themes=frozenset({"shells", "dam"})),
    subscription("high", min_score=0.57),
    subscription("german", languages=frozenset({"de"})),
    subscription("feed", feeds=frozenset("g")),
    subscription("river", topics=frozenset({"river"})),
    subscription("paused", state=SubscriptionState.PAUSED),
)
FILTERED = (
    subscription("words", filter=stored_filter("treaty")),
    subscription("both", filter=stored_filter("theme:shells -kursk"), min_score=0.57),
)


def decided_all(store: Store, rules: DecisionRules) -> Outcomes:
    """The outcomes of deciding every article with a text."""
    articles = store.articles.with_texts(WINDOW.since)
    outcomes = decide_all(articles, rules, store.subscriptions.list(), WINDOW)
    return replace(outcomes, pruned_texts=store.articles.count_pruned_texts(WINDOW.since))


def but_relevant(outcomes: Outcomes) -> tuple[object, ...]:
    """Everything else that outcomes say."""
    return (
        outcomes.articles, dict(outcomes.packs), outcomes.first, dict(outcomes.hits),
        outcomes.scores, outcomes.pruned_texts, outcomes.days,
    )  # fmt: skip


@pytest.mark.parametrize("filters", [(), FILTERED], ids=["plain", "with filters"])
def test_outcomes_are_those_of_deciding_every_article(filled, rules, filters):
    for added in (*PLAIN, *filters):
        filled.subscriptions.add(added)
    in_force = StoredReplay(filled, rules, WINDOW).in_force()
    expected = decided_all(filled, rules)
    assert listed(in_force) == listed(expected)
    assert but_relevant(in_force) == but_relevant(expected)
    assert in_force.alert_days == expected.alert_days
    # the cases are among them
    assert min(len(in_force.relevant), in_force.pruned_texts, len(in_force.packs)) > 1
    assert all(hits.covered_by for name, hits in in_force.hits.items() if "flag" in name)


def test_stored_decisions_are_one_side_whatever_made_them(filled, rules):
    for added in PLAIN:
        filled.subscriptions.add(added)
    stored, by_rules = StoredReplay(filled, rules, WINDOW).stored_and_in_force()
    assert listed(by_rules) == listed(decided_all(filled, rules))
    subscriptions = filled.subscriptions.list()
    expected = {
        each.key.encode(): outcome_of(each, each.decisions, subscriptions)
        for each in filled.articles.with_texts(WINDOW.since)
        if each.decision.relevant
    }
    assert {key for key, _, _ in listed(stored)} == set(expected)
    for key, _, outcome in listed(stored):
        assert set(outcome.receivers) == set(expected[key].outcome.receivers)


def test_only_what_other_settings_or_a_person_decided_is_decided_again(filled, rules):
    titles: set[str] = set()

    def noted(needs_rejudging: Callable[[Entry], bool]) -> Callable[[Entry], bool]:
        return lambda entry: titles.add(entry.title) or needs_rejudging(entry)

    further = [replace(each, needs_rejudging=noted(each.needs_rejudging)) for each in rules.further]
    noting = replace(
        rules, needs_rejudging=noted(rules.needs_rejudging), further=tuple(further)
    )  # fmt: skip
    StoredReplay(filled, noting, WINDOW).in_force()
    packs = {each.pack for each in rules.of_topics}
    outdated = {
        stored.entry.title
        for stored in filled.articles.with_texts(WINDOW.since)
        if any(
            each.config != rules.config
            or each.pack not in packs
            or each.reason is DecisionReason.CONFIRMED
            for each in stored.decisions
        )
    }
    assert titles == outdated
    assert len(titles) < 250


def test_articles_after_the_window_are_left_out(filled, rules):
    earlier_end = replace(WINDOW, until=NOW - timedelta(days=2))
    in_force = StoredReplay(filled, rules, earlier_end).in_force()
    articles = filled.articles.with_texts(WINDOW.since)
    assert in_force.articles == decide_all(articles, rules, [], earlier_end).articles


def test_a_window_without_articles_is_empty(database_url, rules):
    with Store.open(database_url) as store:
        progress: list[int] = []
        in_force = StoredReplay(store, rules, WINDOW, progress.append).in_force()
    assert (in_force.articles, in_force.first, in_force.hits) == (0, WINDOW.until, {})
    assert set(progress) == {0}
