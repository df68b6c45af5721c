"""Embedding of an article for its grouping: what is encoded of it, and by which model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import add

from monitor.domain.ports import TextEncoder
from monitor.stories.anchors import opening_of
from monitor.stories.embeddings import Embedding

# Characters that are encoded: time and memory grow with the text, the quality does not.
_HEADLINE, _OPENING = 300, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEncoder:
    """Encodes articles for their grouping."""

    encoder: TextEncoder
    model: str  # digest of its model

    def embedding(self, title: str, text: str) -> Embedding:
        """The vector of an article: half of its headline, half of headline and opening.

        The headline says what happened, the opening who and where; their mean ranks pairs of
        articles better than either.
        """
        headline = title[:_HEADLINE]
        opening = opening_of(text)[:_OPENING].strip()
        vector = self.encoder.encode(headline)
        if opening:
            whole = self.encoder.encode(f"{headline} {opening}")
            total = list(map(add, vector, whole))
            length = math.hypot(*total) or 1.0
            vector = [value / length for value in total]
        return Embedding.of(vector, self.model)
