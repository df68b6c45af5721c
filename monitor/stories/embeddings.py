"""Sentence embeddings of articles: vectors of meaning, compared across languages by their cosine.

The vectors that an encoder makes of one language lie together, apart from those of all others.  So
each vector is taken less the mean of its language in the stream, and to unit length; the means
begin with those of the pack and count the articles of the open window.  Components are whole
numbers, so sums are exact, and a window that is restored goes on as if nothing had happened.
"""

from __future__ import annotations

import base64
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add, mul, sub
from typing import TYPE_CHECKING

SCALE = 400  # a component of 1.0; components of a unit vector of some hundred are far below
_MOST = 127  # so that a component is one byte; larger ones are cut
_PRIOR_WEIGHT = 30  # articles that a mean of the pack counts as
ANY_LANGUAGE = ""  # the mean of all languages, for those that have none in the pack

if TYPE_CHECKING:
    Components = array[int]  # of type "b"
else:
    Components = array


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """The vector of one article."""

    model: str  # digest of the encoder's model: vectors of two models can't be compared
    components: Components

    @staticmethod
    def of(vector: Sequence[float], model: str) -> Embedding:
        """A vector of unit length in whole numbers of 1/`SCALE`."""
        whole = (max(-_MOST, min(_MOST, round(value * SCALE))) for value in vector)
        return Embedding(model=model, components=array("b", whole))

    def to_text(self) -> str:
        """The vector as it is stored: the model, a colon, one byte for each component."""
        encoded = base64.b64encode(self.components.tobytes()).decode("ascii")
        return f"{self.model}:{encoded}"

    @staticmethod
    def from_text(text: str) -> Embedding:
        """The vector that `to_text` wrote.  Raise ValueError."""
        model, _, encoded = text.partition(":")
        components = array("b", base64.b64decode(encoded, validate=True))
        if not components:
            raise ValueError("an embedding without components")
        return Embedding(model=model, components=components)


def cosine(first: Embedding, second: Embedding) -> float:
    """The cosine of two vectors of unit length, about -1 to 1."""
    product: int = sum(map(mul, first.components, second.components))
    return product / (SCALE * SCALE)


class LanguageMeans:
    """The mean vector of each language."""

    def __init__(self, priors: Mapping[str, Embedding]) -> None:
        """`priors` are the means to begin with; one of them is that of `ANY_LANGUAGE`."""
        self.model = priors[ANY_LANGUAGE].model
        self._priors = priors
        self._counts: dict[str, int] = {}
        self._sums: dict[str, list[int]] = {}

    def count(self, language: str, embedding: Embedding) -> None:
        """Count one article of a language."""
        self._counts[language] = self._counts.get(language, 0) + 1
        self._sums[language] = list(map(add, self._sum(language), embedding.components))

    def uncount(self, language: str, embedding: Embedding) -> None:
        """Take back the count of one article."""
        self._counts[language] -= 1
        self._sums[language] = list(map(sub, self._sum(language), embedding.components))

    def centred(self, language: str, embedding: Embedding) -> Embedding:
        """The vector less the mean of its language, of unit length."""
        articles = _PRIOR_WEIGHT + self._counts.get(language, 0)
        prior = self._priors.get(language) or self._priors[ANY_LANGUAGE]
        rows = zip(embedding.components, prior.components, self._sum(language), strict=True)
        centred = [
            value - (_PRIOR_WEIGHT * begin + total) / articles for value, begin, total in rows
        ]
        length = math.sqrt(math.fsum(value * value for value in centred)) or 1.0
        return Embedding.of([value / length for value in centred], embedding.model)

    def _sum(self, language: str) -> Sequence[int]:
        nothing = [0] * len(self._priors[ANY_LANGUAGE].components)
        return self._sums.get(language, nothing)
