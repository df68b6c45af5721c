"""Story replays: group the stored articles of a period anew, and say what would differ.

Nothing is changed.  The pack and the settings are those of now; what people merged, split and named
holds.  Articles that came shortly before the period are where they are stored: new ones may join
their stories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.grouping.replay_report import (
    MOST_LISTED,
    MOST_SHARES,
    JoinedStories,
    MovedArticle,
    NamedStory,
    ReplayReport,
    SplitStory,
    StoryShare,
)
from monitor.actions.grouping.story_lookup import check_has_stories
from monitor.actions.option_values import InvalidOption, parse_instant
from monitor.actions.reading.story_places import reason_sentence
from monitor.runtime import topic_pack, topics
from monitor.stories.replay_comparison import StoryComparison, StoryPart, compare
from monitor.stories.story_window import RESTORED_HOURS
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from monitor.domain.articles import Article
    from monitor.pipeline.grouping.story_replay import StoryReplay
    from monitor.settings.sections import Settings
    from monitor.store.store import Store
    from monitor.store.stories.story_arrivals import StoryArrival

DEFAULT_SINCE = "30d"
MOST_ARTICLES = 50_000  # of one replay
_PAGE = 200  # articles that are read at once
_BEFORE = timedelta(hours=RESTORED_HOURS)  # of the period: these articles count for its stories


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReplayRequest:
    """Which articles: seen from `since` on and before `until`; of the topic that has stories."""

    since: datetime
    until: datetime
    topic: str


def replay_request(
    settings: Settings, now: datetime, *, since: str = "", until: str = "", topic: str = ""
) -> StoryReplayRequest:
    """The request as typed; empty: the last 30 days, until now, the first topic.

    Raise InvalidOption for what is no time, a period that ends before it begins, and a topic that
    is not watched or has no stories; ConfigError, PackError.
    """
    chosen = topic or next(iter(topics.settings_by_topic(settings)))
    check_has_stories(settings, chosen)
    start = parse_instant(since or DEFAULT_SINCE, "since", now)
    end = parse_instant(until, "until", now) if until else now
    if start >= end:
        raise InvalidOption(
            "since",
            f"{since or DEFAULT_SINCE!r}: {zoned_instant(start)} is not before the end of the"
            f" period, {zoned_instant(end)}",
        )
    return StoryReplayRequest(since=start, until=end, topic=chosen)


def check_replay(store: Store, request: StoryReplayRequest) -> None:
    """Raise InvalidOption for a period without articles, or with more than the limit."""
    _check_count(store.stories.arrivals(request.since, request.until), request)


def replay_stories(
    store: Store,
    settings: Settings,
    request: StoryReplayRequest,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> ReplayReport:
    """Group the articles of the request anew, and compare their stories with the stored ones.

    `on_progress` gets the articles that are grouped, and how many there are; those that came
    before the period count, too.  Raise InvalidOption as `check_replay`, PackError, ConfigError.
    """
    from monitor.pipeline.grouping.story_replay import StoryReplay

    arrivals = store.stories.arrivals(request.since, request.until)
    _check_count(arrivals, request)
    earlier = store.stories.arrivals(request.since - _BEFORE, request.since)
    before = [arrival for arrival in earlier if arrival.place and not arrival.copy_of]
    originals = [arrival for arrival in arrivals if not arrival.copy_of]
    pack = topic_pack.load_story_pack(settings)
    encoder = topic_pack.load_story_encoder(settings, pack)
    replay = StoryReplay(
        pack,
        encoder,
        topic=topic_pack.grouped_topic(settings),
        next_story=store.stories.next_number(),
    )
    total = len(before) + len(originals)
    for done, (arrival, article) in enumerate(_read(store, [*before, *originals])):
        on_progress(done, total)
        if arrival.place is not None and arrival.seen_at < request.since:
            replay.begin_with(article, arrival.place)
        else:
            replay.add(article, arrival.place)
    on_progress(total, total)
    return _report(store, settings, request, replay, copies=len(arrivals) - len(originals))


def _report(
    store: Store,
    settings: Settings,
    request: StoryReplayRequest,
    replay: StoryReplay,
    *,
    copies: int,
) -> ReplayReport:
    comparison = compare(replay.placed())
    lists = _Lists(store, replay, comparison)
    return ReplayReport(
        since=request.since,
        until=request.until,
        topic=request.topic,
        story_data=topic_pack.story_digest(settings),
        encoder=replay.has_encoder,
        articles=comparison.articles,
        copies=copies + replay.copies,
        without_story=replay.without_story(),
        stories_stored=comparison.stored,
        stories_replayed=comparison.replayed,
        stories_same=comparison.same,
        agreement=as_json.score(comparison.agreement.f1),
        precision=as_json.score(comparison.agreement.precision),
        recall=as_json.score(comparison.agreement.recall),
        joined_count=len(comparison.joined),
        split_count=len(comparison.split),
        moved_count=len(comparison.moved),
        joined=tuple(lists.joined()),
        split=tuple(lists.split()),
        moved=tuple(lists.moved()),
    )


def _check_count(arrivals: Sequence[StoryArrival], request: StoryReplayRequest) -> None:
    period = f"from {zoned_instant(request.since)} to {zoned_instant(request.until)}"
    if not arrivals:
        raise InvalidOption(
            "since", f"no article that is relevant or in review was seen {period}: choose another"
        )
    if len(arrivals) > MOST_ARTICLES:
        raise InvalidOption(
            "since",
            f"{len(arrivals):,} articles were seen {period}: a replay takes {MOST_ARTICLES:,} at"
            " most, so choose a shorter period",
        )


def _read(store: Store, arrivals: Sequence[StoryArrival]) -> Iterator[tuple[StoryArrival, Article]]:
    """The arrivals with their articles, read in pages; one that was removed meanwhile is left
    out.
    """
    for start in range(0, len(arrivals), _PAGE):
        page = arrivals[start : start + _PAGE]
        articles = store.articles.by_keys([arrival.article_key for arrival in page])
        for arrival in page:
            if arrival.article_key in articles:
                yield arrival, articles[arrival.article_key]


class _Lists:
    """What differs, with headlines and reasons."""

    def __init__(self, store: Store, replay: StoryReplay, comparison: StoryComparison) -> None:
        self._store = store
        self._replay = replay
        self._comparison = comparison

    def joined(self) -> Iterator[JoinedStories]:
        """The replayed stories with articles of several stored ones."""
        for story, parts in islice(self._comparison.joined.items(), MOST_LISTED):
            yield JoinedStories(
                story=self._replayed(story),
                stored=_shares(parts, self._stored),
                why=self._why(self._replay.bridge(story)),
            )

    def split(self) -> Iterator[SplitStory]:
        """The stored stories whose articles are in several replayed ones."""
        for story, parts in islice(self._comparison.split.items(), MOST_LISTED):
            continued = self._comparison.continued
            begun = [part.story for part in parts if continued.get(part.story) != story]
            yield SplitStory(
                story=self._stored(story),
                replayed=_shares(parts, self._replayed),
                why=self._why(self._replay.founder_of_part(story, begun[0])),
            )

    def moved(self) -> Iterator[MovedArticle]:
        """The articles that would be in another story."""
        for article in islice(self._comparison.moved, MOST_LISTED):
            yield MovedArticle(
                article=article.article,
                title=self._title(article.article),
                in_review=self._replay.is_in_review(article.article),
                stored=self._stored(article.stored),
                replayed=self._replayed(article.replayed),
                why=self._why(article.article),
            )

    def _replayed(self, number: int) -> NamedStory:
        stored = self._comparison.continued.get(number)
        if stored is not None:
            return self._stored(stored)
        return NamedStory(key=None, title=self._title(self._replay.founder(number)))

    def _stored(self, number: int) -> NamedStory:
        story = self._store.stories.by_numbers([number])[number]
        return NamedStory(key=story.key, title=story.title)

    def _title(self, article_key: str | None) -> str:
        """The headline of an article; empty where there is none."""
        if article_key is None:
            return ""
        return self._store.articles.titles([article_key]).get(article_key, "")

    def _why(self, article_key: str | None) -> str:
        why = self._replay.reason(article_key) if article_key else None
        if why is None:
            return ""
        next_title = "" if why.next_story is None else self._replayed(why.next_story).title
        return reason_sentence(why, nearest_title=self._title(why.nearest), next_title=next_title)


def _shares(
    parts: Sequence[StoryPart], named: Callable[[int], NamedStory]
) -> tuple[StoryShare, ...]:
    return tuple(
        StoryShare(story=named(part.story), articles=part.articles) for part in parts[:MOST_SHARES]
    )
