"""Linear classifier: scores an article for the topic and its themes by logistic regressions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features.vectors import GATE, ArticleFeatures, extract_features
from monitor.classify.model.term_weights import FeatureWeights, strongest_terms
from monitor.classify.packs.pack import Pack
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry

_BATCH_SIZE = 256


class LinearClassifier:
    """A pack's classifier: two averaged logistic regressions for relevance, one for each theme."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._weights = FeatureWeights(pack.model, pack.metadata.topic)
        self._theme_thresholds = {slug: theme.threshold for slug, theme in pack.themes.items()}

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        """Return one verdict for each entry, in order."""
        verdicts: list[Verdict] = []
        for start in range(0, len(entries), _BATCH_SIZE):
            verdicts += self._judge_batch(entries[start : start + _BATCH_SIZE])
        return verdicts

    def _judge_batch(self, entries: Sequence[Entry]) -> list[Verdict]:
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
        # The theme models were trained on relevant articles only: scale them down for others.
        # The trained threshold is used, so that the operator's does not change any verdict.
        trust = min(1.0, score / pack.trained_threshold) if pack.trained_threshold > 0 else 1.0
        return Verdict(
            score=score,
            threshold=pack.threshold,
            themes={slug: p * trust for slug, p in zip(pack.themes, themes, strict=True)},
            theme_thresholds=self._theme_thresholds,
            # Half of the work; not needed for articles that the gate rejects.
            terms=strongest_terms(article, self._weights) if article.opens else (),
            pack=pack.id,
        )


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0)))
    return chances
