"""Term rarity: inverse document frequencies that are counted while articles arrive."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping


class Rarity:
    """How rare each term is among the articles counted so far."""

    def __init__(self, counts: Mapping[str, int], articles: int) -> None:
        self._counts = Counter(counts)
        self._articles = articles

    def count(self, terms: Iterable[str]) -> None:
        """Count one article with these terms."""
        self._counts.update(terms)
        self._articles += 1

    def uncount(self, terms: Iterable[str]) -> None:
        """Take back the count of one article."""
        self._counts.subtract(list(terms))  # of a mapping, too: its keys
        self._articles -= 1

    def weight(self, term: str) -> float:
        """The inverse document frequency, in natural logarithms; above 0."""
        return math.log((self._articles + 1) / (self._counts[term] + 0.5))

    def share(self, term: str) -> float:
        """The share of articles that have the term, 0 to 1."""
        return self._counts[term] / max(1, self._articles)
