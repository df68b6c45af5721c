"""Linear classifier: scores an article for the topic and its themes by logistic regressions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features.vectors import GATE, ArticleFeatures
from monitor.classify.features.views import ArticleViews, extract_views
from monitor.classify.model.term_weights import FeatureWeights, strongest_terms
from monitor.classify.packs.pack import ModelWeights, Pack
from monitor.domain.articles import Term, Verdict
from monitor.domain.feeds import Entry

_BATCH_SIZE = 256


class LinearClassifier:
    """A pack's classifier: two averaged logistic regressions for relevance, one for each theme."""

    def __init__(self, pack: Pack, *, with_terms: bool = True) -> None:
        """Without terms, which cost half of the work, verdicts have scores and themes alone."""
        self.pack = pack
        self.weights = FeatureWeights(pack.model, pack.metadata.topic) if with_terms else None
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
            extract_views(entry.title, entry.text, pack.lexicon, pack.metadata.topic)
            for entry in entries
        ]
        logits = mean_logits(pack.model, articles)
        chance = sigmoid(pack.model.temperature * logits[:, :2].mean(axis=1))
        themes = sigmoid(logits[:, 2:])
        return [
            self._verdict(article, float(score), row)
            for article, score, row in zip(articles, chance, themes.tolist(), strict=True)
        ]

    def _verdict(self, article: ArticleViews, chance: float, themes: list[float]) -> Verdict:
        pack = self.pack
        score = chance if article.opens else chance * GATE
        return Verdict(
            score=score,
            threshold=pack.threshold,
            review_threshold=pack.review_threshold,
            themes=dict(zip(pack.themes, themes, strict=True)),
            theme_thresholds=self._theme_thresholds,
            terms=self._terms(article),
            pack=pack.id,
            own_score=score if article.opens else None,
        )

    def _terms(self, article: ArticleViews) -> tuple[Term, ...]:
        """The strongest terms; articles that the gate rejects need none."""
        if self.weights is None or not article.opens:
            return ()
        return strongest_terms(article, self.weights)


def mean_logits(model: ModelWeights, articles: Sequence[ArticleViews]) -> NDArray[np.float64]:
    """Return the log-odds of every output, a row for each article: the mean of its views."""
    views = list(chain.from_iterable(article.views for article in articles))
    logits = view_logits(model, views)
    counts = np.array([len(article.views) for article in articles])
    sums = np.add.reduceat(logits, np.cumsum(counts) - counts)
    means: NDArray[np.float64] = sums / counts[:, None]
    return means


def view_logits(model: ModelWeights, views: Sequence[ArticleFeatures]) -> NDArray[np.float64]:
    """Return the log-odds of every output, a row for each view."""
    return model.vectoriser.rows(views).times(model.matrix) + model.intercepts


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities that the log-odds stand for."""
    chances: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0)))
    return chances
