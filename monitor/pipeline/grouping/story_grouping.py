"""Group stories: relevant articles join the story of their event, in the transaction of the commit.

Articles in review join one as well, where they wait: they move no relevant article, and are not
told, counted or quoted before somebody confirms them.

The open window of stories is held in memory and equals what is stored: `StoredStories.lock` returns
the digest of all changes, and where that is another one (another process or a person changed
something, or our own transaction was undone), the window is brought up to date first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.errors import PackError
from monitor.domain.ports import GiveWay, never_wait
from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import GroupedArticle
from monitor.domain.tiers import Tier
from monitor.pipeline.grouping.article_statements import with_statements
from monitor.pipeline.grouping.grouped_batch import ArticleTime, GroupedBatch
from monitor.store.stories.stored_stories import StoredPlace, StoredStories
from monitor.stories.anchors import StoryText, opening_of
from monitor.stories.embeddings import Embedding
from monitor.stories.story_window import RESTORED_HOURS, StoryWindow

if TYPE_CHECKING:  # loaded with the pack, at the first relevant article
    from monitor.classify.encoder.story_encoder import StoryEncoder
    from monitor.classify.packs.story_pack import StoryPack
    from monitor.figures.figure_pack import FigurePack

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
# An article that is older when it comes stays in the window as if it were this old: others of its
# event may come with it, as in a first poll.
_OLDEST = timedelta(days=7)
_MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingData:
    """What the pack has for stories and figures."""

    stories: StoryPack
    figures: FigurePack | None = None
    encoder: StoryEncoder | None = None  # None: articles are compared without embeddings


class StoryGrouping:
    """The stage that groups; used by the one thread that owns the store."""

    def __init__(self, load: Callable[[], GroupingData], topic: str = "") -> None:
        """`load` reads the pack, at the first relevant article; it raises PackError.

        Articles that are relevant or in review for this topic are grouped; an empty one: for any.
        """
        self._load = load
        self._topic = topic
        self._data: GroupingData | None = None
        self._is_faulty = False
        self._window: StoryWindow | None = None
        self._state = ""  # of the window
        self._last = ""  # the article that was grouped last
        self._arrival = 0  # its number
        self._embeddings: dict[str, Embedding] = {}  # article → made ahead of its transaction

    @property
    def expected(self) -> frozenset[str]:
        """The parties that are expected to speak of every story; none before the pack is read."""
        figures = self._data.figures if self._data else None
        return frozenset(figures.outlets) if figures else frozenset()

    def encode(self, polls: Sequence[PollResult], give_way: GiveWay = never_wait) -> None:
        """Make the embeddings of the articles to group, before the transaction that does it."""
        to_group = self._to_group(polls)
        self._embeddings = {}
        if not to_group:
            return
        data = self._loaded()
        encoder = data.encoder if data else None
        if encoder is None:
            return
        for article in to_group:
            give_way()
            embedding = encoded(article, encoder)
            if embedding is not None:
                self._embeddings[article.key] = embedding

    def group(
        self, polls: Sequence[PollResult], stored: StoredStories, give_way: GiveWay = never_wait
    ) -> list[PollResult]:
        """The polls with the story changes of their articles, and the figures of relevant ones."""
        if not self._to_group(polls):
            return list(polls)
        data = self._loaded()
        if data is None:
            return list(polls)
        window = self._up_to_date(data, stored)
        to_group = self._to_group(polls)
        batch = GroupedBatch(window, data.stories, stored, to_group, self._state)
        before = stored.last_arrival()
        completed = [self._completed(poll, batch, data.figures, give_way) for poll in polls]
        self._state = batch.state
        if batch.last:
            self._last, self._arrival = batch.last, before + batch.count
        return completed

    def _to_group(self, polls: Sequence[PollResult]) -> list[Article]:
        """The articles that get a story: the pack knows how to group those of its topic."""
        return [article for article in _articles(polls) if is_grouped(article, self._topic)]

    def _completed(
        self,
        poll: PollResult,
        batch: GroupedBatch,
        figures: FigurePack | None,
        give_way: GiveWay,
    ) -> PollResult:
        to_group = self._to_group([poll])
        to_group.sort(key=lambda article: (_published_at(article), article.key))
        for article in to_group:
            give_way()
            text = replace(story_text(article), embedding=self._embeddings.get(article.key))
            batch.add(article, text, _time_of(article))
        relevant = [article for article in to_group if article.decision.relevant]
        changes = batch.changes()
        if changes:
            latest = _EPOCH + batch.latest_hours * _HOUR
            oldest = latest - RESTORED_HOURS * _HOUR - _MARGIN
            changes = replace(changes, forget_before=oldest)
            changes = with_statements(changes, relevant, figures)
        stated = {article.key: stated_figures(article, figures) for article in relevant}
        return replace(poll, stories=changes, figures=stated)

    def _loaded(self) -> GroupingData | None:
        """The data of the pack; None, said once in the log, where they are faulty."""
        if self._data is None and not self._is_faulty:
            try:
                self._data = self._load()
            except PackError as error:
                self._is_faulty = True
                log.error("stories.off", extra={"error": str(error)})
        return self._data

    def _up_to_date(self, data: GroupingData, stored: StoredStories) -> StoryWindow:
        state = stored.lock()
        window = self._window
        if window is not None and state == self._state:
            return window
        if window is not None and stored.arrival(self._last) == self._arrival:
            # what we grouped last was stored: the rest was done by others after it
            _restore(window, stored.window(after=self._arrival))
            _follow(window, stored.places(list(window.stories())))
        else:
            window = StoryWindow(data.stories.method, data.stories.rarities())
            newest = stored.newest_at()
            if newest is not None:
                _restore(window, stored.window(since=newest - RESTORED_HOURS * _HOUR))
        window.number_from(stored.next_number())
        self._window, self._state = window, state
        return window


def is_grouped(article: Article, topic: str) -> bool:
    """Whether an article joins a story as it comes: relevant or in review for the topic, "": any.

    What is in review and came with the backlog of its feed waits for a person outside of stories.
    """
    decision = article.decision
    if topic in article.topics if topic else decision.relevant:
        return True
    is_of_topic = not topic or decision.topic == topic
    return is_of_topic and decision.tier is Tier.REVIEW and not article.backlog


def _follow(window: StoryWindow, places: Mapping[str, StoredPlace]) -> None:
    """Put the articles where they are stored; one that is in no story any more leaves."""
    for key in set(window.stories()) - places.keys():
        window.forget(key)
    for key, place in places.items():
        window.put(key, place.story, pinned=place.pinned, standing=place.standing)


def _restore(window: StoryWindow, articles: Sequence[GroupedArticle]) -> None:
    for grouped in articles:
        if grouped.words is None or grouped.article_key in window.stories():
            continue
        try:
            text = _stored_text(grouped)
            window.restore(
                text,
                grouped.story,
                grouped.links,
                pinned=grouped.pinned,
                standing=grouped.standing,
            )
        except Exception:  # a loop edge: one article harms only itself
            log.exception("stories.not_restored", extra={"article": grouped.article_key})
            window.forget(grouped.article_key)


def encoded(article: Article, encoder: StoryEncoder) -> Embedding | None:
    """The embedding of an article; None where it can't be encoded, which the log tells."""
    entry = article.feed_entry
    try:
        return encoder.embedding(entry.title, entry.text)
    except Exception:  # a loop edge: one article harms only its own embedding
        log.exception("stories.not_encoded", extra={"article": article.key})
        return None


def _articles(polls: Sequence[PollResult]) -> list[Article]:
    return list(chain.from_iterable((*poll.articles, *poll.edited) for poll in polls))


def story_text(article: Article) -> StoryText:
    """What the grouping reads of an article: the feed's own text, not that of the page."""
    entry = article.feed_entry
    return _text(
        article.key,
        title=entry.title,
        opening=opening_of(entry.text),
        language=(entry.language or "").partition("-")[0].lower(),
        source=article.feed_key,
        time=_time_of(article),
    )


def _stored_text(grouped: GroupedArticle) -> StoryText:
    words = grouped.words
    if words is None:
        raise ValueError(f"the words of {grouped.article_key} are not known any more")
    text = _text(
        grouped.article_key,
        title=words.title,
        opening=words.opening,
        language=words.language,
        source=words.source,
        time=ArticleTime(at=grouped.at, window_at=grouped.window_at),
    )
    if not words.embedding:
        return text
    return replace(text, embedding=Embedding.from_text(words.embedding))


def _text(
    key: str,
    *,
    title: str,
    opening: str,
    language: str,
    source: str,
    time: ArticleTime,
) -> StoryText:
    at, window_at = time.at, time.window_at
    return StoryText(
        key=key,
        title=title,
        text=opening,
        language=language,
        source=source,
        hours=(at - _EPOCH) / _HOUR,
        # publishers that know only the day write its midnight
        has_clock=bool(at.hour or at.minute or at.second),
        later_hours=None if window_at is None else (window_at - _EPOCH) / _HOUR,
    )


def _published_at(article: Article) -> datetime:
    """When it was published, as far as that can be: not later than it was seen."""
    return min(article.entry.published_at or article.seen_at, _latest(article))


def _time_of(article: Article) -> ArticleTime:
    at = _published_at(article)
    oldest = _latest(article) - _OLDEST
    return ArticleTime(at=at, window_at=oldest if at < oldest else None)


def _latest(article: Article) -> datetime:
    return article.edited_at or article.seen_at


def stated_figures(article: Article, pack: FigurePack | None) -> tuple[StatedFigure, ...]:
    """The figures that the article states, in the order of its text."""
    if pack is None:
        return ()
    from monitor.figures.extraction import SourceText, extract_figures

    at = _published_at(article)
    entry = article.entry
    source = SourceText(
        title=entry.title, text=entry.text, language=entry.language, date=at.date().isoformat()
    )
    try:
        figures = extract_figures(source, pack)
    except Exception:  # a loop edge: one article harms only itself
        log.exception("figures.not_read", extra={"article": article.key})
        return ()
    return tuple(
        StatedFigure(
            article_key=article.key,
            position=position,
            kind=figure.kind,
            value_min=figure.value_min,
            value_max=figure.value_max,
            approx=figure.approx,
            claimant=figure.attribution.claimant,
            party=figure.attribution.party,
            through=figure.attribution.through,
            at=at,
            quote=figure.quote,
            sentence=figure.sentence,
        )
        for position, figure in enumerate(figures)
    )
