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
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.stories.anchors import Anchors, Rarities, StoryText, anchors_of, uncount
from monitor.stories.average_link import average_link
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.embeddings import cosine
from monitor.stories.pair_features import encoder_features, hours_apart, pair_features
from monitor.stories.pair_model import PairModel

OPEN_HOURS = 8 * 24.0  # articles older than this are not compared any more
PAIR_HOURS = 7 * 24.0 + 12
SETTLED_HOURS = 48.0  # without a new article
MOST_CANDIDATES = 60  # earlier articles that a new one is compared with
MOST_NEAREST = 20  # more of them, by their embeddings
MOST_MOVABLE = 40  # articles of one story that a replay may still move, the newest
# A window is restored from the articles of this span: those that are open, and those that were open
# when one of them came, because they counted for its weights.
RESTORED_HOURS = 2 * OPEN_HOURS
REPRESENTATIVES = 20  # articles of the settled part of a story that are compared, the newest
_LEAST_SHARED = 5.0  # weight of shared anchors of a candidate, or
_LEAST_SHARE = 0.4  # so large a part of the weight of all, where they are common
_LEAST_COSINE = 0.3  # of embeddings of a candidate that shares too little else
_LEAST_LINK = 0.03  # probability below which two articles are not linked


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


@dataclass(frozen=True, slots=True)
class _Parts:
    """The open articles of one story in order of arrival."""

    story: int
    pinned: list[str]  # a person put them here
    settled: list[str]  # stay together
    movable: list[str]

    @property
    def compared(self) -> list[str]:
        representatives = self.pinned[-REPRESENTATIVES:] + self.settled[-REPRESENTATIVES:]
        return representatives + self.movable


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

    def put(self, key: str, story: int, *, pinned: bool) -> None:
        """Put an open article where another process, or a person, has put it; else do nothing."""
        if key not in self._open:
            return
        self._move(key, story)
        (self._pinned.add if pinned else self._pinned.discard)(key)
        self._next_story = max(self._next_story, story + 1)

    def take_number(self) -> int:
        """The number of a story that begins without this window."""
        self._next_story += 1
        return self._next_story - 1

    def number_from(self, number: int) -> None:
        """New stories have this number or a higher one."""
        self._next_story = max(self._next_story, number)

    @property
    def latest_hours(self) -> float:
        """The time of the latest article that came."""
        return self._now

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
        self._now = max(self._now, article.hours)
        self._close(self._now - OPEN_HOURS)
        return anchors_of(article, self._method.dictionary, self._rarities)

    def _open_up(self, anchors: Anchors) -> None:
        key = anchors.article.key
        self._open[key] = anchors
        self._arrivals[key] = self._next_arrival
        self._next_arrival += 1
        for term in _terms(anchors):
            self._postings[term][key] = None

    def _close(self, before: float) -> None:
        """Forget the articles from before a moment."""
        old = [key for key, anchors in self._open.items() if anchors.article.hours < before]
        for key in old:
            self.forget(key)

    def forget(self, key: str) -> None:
        """Take an article out, also one whose grouping failed half-way."""
        for other in self._links.pop(key, ()):
            self._links[other].pop(key, None)
        self._pinned.discard(key)
        anchors = self._open.pop(key, None)
        if anchors is None:
            return
        self._arrivals.pop(key, None)
        uncount(anchors, self._rarities)
        for term in _terms(anchors):
            self._postings[term].pop(key, None)
            if not self._postings[term]:
                del self._postings[term]
        if key in self._stories:
            self._leave(key, self._stories.pop(key))

    # ── links ────────────────────────────────────────────────────────────────────────────────────

    def _link(self, anchors: Anchors) -> None:
        key = anchors.article.key
        row = self._links[key] = {}
        candidates = [self._open[other_key] for other_key in self._candidates(anchors)]
        near = [other for other in candidates if hours_apart(anchors, other) <= PAIR_HOURS]
        probabilities = self._method.probabilities(anchors, near)
        for other in near:
            other_key = other.article.key
            probability = probabilities[other_key]
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
        alike = heapq.nlargest(
            MOST_CANDIDATES, enough, key=lambda key: (shared[key], self._arrivals[key])
        )
        return [*alike, *(key for key in self._nearest(anchors) if key not in alike)]

    def _nearest(self, anchors: Anchors) -> list[str]:
        """The open articles with the embeddings that are most like this one's."""
        embedding = anchors.embedding
        if embedding is None:
            return []
        cosines = {
            key: cosine(embedding, other.embedding)
            for key, other in self._open.items()
            if other.embedding is not None
        }
        enough = [key for key, value in cosines.items() if value >= _LEAST_COSINE]
        return heapq.nlargest(
            MOST_NEAREST, enough, key=lambda key: (cosines[key], self._arrivals[key])
        )

    # ── replay ───────────────────────────────────────────────────────────────────────────────────

    def _replay(self, article: StoryText) -> dict[str, int]:
        """Cluster anew the stories that links connect with this article."""
        touched = self._touched(article)
        start: list[list[str]] = []
        owners: dict[int, int] = {}  # place in `start` → the story that a person assigned
        followers: dict[str, list[str]] = {}
        for parts in touched:
            if parts.pinned:
                # each by itself, because a person may have put together what is not alike
                fixed = [[key] for key in parts.pinned[-REPRESENTATIVES:]]
                fixed += [parts.settled[-REPRESENTATIVES:]] if parts.settled else []
                owners.update(
                    dict.fromkeys(range(len(start), len(start) + len(fixed)), parts.story)
                )
                start += fixed
            elif parts.settled:
                start.append(parts.settled[-REPRESENTATIVES:])
                followers[parts.settled[-1]] = parts.settled[:-REPRESENTATIVES]
            start += [[key] for key in parts.movable]
        assigned = {start[place][0]: story for place, story in owners.items()}
        groups = average_link([*start, [article.key]], self._links, self._method.threshold, owners)
        for group in groups:
            for key in list(group):
                group += followers.get(key, ())
        changed: dict[str, int] = {}
        for story, group in self._numbered(groups, assigned):
            changed.update((key, story) for key in group if self._stories.get(key) != story)
        for key, story in changed.items():
            self._move(key, story)
        return changed

    def _touched(self, article: StoryText) -> list[_Parts]:
        """The stories that have an article which is linked with this one."""
        stories = {self._stories[other] for other in self._links[article.key]}
        return [self._parts(story) for story in sorted(stories)]

    def _parts(self, story: int) -> _Parts:
        members = self.members(story)
        newest = max(self._open[member].article.hours for member in members)
        is_settled = self._now - newest > SETTLED_HOURS
        free = [key for key in members if key not in self._pinned]
        movable = [] if is_settled else free[-MOST_MOVABLE:]
        return _Parts(
            story=story,
            pinned=[key for key in members if key in self._pinned],
            settled=free[: len(free) - len(movable)],
            movable=movable,
        )

    def _numbered(
        self, groups: list[list[str]], assigned: Mapping[str, int]
    ) -> Iterator[tuple[int, list[str]]]:
        """Each group with its story: the one that most of its articles have, of equals the oldest.

        A story goes to one group; a group without any gets a new one.  `assigned` names the stories
        of articles that a person put there: their groups get no other.
        """
        claims: list[tuple[int, int, int]] = []
        numbers: dict[int, int] = {}
        for place, group in enumerate(groups):
            numbers.update((place, assigned[key]) for key in group if key in assigned)
            held = Counter(self._stories[key] for key in group if key in self._stories)
            claims += [(-count, story, place) for story, count in held.items()]
        used_numbers = set(numbers.values())
        for _, story, place in sorted(claims):
            if place not in numbers and story not in used_numbers:
                numbers[place] = story
                used_numbers.add(story)
        for place, group in enumerate(groups):
            if place not in numbers:
                numbers[place] = self.take_number()
            yield numbers[place], group

    def _move(self, key: str, story: int) -> None:
        before = self._stories.get(key)
        if before is not None:
            self._leave(key, before)
        self._stories[key] = story
        self._members[story][key] = None

    def _leave(self, key: str, story: int) -> None:
        del self._members[story][key]
        if not self._members[story]:
            del self._members[story]


def _terms(anchors: Anchors) -> dict[str, float]:
    """What finds candidates: concepts and phonetic keys with their weights."""
    return {**anchors.weights, **{f"~{name}": weight for name, weight in anchors.sounds.items()}}
