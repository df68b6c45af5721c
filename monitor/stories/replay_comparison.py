"""Compare two groupings of the same articles: the stored stories and replayed ones, by B³.

A replay gives a story the number of a stored one where it knows that both are the same: the story
has articles from before the replay, or a person put articles into it.  Other stories are paired by
the most articles in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedArticle:
    """An article with the numbers of its stored and of its replayed story."""

    article: str
    stored: int
    replayed: int
    is_compared: bool = True  # False: from before the replay, it only tells what a story is


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """B³ of a replay, with the stored stories as reference; 1 where they are the same."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean: one number."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPart:
    """So many articles of a story are in this one of the other grouping."""

    story: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryComparison:
    """What differs between two groupings."""

    articles: int  # compared
    agreement: Agreement
    stored: int  # stories with a compared article
    replayed: int
    same: int  # stored stories that have the same articles
    joined: Mapping[int, Sequence[StoryPart]]  # replayed story → the stored ones, largest first
    split: Mapping[int, Sequence[StoryPart]]  # stored story → the replayed ones, largest first
    continued: Mapping[int, int]  # replayed story → the stored one that it goes on with
    moved: Sequence[PlacedArticle]  # to another story than the one that goes on with theirs


def compare(placed: Iterable[PlacedArticle]) -> StoryComparison:
    """Compare the stories of the compared articles; agreement is 1 where there are none."""
    articles = list(placed)
    in_common = Counter((article.stored, article.replayed) for article in articles)
    by_stored, by_replayed = _parts(in_common)
    compared = [article for article in articles if article.is_compared]
    stored = {article.stored for article in compared}
    replayed = {article.replayed for article in compared}
    continued = _continued(in_common)
    return StoryComparison(
        articles=len(compared),
        agreement=_agreement(compared, in_common, by_stored, by_replayed),
        stored=len(stored),
        replayed=len(replayed),
        same=sum(
            len(by_stored[story]) == 1 and len(by_replayed[by_stored[story][0].story]) == 1
            for story in stored
        ),
        joined={
            story: by_replayed[story] for story in sorted(replayed) if _many(by_replayed, story)
        },
        split={story: by_stored[story] for story in sorted(stored) if _many(by_stored, story)},
        continued=continued,
        moved=[
            article for article in compared if continued.get(article.replayed) != article.stored
        ],
    )


def _parts(
    in_common: Mapping[tuple[int, int], int],
) -> tuple[dict[int, list[StoryPart]], dict[int, list[StoryPart]]]:
    """Each story of both groupings → its parts in the other one, the largest first."""
    by_stored: dict[int, list[StoryPart]] = defaultdict(list)
    by_replayed: dict[int, list[StoryPart]] = defaultdict(list)
    ordered = sorted(in_common.items(), key=lambda pair: (-pair[1], pair[0]))
    for (stored, replayed), articles in ordered:
        by_stored[stored].append(StoryPart(story=replayed, articles=articles))
        by_replayed[replayed].append(StoryPart(story=stored, articles=articles))
    return by_stored, by_replayed


def _many(parts: Mapping[int, Sequence[StoryPart]], story: int) -> bool:
    return len(parts[story]) > 1


def _continued(in_common: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """Pair each replayed story with one stored story at most: of one number, then the largest."""
    pairs = sorted(in_common, key=lambda pair: (pair[0] != pair[1], -in_common[pair], pair))
    continued: dict[int, int] = {}
    taken: set[int] = set()
    for stored, replayed in pairs:
        if stored not in taken and replayed not in continued:
            continued[replayed] = stored
            taken.add(stored)
    return continued


def _agreement(
    compared: Sequence[PlacedArticle],
    in_common: Mapping[tuple[int, int], int],
    by_stored: Mapping[int, Sequence[StoryPart]],
    by_replayed: Mapping[int, Sequence[StoryPart]],
) -> Agreement:
    """The mean, over the compared articles, of the share of their story that is common."""
    if not compared:
        return Agreement(precision=1.0, recall=1.0)
    stored_sizes = {story: _size(parts) for story, parts in by_stored.items()}
    replayed_sizes = {story: _size(parts) for story, parts in by_replayed.items()}
    precision = recall = 0.0
    for article in compared:
        common = in_common[article.stored, article.replayed]
        precision += common / replayed_sizes[article.replayed]
        recall += common / stored_sizes[article.stored]
    return Agreement(precision=precision / len(compared), recall=recall / len(compared))


def _size(parts: Sequence[StoryPart]) -> int:
    return sum(part.articles for part in parts)
