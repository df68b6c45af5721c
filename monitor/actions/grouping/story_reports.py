"""Stories for whoever asks: a list, and one with its articles, strands, claims and history."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.grouping.figure_lists import claim_as_json
from monitor.actions.grouping.silent_parties import Outlets, silent_since
from monitor.actions.grouping.story_lookup import find_story, story_as_json
from monitor.actions.option_values import InvalidOption
from monitor.actions.reading.story_places import reason_as_json
from monitor.domain.articles import Article
from monitor.domain.stories import GroupedArticle, Standing, Story, StoryEvent
from monitor.domain.tiers import Tier
from monitor.publish.csv_jsonl import table
from monitor.stories.average_link import average_link
from monitor.stories.claims import StatedClaim, claims_of
from monitor.stories.confirmation_matrix import (
    ConfirmationMatrix,
    MatrixCell,
    MatrixRow,
    matrix_of,
)
from monitor.text.cursor_instants import instant_of, microseconds_of

if TYPE_CHECKING:
    from monitor.store.store import Store
    from monitor.store.stories.held_back import HeldBackAlert
    from monitor.store.stories.story_lists import StoryCursor

_COLUMNS = (
    "key", "title", "language", "phase", "first_at", "last_at", "articles", "outlets", "origins",
    "in_review",
)  # fmt: skip
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)
STRAND = 0.5  # mean probability from which two groups inside a story are one strand


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryQuery:
    """Which stories a list has."""

    since: datetime | None = None
    least_articles: int = 1
    in_review: bool = False  # also stories with an article that waits for review
    after: str | None = None  # the cursor of the page before
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStory:
    """A story with how many outlets brought it, and from how many origins."""

    story: Story
    outlets: int
    origins: int
    days: tuple[int, ...] = ()  # articles by day from the first one, at most 30 days
    in_review: int = 0  # articles that wait for review, and are not counted
    now: datetime

    def as_json(self) -> JsonObject:
        """The story as `stories list --json` shows it."""
        return story_as_json(self.story, self.now) | {
            "outlets": self.outlets,
            "origins": self.origins,
            "days": list(self.days),
            "in_review": self.in_review,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """A page of stories."""

    stories: tuple[ListedStory, ...]
    next: str | None  # the cursor of the next page; None: there is none

    def as_json(self) -> JsonObject:
        """The page as `stories list --json` shows it."""
        return {"stories": [listed.as_json() for listed in self.stories], "next": self.next}

    def as_csv(self) -> str:
        """The page as a table; a spreadsheet runs no cell of it as a formula."""
        rows = [listed.as_json() for listed in self.stories]
        return table(_COLUMNS, [list(map(row.__getitem__, _COLUMNS)) for row in rows])


def list_stories(store: Store, query: StoryQuery, now: datetime) -> StoryPage:
    """Stories, the one with the latest article first.  Raise InvalidOption for a wrong cursor."""
    from monitor.store.stories.story_lists import StoryCursor

    stories = store.stories.list(
        since=query.since,
        least_articles=query.least_articles,
        in_review=query.in_review,
        after=_position(query.after) if query.after else None,
        limit=query.limit + 1,
    )
    shown = stories[: query.limit]
    volumes = store.stories.volumes([story.number for story in shown])
    listed = tuple(
        ListedStory(
            story=story,
            outlets=volumes[story.number].outlets,
            origins=volumes[story.number].origins,
            days=volumes[story.number].days,
            in_review=volumes[story.number].in_review,
            now=now,
        )
        for story in shown
    )
    cursor = None
    if len(stories) > query.limit:
        cursor = _cursor(StoryCursor(last_at=shown[-1].last_at, number=shown[-1].number))
    return StoryPage(stories=listed, next=cursor)


def _cursor(position: StoryCursor) -> str:
    return f"{microseconds_of(position.last_at)}-{position.number}"


def _position(cursor: str) -> StoryCursor:
    from monitor.store.stories.story_lists import StoryCursor

    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise InvalidOption(
            "after", f"{cursor!r} is no cursor: take the one that the page before printed"
        )
    return StoryCursor(last_at=instant_of(int(match[1])), number=int(match[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An article of a story, with its reason and its strand."""

    article: Article
    grouped: GroupedArticle
    feed_title: str
    strand: int  # from 1, the largest strand first

    @property
    def in_review(self) -> bool:
        """Whether it waits for review, and is not told, counted or quoted before."""
        return self.grouped.standing is Standing.REVIEW

    def as_json(self) -> JsonObject:
        """The article as `stories show --json` shows it."""
        entry = self.article.entry
        return {
            "key": self.article.key,
            "title": entry.title,
            "url": entry.url,
            "language": entry.language,
            "feed": self.article.feed_key,
            "feed_title": self.feed_title,
            "at": as_json.instant(self.grouped.at),
            "origin": self.grouped.origin,
            "copy_of": self.grouped.copy_of,
            "strand": self.strand,
            "by_person": self.grouped.pinned,
            "in_review": self.in_review,
            "why": reason_as_json(self.grouped.why),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStory:
    """A story with its articles in order of time, its claims and its history."""

    listed: ListedStory
    articles: tuple[StoryArticle, ...]
    claims: tuple[StatedClaim, ...]
    events: tuple[StoryEvent, ...]
    others: Mapping[int, Story]  # the other stories that the events name
    matrix: ConfirmationMatrix = field(default_factory=ConfirmationMatrix)
    held_back: tuple[HeldBackAlert, ...] = ()

    @property
    def omitted(self) -> int:
        """How many of its articles are not in `articles`."""
        counted = sum(not article.in_review for article in self.articles)
        return max(0, self.listed.story.articles - counted)

    def as_json(self) -> JsonObject:
        """The story as `stories show --json` shows it."""
        return self.listed.as_json() | {
            "articles_listed": [article.as_json() for article in self.articles],
            "articles_omitted": self.omitted,
            "claims": [claim_as_json(claim) for claim in self.claims],
            "matrix": matrix_as_json(self.matrix),
            "held_back": [_held_back_as_json(held) for held in self.held_back],
            "events": [self._event_as_json(event) for event in self.events],
        }

    def _event_as_json(self, event: StoryEvent) -> JsonObject:
        keys = {number: story.key for number, story in self.others.items()}
        keys[self.listed.story.number] = self.listed.story.key
        return {
            "key": event.key,
            "kind": event.kind,
            "at": as_json.instant(event.at),
            "by": event.by,
            "reason": event.reason,
            "story": keys.get(event.story),
            "other": keys.get(event.other) if event.other else None,
            "articles": list(event.articles),
            "undone": event.undone,
        }


def show_story(
    store: Store, reference: str, now: datetime, outlets: Outlets = MappingProxyType({})
) -> ShownStory:
    """The story whose key begins so.  Raise ConfigError.

    `outlets` are those of the parties whose silence is shown, see `silent_parties`.
    """
    story = find_story(store, reference)
    places = store.stories.articles(story.number)
    stored = store.articles.by_keys([place.article_key for place in places])
    grouped = [place for place in places if _is_shown(place, stored.get(place.article_key))]
    titles = store.feeds.titles({article.feed_key for article in stored.values()})
    strands = strands_of(grouped)
    stated = store.figures.of_articles(stored)
    events = store.stories.events(story.number)
    numbers = {event.story for event in events} | {event.other or 0 for event in events}
    volume = store.stories.volumes([story.number])[story.number]
    counted = [place for place in grouped if place.standing is not Standing.REVIEW]
    originals = [place for place in counted if place.copy_of is None]
    figures = list(chain.from_iterable(stated.get(place.article_key, ()) for place in originals))
    return ShownStory(
        listed=ListedStory(
            story=story,
            outlets=volume.outlets,
            origins=volume.origins,
            days=volume.days,
            in_review=volume.in_review,
            now=now,
        ),
        articles=tuple(
            StoryArticle(
                article=stored[place.article_key],
                grouped=place,
                feed_title=titles.get(stored[place.article_key].feed_key, ""),
                strand=strands[place.article_key],
            )
            for place in grouped
        ),
        claims=tuple(claims_of(figures)),
        events=tuple(events),
        others=store.stories.by_numbers(numbers - {story.number}),
        matrix=matrix_of(story.title, originals, figures, silent_since(store, outlets, story)),
        held_back=tuple(store.stories.held_back(story.number)),
    )


def _is_shown(place: GroupedArticle, article: Article | None) -> bool:
    """Whether the article is shown: of those in review, the ones that a person is asked about."""
    if article is None or place.standing is not Standing.REVIEW:
        return article is not None
    return place.copy_of is None and article.decision.tier is Tier.REVIEW


def matrix_as_json(matrix: ConfirmationMatrix) -> JsonObject:
    """The parties, and a row for each claim with the cells of those that say something of it."""
    return {"parties": list(matrix.parties), "rows": list(map(_row_as_json, matrix.rows))}


def _row_as_json(row: MatrixRow) -> JsonObject:
    cells = {party: _cell_as_json(row.cells[party]) for party in sorted(row.cells)}
    return {"claim": row.claim, "cells": cells}


def _cell_as_json(cell: MatrixCell) -> JsonObject:
    return {
        "stance": cell.stance,
        "sentence": cell.sentence,
        "article": cell.article_key,
        "at": as_json.instant(cell.at),
    }


def _held_back_as_json(held: HeldBackAlert) -> JsonObject:
    return {
        "article": held.article_key,
        "subscription": held.subscription,
        "at": as_json.instant(held.at),
        "reason": held.reason,
    }


def strands_of(grouped: Sequence[GroupedArticle]) -> dict[str, int]:
    """Article → its strand: groups inside a story that are more alike, the largest first."""
    links: dict[str, dict[str, float]] = defaultdict(dict)
    keys = {place.article_key for place in grouped}
    for place in grouped:
        for other, probability in place.links.items():
            if other in keys:
                links[place.article_key][other] = links[other][place.article_key] = probability
    singles = [[place.article_key] for place in grouped if place.copy_of is None]
    groups = sorted(average_link(singles, links, STRAND), key=lambda group: -len(group))
    strands: dict[str, int] = {}
    for number, group in enumerate(groups, 1):
        strands.update(dict.fromkeys(group, number))
    for place in grouped:
        strands.setdefault(place.article_key, strands.get(place.copy_of or "", 1))
    return strands
