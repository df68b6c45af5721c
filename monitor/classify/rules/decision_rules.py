"""Decision rules: what settles a decision besides the pack's verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.classify.rules import decision as decide
from monitor.classify.rules.keywords import KeywordRules
from monitor.domain.articles import Article, Decision, Verdict
from monitor.domain.feeds import Entry
from monitor.domain.ports import Classifier


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRules:
    """What settles a decision besides the pack's verdict."""

    rules: KeywordRules
    threshold: float
    theme_thresholds: Mapping[str, float]
    config: str  # digest of the settings that decide
    classifier: Classifier  # the pack with the settings' lexicon
    anew: Callable[[Entry], bool] = lambda entry: False  # of which it may say otherwise now

    def decide(self, article: Article, *, anew: bool) -> Decision:
        """The decision that these rules make of what the pack once said, or says `anew`."""
        verdict = (
            self.classifier.judge([article.entry])[0] if anew else self._said(article.decision)
        )
        return decide.decide(verdict, self.rules.hits(article.entry), config=self.config)

    def _said(self, stored: Decision) -> Verdict:
        return Verdict(
            score=stored.pack_score,
            threshold=self.threshold,
            themes=stored.themes,
            theme_thresholds=self.theme_thresholds,
            terms=stored.terms,
            pack=stored.pack,
        )
