"""Average-link clustering of a sparse graph of probabilities, and the stories of the groups."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

Links = Mapping[str, Mapping[str, float]]  # article → other article → probability; symmetric
Pair = tuple[float, int, int]  # of two groups the mean, below 0, and their numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Hysteresis:
    """What was in one story before stays together at a lower mean than others need to join."""

    stories: Mapping[str, int]  # article → its story before
    threshold: float


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
    joined, neither directly nor through others.  With `hysteresis`, two groups that hold articles
    of one story join from its lower threshold.
    """
    graph = _GroupGraph(groups, links, threshold, hysteresis)
    assigned = dict(fixed)
    heap: list[Pair] = []
    for number in graph.members:
        heap += graph.joinable(number, above=number)
    heapq.heapify(heap)
    while heap:
        negative_mean, first, second = heapq.heappop(heap)
        if first in assigned and assigned[first] != assigned.get(second, assigned[first]):
            continue
        if graph.means[first].get(second) == -negative_mean:
            graph.join(first, second)
            if second in assigned:
                assigned[first] = assigned[second]
            for pair in graph.joinable(first):
                heapq.heappush(heap, pair)
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
    """Groups by number, and for each the sum of probabilities to every other linked one."""

    def __init__(
        self,
        groups: Sequence[Sequence[str]],
        links: Links,
        threshold: float,
        hysteresis: Hysteresis | None,
    ) -> None:
        self._threshold = self._staying = threshold
        before: Mapping[str, int] = {}
        if hysteresis is not None:
            self._staying = hysteresis.threshold
            before = hysteresis.stories
        self._stories_before: list[set[int]] = []
        for group in groups:
            self._stories_before.append({before[key] for key in group if key in before})
        self.members = {number: list(group) for number, group in enumerate(groups)}
        numbers: dict[str, int] = {}
        for number, group in self.members.items():
            numbers.update(dict.fromkeys(group, number))
        has_pairs = any(len(group) > 1 for group in groups)
        sums = _sums if has_pairs else _probabilities  # the same, and quicker
        self.totals = {
            number: sums(number, group, numbers, links) for number, group in self.members.items()
        }
        # of two groups, the lower number first: their mean when it was last computed
        self.means: dict[int, dict[int, float]] = {number: {} for number in self.members}

    def joinable(self, group: int, above: int = -1) -> list[Pair]:
        """The pairs of this group with others numbered above that have a sufficient mean."""
        pairs: list[Pair] = []
        totals, members, means = self.totals, self.members, self.means
        size = len(members[group])
        for other, total in totals[group].items():
            if other > above:
                mean = min(total, totals[other][group]) / (size * len(members[other]))
                first, second = (group, other) if group < other else (other, group)
                means[first][second] = mean
                if mean >= self._threshold or (
                    mean >= self._staying and self._were_together(group, other)
                ):
                    pairs.append((-mean, first, second))
        return pairs

    def _were_together(self, group: int, other: int) -> bool:
        return not self._stories_before[group].isdisjoint(self._stories_before[other])

    def join(self, first: int, second: int) -> None:
        """Move the members and links of the second group to the first."""
        self.members[first] += self.members.pop(second)
        self._stories_before[first] |= self._stories_before[second]
        self.means[second].clear()
        self.means[first].pop(second, None)
        joined = self.totals[first]
        row = self.totals.pop(second)
        del joined[second]
        for other, total in row.items():
            if other != first:
                combined = joined.get(other, 0.0) + total
                others = self.totals[other]
                joined[other] = others[first] = combined
                del others[second]
                self.means[other].pop(second, None)


def _probabilities(
    number: int, group: Sequence[str], numbers: Mapping[str, int], links: Links
) -> dict[int, float]:
    """To every other linked group, where each group has one member."""
    row = links.get(group[0], {})
    return {numbers[other]: row[other] for other in row.keys() & numbers.keys()}


def _sums(
    number: int, group: Sequence[str], numbers: Mapping[str, int], links: Links
) -> dict[int, float]:
    """The sum of probabilities to every other linked group."""
    sums: dict[int, float] = {}
    for key in group:
        row = links.get(key, {})
        for other in filter(numbers.__contains__, row):  # most links lead to other articles
            place = numbers[other]
            if place != number:
                sums[place] = sums.get(place, 0.0) + row[other]
    return sums
