"""Story replay: group stored articles anew in their order of arrival, and store nothing.

The window begins with the articles from before the replay, in their stored stories.  What a person
decided holds from the moment when an article comes: the articles of a story that was merged or
split by hand stay where they are, and no two such stories are joined.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.domain.articles import Article
from monitor.domain.stories import GroupingReason, Standing
from monitor.pipeline.grouping.grouped_batch import UNREADABLE
from monitor.pipeline.grouping.story_grouping import encoded, is_grouped, story_text
from monitor.store.stories.stored_stories import StoredPlace
from monitor.stories.anchors import StoryText
from monitor.stories.grouping_reason import grouping_reason
from monitor.stories.replay_comparison import PlacedArticle
from monitor.stories.story_window import StoryWindow

if TYPE_CHECKING:
    from monitor.classify.encoder.story_encoder import StoryEncoder
    from monitor.classify.packs.story_pack import StoryPack

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Replayed:
    """An article in the replay; its text is in the window while it is open."""

    place: StoredPlace | None  # None: it is in no stored story
    replayed: int
    standing: Standing
    is_compared: bool
    why: GroupingReason | None = None


class StoryReplay:
    """Groups articles one after another; `placed` and `reason` tell where they are then."""

    def __init__(
        self, pack: StoryPack, encoder: StoryEncoder | None, *, topic: str, next_story: int
    ) -> None:
        """`topic` as for `StoryGrouping`; `next_story` is above every stored number, so a story of
        a lower one is a stored story.
        """
        self.copies = 0  # articles that go where their original is
        self._topic = topic
        self._dictionary = pack.method.dictionary
        self._encoder = encoder
        self._window = StoryWindow(pack.method, pack.rarities(), next_story=next_story)
        self._articles: dict[str, _Replayed] = {}
        self._originals: dict[str, bool] = {}  # copy key → whether the original is in review

    @property
    def has_encoder(self) -> bool:
        """Whether articles are compared by their embeddings, too."""
        return self._encoder is not None

    def begin_with(self, article: Article, place: StoredPlace) -> None:
        """Put an article from before the replay where it is stored."""
        moved = self._add_to_window(article, in_review=_is_doubtful(place))
        if moved is None:
            return
        self._articles[article.key] = _Replayed(
            place, place.story, place.standing, is_compared=False
        )
        self._originals[article.copy_key] = place.standing is Standing.REVIEW
        for key in moved:  # nothing moves before the replay begins
            self._put(key, self._articles[key].place)

    def add(self, article: Article, place: StoredPlace | None) -> None:
        """Group an article of the replay; one without a story only where a poll would group it."""
        if place is None and not is_grouped(article, self._topic):
            return
        if place is None and self._follows(article):
            self.copies += 1
            return
        standing = place.standing if place else _standing_of(article)
        self._originals[article.copy_key] = standing is Standing.REVIEW
        moved = self._add_to_window(article, in_review=standing is not Standing.RELEVANT)
        if moved is None:
            self._articles[article.key] = _Replayed(
                place,
                self._window.take_number(),
                standing,
                is_compared=True,
                why=GroupingReason(sentence=UNREADABLE),
            )
            return
        self._articles[article.key] = _Replayed(
            place, moved[article.key], standing, is_compared=True
        )
        if place is not None and (place.pinned or standing is Standing.CONFIRMED):
            number = place.story if place.pinned else moved[article.key]
            self._window.put(article.key, number, pinned=place.pinned, standing=standing)
            moved[article.key] = number
        for key, number in moved.items():
            self._articles[key].replayed = number
            self._articles[key].why = grouping_reason(self._window, key, self._dictionary)

    def _add_to_window(self, article: Article, *, in_review: bool) -> dict[str, int] | None:
        """Its story and those that move with it: article key → story; None: it can't be grouped."""
        try:
            return self._window.add(self._text(article), in_review=in_review)
        except Exception:  # a loop edge: one article harms only itself, whatever its text breaks
            # as in a poll it becomes a story of its own, and the replay of the others goes on
            log.exception("stories.not_replayed", extra={"article": article.key})
            self._window.forget(article.key)
            return None

    def placed(self) -> Iterator[PlacedArticle]:
        """The articles that are in a stored story, those from before the replay too."""
        for key, article in self._articles.items():
            if article.place is not None:
                yield PlacedArticle(
                    article=key,
                    stored=article.place.story,
                    replayed=article.replayed,
                    is_compared=article.is_compared,
                )

    def without_story(self) -> int:
        """How many articles are in no stored story, and would be in one."""
        return sum(article.place is None for article in self._articles.values())

    def reason(self, key: str) -> GroupingReason | None:
        """Why an article of the replay is in its replayed story."""
        return self._articles[key].why

    def is_in_review(self, key: str) -> bool:
        """Whether an article waits for a person."""
        return self._articles[key].standing is Standing.REVIEW

    def founder(self, story: int) -> str | None:
        """The article of a replayed story that came first; None for a story of none."""
        return next(self._members(story), None)

    def founder_of_part(self, stored: int, replayed: int) -> str | None:
        """The article of a stored story that came first into this replayed one."""
        parts = (key for key in self._members(replayed) if self._stored(key) == stored)
        return next(parts, None)

    def bridge(self, story: int) -> str | None:
        """The article that best links articles of two stored stories in a replayed one."""
        bridges = [
            (article.why.probability, key)
            for key in self._members(story)
            if (article := self._articles[key]).why is not None
            and article.why.nearest in self._articles
            and self._stored(article.why.nearest) != self._stored(key)
        ]
        return max(bridges)[1] if bridges else self.founder(story)

    def _members(self, story: int) -> Iterator[str]:
        """The articles of a replayed story in their order of arrival."""
        return (key for key, article in self._articles.items() if article.replayed == story)

    def _stored(self, key: str) -> int | None:
        place = self._articles[key].place
        return place.story if place else None

    def _follows(self, article: Article) -> bool:
        """Whether it is a copy; a relevant one does not wait with an original in review."""
        original_in_review = self._originals.get(article.copy_key)
        if original_in_review is None:
            return False
        return not (article.decision.relevant and original_in_review)

    def _put(self, key: str, place: StoredPlace | None) -> None:
        if place is not None:
            self._window.put(key, place.story, pinned=place.pinned, standing=place.standing)

    def _text(self, article: Article) -> StoryText:
        text = story_text(article)
        if self._encoder is None:
            return text
        return replace(text, embedding=encoded(article, self._encoder))


def _standing_of(article: Article) -> Standing:
    return Standing.RELEVANT if article.decision.relevant else Standing.REVIEW


def _is_doubtful(place: StoredPlace) -> bool:
    """Whether the article came in review."""
    return place.standing is not Standing.RELEVANT
