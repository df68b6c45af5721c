"""The articles of one transaction, grouped one after another, and the changes that follow."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

from monitor.domain.articles import Article
from monitor.domain.keys import key_of
from monitor.domain.stories import (
    QUIET_AFTER,
    ConfirmedPlace,
    GroupedArticle,
    GroupedWords,
    GroupingReason,
    NewStory,
    Standing,
    StoryChanges,
    StoryEvent,
    StoryEventKind,
)
from monitor.store.stories.stored_stories import Original, StoredPlace, StoredStories
from monitor.stories.anchors import StoryText
from monitor.stories.grouping_reason import grouping_reason
from monitor.stories.origins import FEED, origin_of
from monitor.stories.story_window import StoryWindow

if TYPE_CHECKING:
    from monitor.classify.packs.story_pack import StoryPack

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_TITLE = 80  # characters of a headline in a reason
COPY = "it is a copy of an article of this story"
UNREADABLE = "it could not be compared with others"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTime:
    """When an article was published, or seen, and its place in the window."""

    at: datetime
    window_at: datetime | None  # None: `at`


class GroupedBatch:
    """Groups articles into the window and gathers the changes; `changes` empties it."""

    def __init__(
        self,
        window: StoryWindow,
        pack: StoryPack,
        stored: StoredStories,
        articles: Sequence[Article],
        state: str,
    ) -> None:
        """`articles` are all that will be added; `state` is the digest of all changes so far."""
        self.state = state
        self.count = 0  # articles that were grouped
        self.last = ""  # the last one of them
        self._window = window
        self._dictionary, self._agencies = pack.method.dictionary, pack.agencies
        self._stored = stored
        self._places = stored.places([article.key for article in articles])
        self._originals = stored.originals([article.copy_key for article in articles])
        self._begun: set[int] = set()  # stories in which an article counts since this batch
        self._growth: Counter[int] = Counter()  # story → articles more than stored
        self._clear()

    def _clear(self) -> None:
        self._created: list[NewStory] = []
        self._grouped: list[GroupedArticle] = []
        self._confirmed: list[ConfirmedPlace] = []
        self._renewed: list[NewStory] = []
        self._moves: dict[str, int] = {}
        self._events: list[StoryEvent] = []

    @property
    def latest_hours(self) -> float:
        """The latest place of an article in the window."""
        return self._window.latest_hours

    def changes(self) -> StoryChanges:
        """What was changed since the last call."""
        self.count += len(self._grouped)
        changes = StoryChanges(
            created=tuple(self._created),
            grouped=tuple(self._grouped),
            confirmed=tuple(self._confirmed),
            renewed=tuple(self._renewed),
            moves=tuple(sorted(self._moves.items())),
            events=tuple(self._events),
            state=self.state,
        )
        self._clear()
        return changes

    def add(self, article: Article, text: StoryText, time: ArticleTime) -> None:
        """Group one article.  One that has its story already keeps it: an edit moves nothing.

        One that had it in review, and is relevant now, counts there from now on.
        """
        place = self._places.get(article.key)
        if place is not None:
            if place.standing is Standing.REVIEW and article.decision.relevant:
                self._confirm(article, place, time.at)
            return
        original = self._originals.get(article.copy_key)
        # a relevant copy of an article in review is grouped itself: it must not wait for that one
        if original is not None and not (article.decision.relevant and original.in_review):
            self._follow(article, original, time.at)
            return
        before = dict(self._window.stories())
        try:
            moved = self._window.add(text, in_review=not article.decision.relevant)
            reason = grouping_reason(self._window, article.key, self._dictionary)
        except Exception:  # a loop edge: one article harms only itself
            log.exception("stories.not_grouped", extra={"article": article.key})
            self._window.forget(article.key)
            self._alone(article, time.at)
            return
        story = moved.pop(article.key)
        seen_at = article.edited_at or article.seen_at
        self._create({**moved, article.key: story}, before, text)
        if article.decision.relevant:
            self._note_reopening(story, text, seen_at)
        self._note_moves(moved, before, text, seen_at)
        self._keep(article, text, time, story, reason)

    def _confirm(self, article: Article, place: StoredPlace, at: datetime) -> None:
        """Count an article where it is; a story of articles in review alone begins with it."""
        story = self._window.stories().get(article.key, place.story)
        pinned = place.pinned
        self._window.put(article.key, story, pinned=pinned, standing=Standing.CONFIRMED)
        self._places[article.key] = StoredPlace(story, pinned, Standing.CONFIRMED)
        title = self._stored.titles([story]).get(story)
        is_in_use = story in self._begun or title is None or title.articles > 0
        self._begun.add(story)
        if not is_in_use and title is not None and not title.by_person:
            entry = article.entry
            self._renewed.append(_begun(story, article.key, entry.title, entry.language, at))
        self._confirmed.append(
            ConfirmedPlace(article_key=article.key, story=story, at=at, begins_story=not is_in_use)
        )
        self.state = key_of(self.state, "confirmed", article.key)

    def _follow(self, article: Article, original: Original, at: datetime) -> None:
        """A copy is where its original is, which may have moved since it was stored."""
        story = self._window.stories().get(original.key, original.story)
        why = GroupingReason(sentence=COPY, nearest=original.key, probability=1.0, mean=1.0)
        self._append(
            GroupedArticle(
                article_key=article.key,
                story=story,
                copy_key=article.copy_key,
                copy_of=original.key,
                origin=original.origin,
                at=at,
                standing=_standing(article),
                why=why,
            )
        )

    def _alone(self, article: Article, at: datetime) -> None:
        """An article that can't be read is a story of its own."""
        story = self._window.take_number()
        title, language = article.entry.title, article.entry.language
        self._created.append(_begun(story, article.key, title, language, at))
        origin = f"{FEED}{article.feed_key}"
        self._lead_copies(article, story, origin)
        self._append(
            GroupedArticle(
                article_key=article.key,
                story=story,
                copy_key=article.copy_key,
                origin=origin,
                at=at,
                standing=_standing(article),
                why=GroupingReason(sentence=UNREADABLE),
            )
        )

    def _lead_copies(self, article: Article, story: int, origin: str) -> None:
        in_review = not article.decision.relevant
        original = Original(key=article.key, story=story, origin=origin, in_review=in_review)
        self._originals[article.copy_key] = original

    def _keep(
        self,
        article: Article,
        text: StoryText,
        time: ArticleTime,
        story: int,
        why: GroupingReason,
    ) -> None:
        words = GroupedWords(
            title=text.title,
            opening=text.text,
            language=text.language,
            source=text.source,
            embedding=text.embedding.to_text() if text.embedding else "",
        )
        origin = origin_of(
            f"{text.title} {text.text}", article.entry.url, text.source, self._agencies
        )
        self._lead_copies(article, story, origin)
        self._growth[story] += 1
        self._append(
            GroupedArticle(
                article_key=article.key,
                story=story,
                copy_key=article.copy_key,
                origin=origin,
                at=time.at,
                window_at=time.window_at,
                standing=_standing(article),
                words=words,
                links=dict(self._window.links_of(article.key)),
                why=why,
            )
        )

    def _append(self, grouped: GroupedArticle) -> None:
        place = StoredPlace(grouped.story, False, grouped.standing)
        self._places[grouped.article_key] = place
        self._grouped.append(grouped)
        if grouped.standing is not Standing.REVIEW:
            self._begun.add(grouped.story)
        self.last = grouped.article_key
        self.state = key_of(self.state, grouped.article_key, str(grouped.story))

    def _create(
        self, placed: Mapping[str, int], before: Mapping[str, int], text: StoryText
    ) -> None:
        """Begin the stories that no article was in before."""
        numbers = set(before.values())
        for number in sorted(set(placed.values()) - numbers):
            first = self._window.founder(number)
            article = self._window.anchors(first).article
            at = _EPOCH + article.hours * _HOUR
            language = article.language or None
            self._created.append(_begun(number, first, article.title, language, at))

    def _note_reopening(self, story: int, text: StoryText, seen_at: datetime) -> None:
        others = [key for key in self._window.members(story, counting=True) if key != text.key]
        if not others:
            return
        latest = max(self._window.anchors(key).article.hours for key in others)
        quiet = (text.hours - latest) * _HOUR
        if quiet > QUIET_AFTER:
            reason = f"“{text.title[:_TITLE]}” came after {quiet / _HOUR:.0f} hours"
            self._events.append(
                StoryEvent(story=story, kind=StoryEventKind.REOPENED, at=seen_at, reason=reason)
            )

    def _note_moves(
        self,
        moved: Mapping[str, int],
        before: Mapping[str, int],
        text: StoryText,
        seen_at: datetime,
    ) -> None:
        """Record what the replay moved: some articles, a whole story, or a part of one."""
        self._moves |= moved
        for key, number in sorted(moved.items()):
            self.state = key_of(self.state, key, str(number))
            self._growth[before[key]] -= 1
            self._growth[number] += 1
        groups: dict[tuple[int, int], list[str]] = defaultdict(list)
        for key, number in moved.items():
            groups[before[key], number].append(key)
        begun = {story.number for story in self._created}
        sizes = self._stored.sizes({origin for origin, _ in groups})
        ended: set[int] = set()
        for (origin, number), keys in sorted(
            groups.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1])
        ):
            kind = StoryEventKind.SPLIT if number in begun else StoryEventKind.MOVED
            left = sizes.get(origin, 0) + self._growth[origin]
            if left <= 0 and origin not in ended:
                kind = StoryEventKind.MERGED
                ended.add(origin)
            self._events.append(
                StoryEvent(
                    story=origin,
                    kind=kind,
                    at=seen_at,
                    reason=self._sentence(keys, number, text),
                    other=number,
                    articles=tuple(sorted(keys)),
                )
            )

    def _sentence(self, keys: Sequence[str], number: int, text: StoryText) -> str:
        """Why these articles are now in that story."""
        others = [key for key in self._window.members(number) if key not in keys]
        came = f"when “{text.title[:_TITLE]}” came"
        if not others:
            return f"{came}, they had more in common with each other than with the rest"
        links = [self._window.links_of(key) for key in keys]
        total = sum(row.get(other, 0.0) for row, other in product(links, others))
        mean = total / (len(keys) * len(others))
        return f"{came}: probability {mean:.2f} that both report one event"


def _standing(article: Article) -> Standing:
    return Standing.RELEVANT if article.decision.relevant else Standing.REVIEW


def _begun(number: int, key: str, title: str, language: str | None, at: datetime) -> NewStory:
    return NewStory(number=number, article_key=key, title=title, language=language, at=at)
