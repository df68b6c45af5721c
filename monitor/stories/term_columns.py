"""Term columns: the terms of an article as arrays, so that it is compared with many at once.

Terms are compared by the hashes that Python keeps of each text: no numbers need to be given and
taken back.  They have 61 bits or more, so two terms of one hash are not to be expected.  Sums are
exact, as those of `math.fsum`, so that they do not depend on the order of the terms, nor on the
hashes, which differ in each process.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64, int64, intp
    from numpy.typing import NDArray

# Kinds of terms, which the last bits of their hashes tell; concepts are names and acts together.
NAMES, ACTS, WORDS, SOUNDS, CONCEPTS = KINDS = range(5)
_KIND_BITS = 3
# Values of a term: its components in the unit vectors of the article, of the headline and of the
# terms of its kind, its weight, and its weight where it is in the headline.
IN_ARTICLE, IN_HEADLINE, IN_KIND, WEIGHT, HEADLINE_WEIGHT = VALUES = range(5)
Values = tuple[float, float, float, float, float]
# Columns of what two articles share: the products of the components, the weights in either.
_NEWER, _OLDER, _WIDTH = 3, 5, 7
# A number of at most some hundreds, plus and less this, is rounded to a multiple of 2^-40.
_ROUNDING = 1.5 * 2.0**12
_ENDINGS = 2**14


@dataclass(frozen=True, slots=True, kw_only=True)
class TermColumns:
    """The terms of one article, those of a kind together."""

    hashes: NDArray[int64]
    values: NDArray[float64]  # a row for each term
    trigrams: NDArray[int64]  # hashes

    @staticmethod
    def of(terms: Mapping[int, Mapping[str, Values]], trigrams: Collection[str]) -> TermColumns:
        """The terms by kind, with their values, and the trigrams of a headline."""
        import numpy

        hashes: list[int] = []
        rows: list[float] = []
        for kind, values in terms.items():
            hashes += [hash(term) & ~_KIND_BITS | kind for term in values]
            rows += chain.from_iterable(values.values())
        return TermColumns(
            hashes=numpy.array(hashes, dtype=numpy.int64),
            values=numpy.array(rows, dtype=numpy.float64).reshape(len(hashes), len(VALUES)),
            trigrams=numpy.fromiter(map(hash, trigrams), dtype=numpy.int64, count=len(trigrams)),
        )


class SharedTerms:
    """What an article shares with each of some older ones, by kind of term, as columns."""

    def __init__(self, newer: TermColumns, olders: Sequence[TermColumns]) -> None:
        import numpy

        hashes = [older.hashes for older in olders]
        theirs, ours = _common(numpy.concatenate(hashes), newer.hashes)
        old = numpy.concatenate([older.values for older in olders])[theirs]
        new = newer.values[ours]
        shared = numpy.empty((len(theirs), _WIDTH))
        shared[:, :_NEWER] = old[:, :WEIGHT] * new[:, :WEIGHT]
        shared[:, _NEWER:_OLDER] = new[:, WEIGHT:]
        shared[:, _OLDER:] = old[:, WEIGHT:]
        # of each older article and kind one cell, whose terms are behind one another
        cells = _owners(hashes)[theirs] * len(KINDS) + (newer.hashes[ours] & _KIND_BITS)
        starts = numpy.flatnonzero(numpy.diff(cells, prepend=-1))
        filled = cells[starts]
        # two parts, each of which is added without rounding
        coarse = (shared + _ROUNDING) - _ROUNDING
        parts = numpy.zeros((2, len(olders), len(KINDS), _WIDTH))
        flat = parts.reshape(2, -1, _WIDTH)
        flat[0, filled] = numpy.add.reduceat(coarse, starts, axis=0)
        flat[1, filled] = numpy.add.reduceat(shared - coarse, starts, axis=0)
        parts[:, :, CONCEPTS] = parts[:, :, NAMES] + parts[:, :, ACTS]
        rarest = numpy.zeros((len(olders), len(KINDS), 2))
        weights = shared[:, [_NEWER, _OLDER]]
        rarest.reshape(-1, 2)[filled] = numpy.maximum.reduceat(weights, starts, axis=0)
        # by column and kind a number for each older article
        self._sums: NDArray[float64] = (parts[0] + parts[1]).T
        self._rarest = rarest.T

    def cosine(self, component: int, kind: int) -> NDArray[float64]:
        """The cosine of two unit vectors by the terms of a kind."""
        return self._sums[component, kind, :]

    def newer_weight(self, weight: int, kind: int) -> NDArray[float64]:
        """The weight of what is shared in the newer article."""
        return self._sums[_NEWER - WEIGHT + weight, kind, :]

    def older_weight(self, weight: int, kind: int) -> NDArray[float64]:
        """The weight of what is shared in the older article."""
        return self._sums[_OLDER - WEIGHT + weight, kind, :]

    def rarest_newer_weight(self, kind: int) -> NDArray[float64]:
        """The weight of the rarest shared term in the newer article."""
        return self._rarest[0, kind, :]

    def rarest_older_weight(self, kind: int) -> NDArray[float64]:
        """The weight of the rarest shared term in the older article."""
        return self._rarest[1, kind, :]


def shared_trigrams(newer: TermColumns, olders: Sequence[TermColumns]) -> NDArray[intp]:
    """How many trigrams of the newer headline each of the older ones has."""
    import numpy

    trigrams = [older.trigrams for older in olders]
    theirs, _ = _common(numpy.concatenate(trigrams), newer.trigrams)
    return numpy.bincount(_owners(trigrams)[theirs], minlength=len(olders))


def _owners(hashes: Sequence[NDArray[int64]]) -> NDArray[intp]:
    """Of each hash, as they are behind one another, the place of its article."""
    import numpy

    return numpy.repeat(numpy.arange(len(hashes)), [len(listed) for listed in hashes])


def _common(theirs: NDArray[int64], ours: NDArray[int64]) -> tuple[NDArray[intp], NDArray[intp]]:
    """The places of their hashes that are among ours, in their order, and the places of ours."""
    import numpy

    # the last bits tell of most that they are not, which takes less time than to look them up
    has_ending = numpy.zeros(_ENDINGS, dtype=numpy.bool_)
    has_ending[ours & _ENDINGS - 1] = True
    likely = numpy.flatnonzero(has_ending[theirs & _ENDINGS - 1])
    if not likely.size:
        return likely, likely
    order = ours.argsort()
    above = ours.searchsorted(theirs[likely], sorter=order)
    places = order.take(above, mode="clip")
    is_common = ours[places] == theirs[likely]
    return likely[is_common], places[is_common]
