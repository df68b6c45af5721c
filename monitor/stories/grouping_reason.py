"""Why an article is in its story: what it shares with the nearest one, and the next best story."""

from __future__ import annotations

import math
from collections import defaultdict

from monitor.domain.stories import GroupingReason
from monitor.stories.anchors import Anchors
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.story_window import StoryWindow

_MOST_SHARED = 8  # concepts that a reason names, the rarest first

FOUNDED = "no open story has enough in common with it: it began a story"
JOINED = "it has most in common with this story"


def grouping_reason(window: StoryWindow, key: str, dictionary: ConceptDictionary) -> GroupingReason:
    """The reason for the story that this open article is in."""
    links, stories = window.links_of(key), window.stories()
    story = stories[key]
    by_story: dict[int, list[str]] = defaultdict(list)
    for other in links:
        by_story[stories[other]].append(other)
    means = {
        number: math.fsum(map(links.__getitem__, others)) / _size(window, number, key)
        for number, others in by_story.items()
    }
    next_story = max(
        (number for number in means if number != story),
        key=lambda number: (means[number], -number),
        default=None,
    )
    joined = by_story.get(story, [])
    reason = GroupingReason(
        sentence=JOINED if joined else FOUNDED,
        mean=means.get(story, 0.0),
        next_story=next_story,
        next_mean=means[next_story] if next_story is not None else 0.0,
    )
    if not joined:
        return reason
    nearest = max(joined, key=lambda other: (links[other], other))
    anchors, nearest_anchors = window.anchors(key), window.anchors(nearest)
    return GroupingReason(
        sentence=reason.sentence,
        shared=_shared(anchors, nearest_anchors, dictionary),
        nearest=nearest,
        probability=links[nearest],
        mean=reason.mean,
        hours_apart=abs(anchors.article.hours - nearest_anchors.article.hours),
        next_story=reason.next_story,
        next_mean=reason.next_mean,
    )


def _size(window: StoryWindow, story: int, without: str) -> int:
    return max(1, sum(member != without for member in window.members(story)))


def _shared(article: Anchors, other: Anchors, dictionary: ConceptDictionary) -> tuple[str, ...]:
    """The concepts of both in words, the rarest first, then the numerals of both."""
    common = article.concepts & other.concepts
    rarest = sorted(common, key=lambda concept: (-article.weights[concept], concept))
    numerals = sorted(article.numerals & other.numerals)
    words = [dictionary.words_of(concept) for concept in rarest]
    return tuple((words + numerals)[:_MOST_SHARED])
