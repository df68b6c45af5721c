"""Story window: groups articles into stories as they arrive, over the last days.

Each arrival replays average link over the open articles that are connected with it, so that an
early mistake is repaired while its story is young.  A group keeps the number that most of its
articles have; a number goes to one group.  A story that was quiet for two days is settled: its
articles stay together, later ones may join.  Articles that a person put into a story (`pinned`)
stay there, and stories of such articles are never joined.

Articles in review are grouped around the stories of relevant ones, and move none of them: the
relevant articles are grouped as if those in review had never come.

The result depends only on the order of arrival: a window that is restored from what was stored goes
on like the one that stored it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from monitor.domain.stories import Standing
from monitor.stories.anchors import (
    Anchors,
    Rarities,
    StoryText,
    anchors_of,
    terms_of,
    uncount,
)
from monitor.stories.average_link import Hysteresis, average_link, numbered
from monitor.stories.embeddings import cosine
from monitor.stories.pair_features import are_near
from monitor.stories.pair_model import Method

OPEN_HOURS = 8 * 24.0  # articles older than this are not compared any more
SETTLED_HOURS = 48.0  # without a new article
MOST_CANDIDATES = 60  # earlier articles that a new one is compared with
MOST_NEAREST = 20  # more of them, by their embeddings
MOST_IN_REVIEW = 20  # and of those in review, of either kind
MOST_MOVABLE = 40  # articles of one story that a replay may still move, the newest
# A window is restored from the articles of this span: those that are open, and those that were open
# when one of them came, because they counted for its weights.
RESTORED_HOURS = 2 * OPEN_HOURS
REPRESENTATIVES = 20  # articles of the settled part of a story that are compared, the newest
STAYING = 0.5  # of the threshold, for what is in one story already,
MOST_STAYING = 6  # where it is so many articles at most
_LEAST_SHARED = 5.0  # weight of shared anchors of a candidate, or
_LEAST_SHARE = 0.4  # so large a part of the weight of all, where they are common
_LEAST_COSINE = 0.3  # of embeddings of a candidate that shares too little else
_LEAST_LINK = 0.03  # probability below which two articles are not linked


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
        self._in_review: set[str] = set()  # wait for a person
        self._uncounted: set[str] = set()  # came in review: they have no part in the rarities
        self._next_story = next_story
        self._now = 0.0  # hours, the latest place of an article

    def add(self, article: StoryText, *, in_review: bool = False) -> dict[str, int]:
        """Group one article; return the articles whose story is new or changed, with its number.

        One in review changes the stories of others in review only.  Raise ValueError when an
        article of this key is open already.
        """
        anchors = self._read(article, counts=not in_review)
        self._link(anchors)
        self._open_up(anchors)
        linked = {self._stories[other] for other in self._links[article.key]}
        if in_review:
            self._in_review.add(article.key)
            return self._place_in_review(linked, arrived=article.key)
        before = dict(self._stories)
        changed = self._replay(article)
        stories_before = {before[key] for key in changed if key in before}
        return changed | self._place_in_review(linked | stories_before | set(changed.values()))

    def restore(
        self,
        article: StoryText,
        story: int,
        links: Mapping[str, float],
        *,
        pinned: bool = False,
        standing: Standing = Standing.RELEVANT,
    ) -> None:
        """Add an article as it was grouped before, after those that came before it.

        `links` are those to earlier articles, as `links_of` returned them after its arrival.
        """
        anchors = self._read(article, counts=standing is Standing.RELEVANT)
        row = self._links[article.key] = {}
        for other, probability in links.items():
            if other in self._open:
                row[other] = self._links[other][article.key] = probability
        self._open_up(anchors)
        self.put(article.key, story, pinned=pinned, standing=standing)

    def put(
        self, key: str, story: int, *, pinned: bool, standing: Standing = Standing.RELEVANT
    ) -> None:
        """Put an open article where another process, or a person, has put it; else do nothing."""
        if key not in self._open:
            return
        self._move(key, story)
        (self._pinned.add if pinned else self._pinned.discard)(key)
        in_review = standing is Standing.REVIEW
        (self._in_review.add if in_review else self._in_review.discard)(key)
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
        """The latest place of an article in the window."""
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

    def members(self, story: int, *, counting: bool = False) -> list[str]:
        """The open articles of a story in order of arrival: all, or those that count."""
        keys = self._members.get(story, {}).keys()
        return sorted(keys - self._in_review if counting else keys, key=self._arrivals.__getitem__)

    def founder(self, story: int) -> str:
        """The open article of a story that came first; one in review only where all are."""
        return (self.members(story, counting=True) or self.members(story))[0]

    def _read(self, article: StoryText, *, counts: bool) -> Anchors:
        if article.key in self._open:
            raise ValueError(f"article {article.key} is in the window already")
        self._now = max(self._now, article.window_hours)
        self._close(self._now - OPEN_HOURS)
        anchors = anchors_of(article, self._method.dictionary, self._rarities)
        if not counts:
            uncount(anchors, self._rarities)
            self._uncounted.add(article.key)
        return anchors

    def _open_up(self, anchors: Anchors) -> None:
        key = anchors.article.key
        self._open[key] = anchors
        self._arrivals[key] = self._next_arrival
        self._next_arrival += 1
        for term in terms_of(anchors):
            self._postings[term][key] = None

    def _close(self, before: float) -> None:
        """Forget the articles whose place is before a moment."""
        old = [key for key, anchors in self._open.items() if anchors.article.window_hours < before]
        for key in old:
            self.forget(key)

    def forget(self, key: str) -> None:
        """Take an article out, also one whose grouping failed half-way."""
        for other in self._links.pop(key, ()):
            self._links[other].pop(key, None)
        is_counted = key not in self._uncounted
        for marked in (self._pinned, self._in_review, self._uncounted):
            marked.discard(key)
        anchors = self._open.pop(key, None)
        if anchors is None:
            return
        self._arrivals.pop(key, None)
        if is_counted:
            uncount(anchors, self._rarities)
        for term in terms_of(anchors):
            self._postings[term].pop(key, None)
            if not self._postings[term]:
                del self._postings[term]
        if key in self._stories:
            self._leave(key, self._stories.pop(key))

    # ── links ────────────────────────────────────────────────────────────────────────────────────

    def _link(self, anchors: Anchors) -> None:
        key = anchors.article.key
        self._links[key] = {}
        candidates = self._candidates(anchors)
        self._compare(anchors, candidates)
        # the other articles of their stories: a pair that was not compared counts as 0 in the mean
        compared = set(candidates)
        rest = chain.from_iterable(parts.compared for parts in self._touched(anchors.article))
        near = (key for key in rest if are_near(anchors, self._open[key]))
        self._compare(anchors, [key for key in near if key not in compared])

    def _compare(self, anchors: Anchors, keys: Iterable[str]) -> None:
        """Link an article with those of these, all near it, that may report the same event."""
        key = anchors.article.key
        row = self._links[key]
        others = [self._open[other_key] for other_key in keys]
        probabilities = self._method.probabilities(anchors, others)
        for other in others:
            other_key = other.article.key
            probability = probabilities[other_key]
            if probability >= _LEAST_LINK:
                row[other_key] = self._links[other_key][key] = probability

    def _candidates(self, anchors: Anchors) -> list[str]:
        """The open articles that share most with this one, by weight; of equals the newest."""
        shared: dict[str, float] = defaultdict(float)
        terms = terms_of(anchors)
        for term, weight in terms.items():
            for key in self._postings.get(term, ()):
                shared[key] += weight
        least = min(_LEAST_SHARED, _LEAST_SHARE * sum(terms.values()))
        # far ones must not take the places of near ones: a first poll brings months at once
        enough = [
            key
            for key, weight in shared.items()
            if weight >= least and are_near(anchors, self._open[key])
        ]
        alike = self._highest(shared, enough, MOST_CANDIDATES)
        return list(dict.fromkeys([*alike, *self._nearest(anchors)]))

    def _nearest(self, anchors: Anchors) -> list[str]:
        """The open articles with the embeddings that are most like this one's."""
        embedding = anchors.embedding
        if embedding is None:
            return []
        cosines = {
            key: cosine(embedding, other.embedding)
            for key, other in self._open.items()
            if other.embedding is not None and are_near(anchors, other)
        }
        enough = [key for key, value in cosines.items() if value >= _LEAST_COSINE]
        return self._highest(cosines, enough, MOST_NEAREST)

    def _highest(self, values: Mapping[str, float], keys: Iterable[str], most: int) -> list[str]:
        """The relevant articles with the highest values; after them those in review."""
        relevant: list[str] = []
        in_review: list[str] = []
        for key in keys:
            (in_review if key in self._in_review else relevant).append(key)

        def rank(key: str) -> tuple[float, int]:
            return values[key], self._arrivals[key]

        highest = heapq.nlargest(most, relevant, key=rank)
        return highest + heapq.nlargest(MOST_IN_REVIEW, in_review, key=rank)

    # ── replay ───────────────────────────────────────────────────────────────────────────────────

    def _replay(self, article: StoryText) -> dict[str, int]:
        """Cluster anew the relevant articles of the stories that are linked with this one."""
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
        groups = average_link(
            [*start, [article.key]],
            self._links,
            self._method.threshold,
            owners,
            hysteresis=Hysteresis(
                stories=self._stories,
                threshold=STAYING * self._method.threshold,
                largest=MOST_STAYING,
            ),
        )
        for group in groups:
            for key in list(group):
                group += followers.get(key, ())
        return self._apply(groups, assigned)

    def _apply(self, groups: list[list[str]], assigned: Mapping[str, int]) -> dict[str, int]:
        """Give the groups their numbers; the articles whose story is another one now."""
        changed: dict[str, int] = {}
        for story, group in numbered(groups, self._stories, assigned, self.take_number):
            changed.update((key, story) for key in group if self._stories.get(key) != story)
        for key, story in changed.items():
            self._move(key, story)
        return changed

    def _place_in_review(self, stories: set[int], arrived: str | None = None) -> dict[str, int]:
        """Cluster anew the articles in review of these stories, and the one that arrived.

        The relevant articles of a story stay together, and so do those that are settled.
        """
        start: list[list[str]] = []
        owners: dict[int, int] = {}  # place in `start` → its story
        movable: list[str] = []
        for story in sorted(stories):
            waiting = self._parts(story, in_review=True)
            around = self._parts(story).compared or [*waiting.pinned, *waiting.settled]
            if around:
                owners[len(start)] = story
                start.append(around[-REPRESENTATIVES - MOST_MOVABLE :])
            movable += waiting.movable
        if arrived is not None:
            movable.append(arrived)
        if not movable:
            return {}
        assigned = {start[place][0]: story for place, story in owners.items()}
        start += [[key] for key in movable]
        groups = average_link(start, self._links, self._method.threshold, owners)
        return self._apply(groups, assigned)

    def _touched(self, article: StoryText) -> list[_Parts]:
        """The stories that have a relevant article which is linked with this one."""
        others = self._links[article.key].keys() - self._in_review
        stories = {self._stories[other] for other in others}
        return [self._parts(story) for story in sorted(stories)]

    def _parts(self, story: int, *, in_review: bool = False) -> _Parts:
        """The articles of a story that count, or those in review."""
        members = [key for key in self.members(story) if (key in self._in_review) == in_review]
        if not members:
            return _Parts(story=story, pinned=[], settled=[], movable=[])
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
