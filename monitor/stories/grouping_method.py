"""Grouping method: the dictionary, pair models and threshold of a topic pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.stories.anchors import Anchors
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.pair_features import encoder_features, pair_features
from monitor.stories.pair_model import PairModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What the grouping works with: pack data."""

    dictionary: ConceptDictionary
    model: PairModel
    threshold: float  # mean probability from which two groups are one story
    encoder_model: PairModel | None = None  # for two articles with embeddings

    def probabilities(self, newer: Anchors, olders: Sequence[Anchors]) -> dict[str, float]:
        """By the key of each older article, the probability that both report one event."""
        plain: list[tuple[Anchors, list[float]]] = []
        encoded: list[tuple[Anchors, list[float]]] = []
        for older in olders:
            features = encoder_features(newer, older) if self.encoder_model else None
            if features is None:
                plain.append((older, pair_features(newer, older)))
            else:
                encoded.append((older, features))
        probabilities: dict[str, float] = {}
        for model, pairs in ((self.model, plain), (self.encoder_model, encoded)):
            if model is not None and pairs:
                others = [older for older, _ in pairs]
                rows = [row for _, row in pairs]
                values = model.probabilities(rows, newer, others)
                probabilities |= {
                    older.article.key: value for older, value in zip(others, values, strict=True)
                }
        return probabilities
