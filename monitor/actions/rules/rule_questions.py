"""Rules as search questions: the words that every article has to which a rule applies.

The index finds at least the articles that rules match, so the question is a superset of the rule.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.classify.rules.keywords import KeywordRule, term_words
from monitor.search.question import AllOf, AnyOf, Node, Where, Words
from monitor.search.tokeniser import question_phrase


def question_of_rules(rules: Iterable[KeywordRule]) -> Node | None:
    """The words of articles to which any of the rules may apply.

    None where a rule has no words that the index knows: a pattern alone.
    """
    questions = [question_of_rule(rule) for rule in rules]
    indexed = [question for question in questions if question is not None]
    return AnyOf(tuple(indexed)) if indexed and len(indexed) == len(questions) else None


def question_of_rule(rule: KeywordRule) -> Node | None:
    """The words of articles to which the rule may apply; None where the index knows none."""
    where = Where(rule.where)
    required = [part for term in rule.all if (part := _words(term, where)) is not None]
    alternatives = [_words(term, where) for term in rule.any]
    indexed = [part for part in alternatives if part is not None]
    if indexed and len(indexed) == len(alternatives):
        required.append(AnyOf(tuple(indexed)))
    return AllOf(tuple(required)) if required else None


def _words(term: str, where: Where) -> Node | None:
    """The words of a term one by one: a phrase of a rule may span headline and text."""
    parts: list[Node] = []
    for word in term_words(term):
        bare = word.removesuffix("*")
        if question_phrase(bare).tokens:
            parts.append(Words(bare, where, any_ending=word != bare))
    return AllOf(tuple(parts)) if parts else None
