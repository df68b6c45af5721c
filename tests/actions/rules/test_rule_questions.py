"""A rule as a question to the index: at least what the rule matches."""

from __future__ import annotations

from monitor.actions.rules.rule_questions import question_of_rule, question_of_rules
from monitor.classify.rules.keywords import KeywordRule
from monitor.search.question import AllOf, AnyOf, Where, Words


def test_words_of_a_phrase_are_asked_for_one_by_one():
    rule = KeywordRule(name="a", any=("Jong-un", "sapper*"), all=("Kursk",), where="title")
    title = Where.TITLE
    assert question_of_rule(rule) == AllOf(
        (
            AllOf((Words("kursk", title),)),
            AnyOf(
                (
                    AllOf((Words("jong", title), Words("un", title))),
                    AllOf((Words("sapper", title, any_ending=True),)),
                )
            ),
        )
    )


def test_a_pattern_alone_and_a_term_of_signs_have_no_words():
    assert question_of_rule(KeywordRule(name="a", regex="a.b")) is None
    assert question_of_rule(KeywordRule(name="a", any=("kursk", "+++"))) is None
    named = KeywordRule(name="b", any=("kursk",))
    assert question_of_rules([named, KeywordRule(name="a", regex="a.b")]) is None
    assert question_of_rules([named]) is not None
