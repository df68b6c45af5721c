"""Average-link clustering of a sparse graph of probabilities, and the stories of the groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import bool_, float64
    from numpy.typing import NDArray

Links = Mapping[str, Mapping[str, float]]  # article → other article → probability; symmetric
_NO_STORY = -1  # of a group that no person assigned


@dataclass(frozen=True, slots=True, kw_only=True)
class Hysteresis:
    """What was in one story before stays together at a lower mean than others need to join.

    Only small groups do: a wrong join of two is taken back by the next join, but a large group that
    stays together holds all of its errors.
    """

    stories: Mapping[str, int]  # article → its story before
    threshold: float
    largest: int  # articles of both groups together


def average_link(
    groups: Sequence[Sequence[str]],
    links: Links,
    threshold: float,
    fixed: Mapping[int, int] = MappingProxyType({}),
    *,
    hysteresis: Hysteresis | None = None,
) -> list[list[str]]:
    """Join the two groups with the highest mean probability until no mean reaches the threshold.

    The mean is over all pairs of two groups; a pair without a link counts as 0.  The result is in
    the order of the given groups, and so are joins of equal means.  `fixed` says of some groups, by
    their places, to which story a person assigned them: groups of different stories are never
    joined, neither directly nor through others.  With `hysteresis`, two small groups that hold
    articles of one story join from its lower threshold.
    """
    graph = _GroupGraph(groups, links, threshold, fixed, hysteresis)
    while (pair := graph.best_pair()) is not None:
        graph.join(*pair)
    return [members for _, members in sorted(graph.members.items())]


def numbered(
    groups: Sequence[list[str]],
    stories: Mapping[str, int],
    assigned: Mapping[str, int],
    take_number: Callable[[], int],
) -> Iterator[tuple[int, list[str]]]:
    """Each group with its story: the one that most of its articles have, of equals the oldest.

    A story goes to one group; a group without any takes a new number.  `stories` has the present
    story of each article.  `assigned` names the stories of articles that are bound to them: their
    groups get no other.
    """
    claims: list[tuple[int, int, int]] = []
    numbers: dict[int, int] = {}
    for place, group in enumerate(groups):
        numbers.update((place, assigned[key]) for key in group if key in assigned)
        held = Counter(stories[key] for key in group if key in stories)
        claims += [(-count, story, place) for story, count in held.items()]
    used_numbers = set(numbers.values())
    for _, story, place in sorted(claims):
        if place not in numbers and story not in used_numbers:
            numbers[place] = story
            used_numbers.add(story)
    for place, group in enumerate(groups):
        if place not in numbers:
            numbers[place] = take_number()
        yield numbers[place], group


class _GroupGraph:
    """Groups by number, with the sums of probabilities between them as a square matrix.

    A replay joins some tens of groups, so that a look at the whole matrix for each join takes less
    time than to keep pairs in order one by one.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[str]],
        links: Links,
        threshold: float,
        fixed: Mapping[int, int],
        hysteresis: Hysteresis | None,
    ) -> None:
        import numpy

        self._threshold = self._staying = threshold
        self._largest = 0
        self.members = {number: list(group) for number, group in enumerate(groups)}
        count = len(self.members)
        self._sizes = numpy.array([len(group) for group in groups], dtype=numpy.int64)
        self._sums = _sum_matrix(groups, links)
        self._assigned = numpy.full(count, _NO_STORY, dtype=numpy.int64)
        for number, story in fixed.items():
            self._assigned[number] = story
        self._stories_before: NDArray[bool_] = numpy.zeros((count, 0), dtype=numpy.bool_)
        if hysteresis is not None:
            self._staying, self._largest = hysteresis.threshold, hysteresis.largest
            self._stories_before = _story_matrix(groups, hysteresis.stories)
        # of two groups, the lower number first: their mean if they may join, else 0
        self._means: NDArray[float64] = numpy.zeros((count, count))
        for number in self.members:
            self._means[number, number + 1 :] = self._joinable(number)[number + 1 :]

    def best_pair(self) -> tuple[int, int] | None:
        """The two groups to join next; None: no others may join."""
        if not self._means.size:
            return None
        first, second = divmod(int(self._means.argmax()), len(self._means))
        return (first, second) if self._means[first, second] > 0 else None

    def join(self, first: int, second: int) -> None:
        """Move the members and links of the second group to the first, which is numbered below."""
        self.members[first] += self.members.pop(second)
        self._sizes[first] += self._sizes[second]
        self._stories_before[first] |= self._stories_before[second]
        if self._assigned[first] == _NO_STORY:
            self._assigned[first] = self._assigned[second]
        sums = self._sums
        is_linked = sums[second] > 0
        sums[first] += sums[second]
        sums[is_linked, first] = sums[first, is_linked]
        sums[first, first] = 0
        sums[second] = sums[:, second] = 0
        means = self._joinable(first)
        self._means[second] = self._means[:, second] = 0
        self._means[first, first + 1 :] = means[first + 1 :]
        self._means[:first, first] = means[:first]

    def _joinable(self, group: int) -> NDArray[float64]:
        """The mean probability of this group with each group that it may join; of others 0."""
        import numpy

        # the two sums of a pair may differ in their last digit, as their parts were added
        sums = numpy.minimum(self._sums[group], self._sums[:, group])
        means: NDArray[float64] = sums / (self._sizes[group] * self._sizes)
        may_join = means >= self._threshold
        if self._stories_before.size:
            were_together = (self._stories_before & self._stories_before[group]).any(axis=1)
            are_small = self._sizes[group] + self._sizes <= self._largest
            may_join |= (means >= self._staying) & were_together & are_small
        story = self._assigned[group]
        if story != _NO_STORY:
            may_join &= (self._assigned == story) | (self._assigned == _NO_STORY)
        means[~may_join] = 0
        return means


def _story_matrix(groups: Sequence[Sequence[str]], stories: Mapping[str, int]) -> NDArray[bool_]:
    """Of each group, in a row, which stories its articles were in."""
    import numpy

    columns: dict[int, int] = {}  # of these stories alone: a window has thousands
    for group in groups:
        for key in group:
            if key in stories:
                columns.setdefault(stories[key], len(columns))
    matrix: NDArray[bool_] = numpy.zeros((len(groups), len(columns)), dtype=numpy.bool_)
    for number, group in enumerate(groups):
        for key in group:
            if key in stories:
                matrix[number, columns[stories[key]]] = True
    return matrix


def _sum_matrix(groups: Sequence[Sequence[str]], links: Links) -> NDArray[float64]:
    """Of each group, in a row, the sum of probabilities to every other one."""
    import numpy

    count = len(groups)
    columns: dict[str, int] = {}
    for number, group in enumerate(groups):
        columns.update(dict.fromkeys(group, number))
    places: list[int] = []  # of the links behind one another: the column, `count` for others
    probabilities: list[float] = []
    sizes: list[int] = []  # links of each group
    for group in groups:
        start = len(places)
        for key in group:
            row = links.get(key, {})
            places += map(columns.get, row, repeat(count))
            probabilities += row.values()
        sizes.append(len(places) - start)
    width = count + 1
    starts = numpy.repeat(numpy.arange(count) * width, sizes)
    weights = numpy.array(probabilities, dtype=numpy.float64)
    matrix: NDArray[float64] = numpy.zeros((count, width))
    # unlike `numpy.sum`, this adds one after another, in the order of the links
    numpy.add.at(matrix.ravel(), starts + numpy.array(places, dtype=numpy.intp), weights)
    return matrix[:, :count]
