"""Average-link clustering of a sparse graph of probabilities."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from types import MappingProxyType

Links = Mapping[str, Mapping[str, float]]  # article → other article → probability; symmetric


def average_link(
    groups: Sequence[Sequence[str]],
    links: Links,
    threshold: float,
    fixed: Mapping[int, int] = MappingProxyType({}),
) -> list[list[str]]:
    """Join the two groups with the highest mean probability until no mean reaches the threshold.

    The mean is over all pairs of two groups; a pair without a link counts as 0.  The result is in
    the order of the given groups, and so are joins of equal means.  `fixed` says of some groups, by
    their places, to which story a person assigned them: groups of different stories are never
    joined, neither directly nor through others.
    """
    graph = _GroupGraph(groups, links)
    assigned = dict(fixed)
    heap = []
    for first, row in graph.totals.items():
        heap += [(-graph.mean(first, second), first, second) for second in row if first < second]
    heapq.heapify(heap)
    while heap and -heap[0][0] >= threshold:
        negative_mean, first, second = heapq.heappop(heap)
        is_current = first in graph.members and second in graph.members
        if first in assigned and assigned[first] != assigned.get(second, assigned[first]):
            continue
        if is_current and graph.mean(first, second) == -negative_mean:
            graph.join(first, second)
            if second in assigned:
                assigned[first] = assigned[second]
            for other in graph.totals[first]:
                pair = min(first, other), max(first, other)
                heapq.heappush(heap, (-graph.mean(*pair), *pair))
    return [members for _, members in sorted(graph.members.items())]


class _GroupGraph:
    """Groups by number, and for each the sum of probabilities to every other linked one."""

    def __init__(self, groups: Sequence[Sequence[str]], links: Links) -> None:
        self.members = {number: list(group) for number, group in enumerate(groups)}
        self.totals: dict[int, dict[int, float]] = {number: {} for number in self.members}
        numbers: dict[str, int] = {}
        for number, group in self.members.items():
            numbers.update(dict.fromkeys(group, number))
        for key, number in numbers.items():
            row = self.totals[number]
            for other, probability in links.get(key, {}).items():
                place = numbers.get(other, number)
                if place != number:
                    row[place] = row.get(place, 0.0) + probability

    def mean(self, first: int, second: int) -> float:
        pairs = len(self.members[first]) * len(self.members[second])
        return min(self.totals[first][second], self.totals[second][first]) / pairs

    def join(self, first: int, second: int) -> None:
        """Move the members and links of the second group to the first."""
        self.members[first] += self.members.pop(second)
        row = self.totals.pop(second)
        del self.totals[first][second]
        for other, total in row.items():
            if other != first:
                combined = self.totals[first].get(other, 0.0) + total
                self.totals[first][other] = self.totals[other][first] = combined
                del self.totals[other][second]
