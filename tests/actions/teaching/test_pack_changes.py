"""What only one of two packs would flag, with the operator's rules applied to both."""

from __future__ import annotations

from datetime import timedelta

from monitor.actions.teaching import pack_changes
from monitor.actions.teaching.pack_changes import PackChanges, choose_span, compare_decisions
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import Verdict
from monitor.store.store import Store
from tests.fakes import article, entry

NO_RULES = KeywordRules([], themes=())


class Knows:
    """A classifier that finds relevant what its words name."""

    def __init__(self, **scores: float) -> None:
        self._scores = scores

    def judge(self, entries, /):
        return [
            Verdict(
                score=max((score for word, score in self._scores.items() if word in item.title),
                          default=0.1),
                threshold=0.5, themes={}, theme_thresholds={}, terms=(), pack="p",
            )
            for item in entries
        ]  # fmt: skip


def articles(*titles: str):
    return [article(title, entry=entry(title)) for title in titles]


def test_articles_that_only_one_pack_flags_are_named_the_highest_score_first():
    current, candidate = Knows(wolf=0.9, zoo=0.8), Knows(wolf=0.9, fox=0.6, lynx=0.7)
    stored = articles("wolf", "zoo", "fox", "lynx", "rain")
    changes = compare_decisions(stored, current, candidate, NO_RULES, days=7)
    assert (changes.articles, changes.flagged_before) == (5, 2)
    assert [item.title for item in changes.newly_flagged] == ["lynx", "fox"]
    assert [(item.before, item.after) for item in changes.no_longer_flagged] == [(0.8, 0.1)]
    assert changes.sentence == (
        "Of 5 articles of the last 7 days, 2 would be flagged newly and 1 no longer; the pack in"
        " use flags 2."
    )
    assert PackChanges.from_json(changes.as_json()) == changes


def test_a_rule_decides_for_both_packs():
    rules = KeywordRules([KeywordRule(name="r", any=["zoo"], action="drop")], themes=())
    changes = compare_decisions(articles("zoo"), Knows(zoo=0.9), Knows(), rules, days=1)
    assert (changes.flagged_before, changes.newly, changes.no_longer) == (0, 0, 0)


def test_more_changes_than_are_shown_are_counted(monkeypatch):
    monkeypatch.setattr(pack_changes, "MOST_SHOWN", 2)
    stored = articles(*(f"fox {number}" for number in range(300)))
    changes = compare_decisions(stored, Knows(), Knows(fox=0.9), NO_RULES, days=7)
    assert (changes.newly, len(changes.newly_flagged)) == (300, 2)


def test_the_span_is_shorter_where_there_are_very_many_articles(store: Store, monkeypatch):
    now = max(stored.seen_at for stored in store.articles.oldest_first()) + timedelta(hours=1)
    assert choose_span(store, now) == 7
    monkeypatch.setattr(pack_changes, "MOST_ARTICLES", 1)
    assert choose_span(store, now) == 1
