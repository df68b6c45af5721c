"""The criteria of a subscription as a question that the search understands."""

from __future__ import annotations

from monitor.actions.subscribing.criteria_question import criteria_question
from monitor.search.article_filter import stored_filter
from monitor.search.fields import ParseContext
from monitor.search.grammar import parse_in
from tests.fakes import NOW, subscription


def test_no_criteria_are_everything_flagged():
    assert criteria_question(subscription("s")) == "is:flagged"


def test_every_criterion_is_in_the_question_and_the_search_reads_it():
    desk = subscription(
        "s",
        topics=frozenset({"dprk-russia"}),
        themes=frozenset({"troops", "arms"}),
        languages=frozenset({"ko"}),
        feeds=frozenset({"f" * 64}),
        min_score=0.7,
        filter=stored_filter("kursk OR wonsan"),
    )
    question = criteria_question(desk)
    assert question == (
        f"is:flagged topic:dprk-russia theme:arms,troops lang:ko feed:{'f' * 64} score>=0.7"
        " (kursk OR wonsan)"
    )
    assert parse_in(question, ParseContext(NOW, NOW.tzinfo)).tree is not None
