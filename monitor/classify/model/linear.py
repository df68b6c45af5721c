"""Does it belong to the topic, to which themes, and which of its words say so?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features.vectors import GATE, ArticleFeatures, extract_features
from monitor.classify.model.term_weights import FeatureWeights, strongest_terms
from monitor.classify.packs.pack import Pack
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry

_BATCH = 256


class LinearClassifier:
    """A pack at work: two logistic regressions of opposite temper, and one per theme."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._pull = FeatureWeights(pack.model, pack.metadata.topic)
        self._theme_thresholds = {slug: theme.threshold for slug, theme in pack.themes.items()}

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        """One verdict per entry, in order; any text gets one."""
        verdicts: list[Verdict] = []
        for start in range(0, len(entries), _BATCH):
            verdicts += self._batch(entries[start : start + _BATCH])
        return verdicts

    def _batch(self, entries: Sequence[Entry]) -> list[Verdict]:
        pack = self.pack
        articles = [
            extract_features(entry.title, entry.text, pack.lexicon, pack.metadata.topic)
            for entry in entries
        ]
        logits = pack.model.vectoriser.rows(articles).times(pack.model.matrix)
        logits += pack.model.intercepts
        chance = _sigmoid(pack.model.temperature * logits[:, :2].mean(axis=1))
        themes = _sigmoid(logits[:, 2:])
        return [
            self._verdict(article, float(score), row)
            for article, score, row in zip(articles, chance, themes.tolist(), strict=True)
        ]

    def _verdict(self, article: ArticleFeatures, chance: float, themes: list[float]) -> Verdict:
        pack = self.pack
        score = chance if article.opens else chance * GATE
        # The theme heads know only relevant articles: for others their answer counts for less.
        # By the pack's own threshold: a change of the operator's leaves every verdict as it was.
        trust = min(1.0, score / pack.trained_threshold) if pack.trained_threshold > 0 else 1.0
        return Verdict(
            score=score,
            threshold=pack.threshold,
            themes={slug: p * trust for slug, p in zip(pack.themes, themes, strict=True)},
            theme_thresholds=self._theme_thresholds,
            # Half of the work, and of what can't belong nobody asks which words pulled it down.
            terms=strongest_terms(article, self._pull) if article.opens else (),
            pack=pack.id,
        )


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0)))
    return chances
