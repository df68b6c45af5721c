"""The evaluator of one article; that it answers as the index does, `test_same.py` shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.articles import RuleAction, RuleHit, Term
from monitor.search import evaluator
from monitor.search.grammar import parse
from monitor.search.question import (
    ArticleState,
    InState,
    InStory,
    NamesClaimant,
    StatesFigure,
    leaves,
)
from tests.fakes import NOW, article, decision, entry

NEWS = article(
    "a",
    entry=replace(
        entry("Sappers leave for Kursk", language="en-GB"),
        text="Kim Jong-un sent 북한군 to the border.",
        url="https://www.example.org:80/x",
        author="Lee Min",
        tags=("arms trade", "asia"),
    ),
    decision=decision(
        score=0.6,
        threshold=0.58,
        themes={"arms": 0.4},
        labels=("troops",),
        rules=(RuleHit(rule="r1", action=RuleAction.FLAG, terms=("kursk",)),),
        terms=(Term(text="kursk", weight=1.0),),
    ),
)


@pytest.mark.parametrize(
    "question",
    [
        "kursk", "sapper*", '"kim jong un"', "북한", "군", "title:kursk -text:kursk",
        "author:min tag:asia tag:trade", '-tag:"trade asia"', '-"kursk kim"',
        "theme:troops -theme:arms", "theme:arms>=0.4 -theme:arms>0.4 -theme:none<1",
        "score:0.5..0.6 -score<0.6", "lang:en lang:en-gb -lang:e",
        "site:example.org -site:ample.org",
        "rule:r1 -rule:r2", "term:Kursk", "is:flagged is:near -is:rejected -is:backlog",
        "feed:wire -feed:other", "seen:2025 before:2027 -published:..2001", "a OR kursk",
        "-(a OR b) -is:edited",
    ],
)  # fmt: skip
def test_an_article_meets_a_question(question: str):
    tree = parse(question, NOW).tree
    assert tree is not None
    feeds = {"wire": (NEWS.feed_key,), "other": ()}
    assert evaluator.evaluate(tree, lambda leaf: evaluator.meets_condition(NEWS, leaf, feeds))


@pytest.mark.parametrize(
    "condition",
    [InState(ArticleState.TOLD), InStory("0a1b2c"), StatesFigure("killed"), NamesClaimant("nis")],
)
def test_what_an_article_does_not_know_is_not_decided(condition):
    assert not evaluator.is_decidable(condition)
    with pytest.raises(TypeError, match="alone"):
        evaluator.meets_condition(NEWS, condition, {})


def test_every_other_condition_is_decided():
    question = "a theme:b theme:b>0.1 score>0.1 feed:f lang:en site:a rule:r reason:below term:t"
    tree = parse(f"{question} is:near published:2025", NOW).tree
    assert tree is not None
    conditions = list(leaves(tree))
    assert len(conditions) == 12
    assert all(map(evaluator.is_decidable, conditions))
