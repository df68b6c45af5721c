"""Decision rules: the operator's part in a decision, applied to stored articles again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from monitor.classify.memory.score_shift import shifted, without_memory
from monitor.classify.rules.decision import decide
from monitor.classify.rules.keywords import KeywordRules
from monitor.domain.articles import Article, Decision, Verdict
from monitor.domain.feeds import Entry
from monitor.domain.ports import Classifier
from monitor.domain.review.confirmation import with_confirmation
from monitor.domain.topics.topic_decisions import (
    decision_on,
    leading_first,
    with_decisions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRules:
    """Everything that determines a decision besides the pack's verdict."""

    topic: str = ""  # what it decides on; empty: whatever the leading decision is on
    pack: str = ""  # id of the pack in use
    rules: KeywordRules
    threshold: float
    review_threshold: float | None = None
    theme_thresholds: Mapping[str, float]
    config: str  # digest of the settings that decide
    classifier: Classifier  # the pack with the settings' lexicon
    memory: bool = True  # whether similar articles move a score, as they did when it was decided
    # True for entries that the operator's lexicon names: the classifier may score them differently.
    needs_rejudging: Callable[[Entry], bool] = lambda entry: False
    further: tuple[DecisionRules, ...] = ()  # of the other topics

    @property
    def of_topics(self) -> tuple[DecisionRules, ...]:
        """The rules of each topic, the first one first."""
        return (self, *self.further)

    def decide(self, article: Article) -> Decision:
        """The leading decision by these rules; see `decisions`."""
        return self.decisions(article)[0]

    def decided(self, article: Article) -> Article:
        """The article with its decisions by these rules; see `decisions`."""
        return with_decisions(article, self.decisions(article))

    def decisions(self, article: Article, *, with_terms: bool = True) -> Sequence[Decision]:
        """The decision by these rules on each topic, the leading one first.

        It is made on the stored verdict, or on a new one where the article needs rejudging.
        Without terms the hits of rules do not name the words that matched.
        """
        stored = decision_on(article, self.topic) if self.further else None
        decisions = [self._decision(article, stored or article.decision, with_terms=with_terms)]
        for rules in self.further:
            other = decision_on(article, rules.topic)
            if other is not None:  # else the topic was not watched when the article came
                decisions.append(rules._decision(article, other, with_terms=with_terms))
        return leading_first(decisions) if self.further else decisions

    def _decision(self, article: Article, stored: Decision, *, with_terms: bool) -> Decision:
        if self.needs_rejudging(article.entry):
            verdict = self.classifier.judge([article.entry])[0]
            if self.memory:
                verdict = shifted(verdict, stored.similar)
        else:
            verdict = self._stored_verdict(stored)
            if not self.memory:
                verdict = without_memory(verdict)
        hits_of = self.rules.hits if with_terms else self.rules.hits_without_terms
        decision = decide(verdict, hits_of(article.entry), config=self.config)
        return with_confirmation(decision, stored)

    def _stored_verdict(self, decision: Decision) -> Verdict:
        return Verdict(
            score=decision.pack_score,
            threshold=self.threshold,
            review_threshold=self.review_threshold,
            themes=decision.themes,
            theme_thresholds=self.theme_thresholds,
            terms=decision.terms,
            pack=decision.pack,
            own_score=decision.own_score,
            similar=decision.similar,
        )
