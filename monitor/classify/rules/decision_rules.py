"""Decision rules: the operator's part in a decision, applied to stored articles again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.classify.memory.score_shift import shifted, without_memory
from monitor.classify.rules.decision import decide
from monitor.classify.rules.keywords import KeywordRules
from monitor.domain.articles import Article, Decision, Verdict
from monitor.domain.feeds import Entry
from monitor.domain.ports import Classifier
from monitor.domain.review.confirmation import with_confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRules:
    """Everything that determines a decision besides the pack's verdict."""

    rules: KeywordRules
    threshold: float
    review_threshold: float | None = None
    theme_thresholds: Mapping[str, float]
    config: str  # digest of the settings that decide
    classifier: Classifier  # the pack with the settings' lexicon
    memory: bool = True  # whether similar articles move a score, as they did when it was decided
    # True for entries that the operator's lexicon names: the classifier may score them differently.
    needs_rejudging: Callable[[Entry], bool] = lambda entry: False

    def decide(self, article: Article, *, rejudge: bool) -> Decision:
        """The decision by these rules, on the stored verdict or, with `rejudge`, on a new one."""
        if rejudge:
            verdict = self.classifier.judge([article.entry])[0]
            if self.memory:
                verdict = shifted(verdict, article.decision.similar)
        else:
            verdict = self._stored_verdict(article.decision)
            if not self.memory:
                verdict = without_memory(verdict)
        decision = decide(verdict, self.rules.hits(article.entry), config=self.config)
        return with_confirmation(decision, article.decision)

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
