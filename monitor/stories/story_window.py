"""Story window: groups articles into stories as they arrive, over the last days.

Each arrival replays average link over the open articles that are connected with it, so that an
early mistake is repaired while its story is young.  A group keeps the number that most of its
articles have; a number goes to one group.  A story that was quiet for two days is settled: its
articles stay together, later ones may join.  Articles that a person put into a story (`pinned`)
stay there, and stories of such articles are never joined.

The result depends only on the order of arrival: a window that is restored from what was stored goes
on like the one that stored it.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.stories.anchors import Anchors, Rarities, StoryText, anchors_of, uncount
from monitor.stories.average_link import average_link
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.pair_features import hours_apart, pair_features
from monitor.stories.pair_model import PairModel

OPEN_HOURS = 8 * 24.0  # articles older than this are not compared any more
PAIR_HOURS = 7 * 24.0 + 12
SETTLED_HOURS = 48.0  # without a new article
MOST_CANDIDATES = 60  # earlier articles that a new one is compared with
MOST_MOVABLE = 40  # articles of one story that a replay may still move, the newest
REPRESENTATIVES = 20  # articles of the settled part of a story that are compared, the newest
_LEAST_SHARED = 5.0  # weight of shared anchors of a candidate, or
_LEAST_SHARE = 0.4  # so large a part of the weight of all, where they are common
_LEAST_LINK = 0.03  # probability below which two articles are not linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What the grouping works with: pack data."""

    dictionary: ConceptDictionary
    model: PairModel
    threshold: float  # mean probability from which two groups are one story


@dataclass(frozen=True, slots=True)
class _Parts:
    """The open articles of one story in order of arrival."""

    settled: list[str]  # stay together
    movable: list[str]
    story: int
    is_fixed: bool  # a person put some of the settled ones here

    @property
    def compared(self) -> list[str]:
        return self.settled[-REPRESENTATIVES:] + self.movable


class StoryWindow:
    """The open articles, their links and their stories."""

    def __init__(self, method: Method, rarities: Rarities, *, next_story: int = 1) -> None:
        self._method = method
        self._rarities = rarities
        self._open: dict[str, Anchors] = {}  # in order of arrival
        self._arrivals: dict[str, int] = {}  # article → number
        self._next_arrival = 1
        self._links: dict[str, dict[str, float]] = {}
        self._postings: dict[str, dict[str, None]] = defaultdict(dict)
        self._stories: dict[str, int] = {}  # article → story
        self._members: dict[int, dict[str, None]] = defaultdict(dict)  # open articles of a story
        self._pinned: set[str] = set()
        self._next_story = next_story
        self._now = 0.0  # hours of the latest article

    def add(self, article: StoryText) -> dict[str, int]:
        """Group one article; return the articles whose story is new or changed, with its number.

        Raise ValueError when an article of this key is open already.
        """
        anchors = self._read(article)
        self._link(anchors)
        self._open_up(anchors)
        return self._replay(article)

    def restore(
        self, article: StoryText, story: int, links: Mapping[str, float], *, pinned: bool = False
    ) -> None:
        """Add an article as it was grouped before, after those that came before it.

        `links` are those to earlier articles, as `links_of` returned them after its arrival.
        """
        anchors = self._read(article)
        row = self._links[article.key] = {}
        for other, probability in links.items():
            if other in self._open:
                row[other] = self._links[other][article.key] = probability
        self._open_up(anchors)
        self._move(article.key, story)
        if pinned:
            self._pinned.add(article.key)
        self._next_story = max(self._next_story, story + 1)

    def links_of(self, key: str) -> Mapping[str, float]:
        """The open articles that are linked with this one, and the probability of each link."""
        return self._links.get(key, {})

    def anchors(self, key: str) -> Anchors:
        """The anchors of an open article."""
        return self._open[key]

    def stories(self) -> Mapping[str, int]:
        """Open article → story."""
        return self._stories

    def members(self, story: int) -> list[str]:
        """The open articles of a story in order of arrival."""
        return sorted(self._members.get(story, ()), key=self._arrivals.__getitem__)

    def _read(self, article: StoryText) -> Anchors:
        if article.key in self._open:
            raise ValueError(f"article {article.key} is in the window already")
        self._close(article.hours - OPEN_HOURS)
        self._now = max(self._now, article.hours)
        return anchors_of(article, self._method.dictionary, self._rarities)

    def _open_up(self, anchors: Anchors) -> None:
        key = anchors.article.key
        self._open[key] = anchors
        self._arrivals[key] = self._next_arrival
        self._next_arrival += 1
        for term in _terms(anchors):
            self._postings[term][key] = None

    def _close(self, before: float) -> None:
        """Forget the articles from before a moment, oldest arrivals first."""
        while self._open:
            key, anchors = next(iter(self._open.items()))
            if anchors.article.hours >= before:
                return
            del self._open[key], self._arrivals[key]
            self._pinned.discard(key)
            uncount(anchors, self._rarities)
            for other in self._links.pop(key):
                del self._links[other][key]
            for term in _terms(anchors):
                del self._postings[term][key]
                if not self._postings[term]:
                    del self._postings[term]
            story = self._stories.pop(key)
            del self._members[story][key]
            if not self._members[story]:
                del self._members[story]

    # ── links ────────────────────────────────────────────────────────────────────────────────────

    def _link(self, anchors: Anchors) -> None:
        key = anchors.article.key
        row = self._links[key] = {}
        names = self._method.dictionary.names
        for other_key in self._candidates(anchors):
            other = self._open[other_key]
            if hours_apart(anchors, other) > PAIR_HOURS:
                continue
            features = pair_features(anchors, other, names)
            probability = self._method.model.probability(features, anchors, other)
            if probability >= _LEAST_LINK:
                row[other_key] = self._links[other_key][key] = probability

    def _candidates(self, anchors: Anchors) -> list[str]:
        """The open articles that share most with this one, by weight; of equals the newest."""
        shared: dict[str, float] = defaultdict(float)
        terms = _terms(anchors)
        for term, weight in terms.items():
            for key in self._postings.get(term, ()):
                shared[key] += weight
        least = min(_LEAST_SHARED, _LEAST_SHARE * sum(terms.values()))
        enough = [key for key, weight in shared.items() if weight >= least]
        return heapq.nlargest(
            MOST_CANDIDATES, enough, key=lambda key: (shared[key], self._arrivals[key])
        )

    # ── replay ───────────────────────────────────────────────────────────────────────────────────

    def _replay(self, article: StoryText) -> dict[str, int]:
        """Cluster anew the stories that links connect with this article."""
        touched = self._touched(article)
        blocks = [parts for parts in touched if parts.settled]
        followers = {parts.settled[-1]: parts.settled[:-REPRESENTATIVES] for parts in blocks}
        start = [parts.settled[-REPRESENTATIVES:] for parts in blocks]
        for parts in touched:
            start += [[key] for key in parts.movable]
        fixed = frozenset(place for place, parts in enumerate(blocks) if parts.is_fixed)
        groups = average_link([*start, [article.key]], self._links, self._method.threshold, fixed)
        for group in groups:
            for key in list(group):
                group += followers.get(key, ())
        owners = {parts.settled[-1]: parts.story for parts in blocks if parts.is_fixed}
        changed: dict[str, int] = {}
        for story, group in self._numbered(groups, owners):
            changed.update((key, story) for key in group if self._stories.get(key) != story)
        for key, story in changed.items():
            self._move(key, story)
        return changed

    def _touched(self, article: StoryText) -> list[_Parts]:
        """The stories that links connect with this article, directly or through others."""
        parts: dict[int, _Parts] = {}
        queue = [article.key]
        while queue:
            for other in self._links[queue.pop()]:
                story = self._stories[other] if other != article.key else None
                if story is not None and story not in parts:
                    parts[story] = self._parts(story)
                    queue += parts[story].compared
        return [parts[story] for story in sorted(parts)]

    def _parts(self, story: int) -> _Parts:
        members = self.members(story)
        newest = max(self._open[member].article.hours for member in members)
        is_settled = self._now - newest > SETTLED_HOURS
        free = [key for key in members if key not in self._pinned]
        movable = [] if is_settled else free[-MOST_MOVABLE:]
        moving = set(movable)
        return _Parts(
            settled=[key for key in members if key not in moving],
            movable=movable,
            story=story,
            is_fixed=len(free) < len(members),
        )

    def _numbered(
        self, groups: list[list[str]], owners: Mapping[str, int]
    ) -> Iterator[tuple[int, list[str]]]:
        """Each group with its story: the one that most of its articles have, of equals the oldest.

        A story goes to one group; a group without any gets a new one.  `owners` names the stories
        of articles that a person put there.
        """
        claims: list[tuple[float, int, int]] = []
        for place, group in enumerate(groups):
            held = Counter(self._stories[key] for key in group if key in self._stories)
            claims += [(-count, story, place) for story, count in held.items()]
            claims += [(-math.inf, owners[key], place) for key in group if key in owners]
        numbers: dict[int, int] = {}
        for _, story, place in sorted(claims):
            if place not in numbers and story not in numbers.values():
                numbers[place] = story
        for place, group in enumerate(groups):
            if place not in numbers:
                numbers[place] = self._next_story
                self._next_story += 1
            yield numbers[place], group

    def _move(self, key: str, story: int) -> None:
        before = self._stories.get(key)
        if before is not None:
            del self._members[before][key]
            if not self._members[before]:
                del self._members[before]
        self._stories[key] = story
        self._members[story][key] = None


def _terms(anchors: Anchors) -> dict[str, float]:
    """What finds candidates: concepts and phonetic keys with their weights."""
    return {**anchors.weights, **{f"~{name}": weight for name, weight in anchors.names.items()}}
