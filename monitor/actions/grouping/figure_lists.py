"""Stored figures: a list by kind, claimant and story, and their correction by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.grouping.story_lookup import find_story
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import ConfigError
from monitor.domain.stated_figures import StatedFigure
from monitor.publish.csv_jsonl import table
from monitor.stories.claims import StatedClaim
from monitor.text.cursor_instants import instant_of, microseconds_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.store.store import Store

_COLUMNS = (
    "key", "at", "kind", "value_min", "value_max", "approx", "claimant", "party", "through",
    "quote", "sentence", "title", "article", "story", "corrected",
)  # fmt: skip
_CURSOR = re.compile(r"(\d{1,17})-([0-9a-f]{8,64})-(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureQuery:
    """Which figures a list has."""

    kind: str | None = None
    claimant: str | None = None  # a party, or a part of the claimant as written
    story: str | None = None  # a story's key
    since: datetime | None = None
    after: str | None = None  # the cursor of the page before
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigure:
    """A figure with its article and story."""

    figure: StatedFigure
    title: str  # of the article
    story: str | None  # its key
    is_corrected: bool

    @property
    def key(self) -> str:
        """The article's key and the place of the figure in it: "1a2b3c4d…:0"."""
        return f"{self.figure.article_key}:{self.figure.position}"

    def as_json(self) -> JsonObject:
        """The figure as `figures list --json` shows it."""
        return {
            "key": self.key,
            "article": self.figure.article_key,
            "title": self.title,
            "story": self.story,
            **stated_as_json(self.figure),
            "corrected": self.is_corrected,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePage:
    """A page of figures, the newest first."""

    figures: tuple[ShownFigure, ...]
    next: str | None

    def as_json(self) -> JsonObject:
        """The page as `figures list --json` shows it."""
        return {"figures": [shown.as_json() for shown in self.figures], "next": self.next}

    def as_csv(self) -> str:
        """The page as a table; a spreadsheet runs no cell of it as a formula."""
        rows = [shown.as_json() for shown in self.figures]
        return table(_COLUMNS, [list(map(row.__getitem__, _COLUMNS)) for row in rows])


def list_figures(
    store: Store, query: FigureQuery, *, kinds: Collection[str] = (), copies: bool = False
) -> FigurePage:
    """Figures, the newest first; those of copies only on request.

    `kinds` are those of the topic.  Raise InvalidOption for an unknown kind or a wrong cursor, and
    ConfigError for an unknown story.
    """
    from monitor.store.stories.figure_ledger import FigureFilter

    if query.kind and kinds and query.kind not in kinds:
        raise InvalidOption("kind", f"{query.kind!r} is no kind; kinds: {', '.join(sorted(kinds))}")
    listed_figures = store.figures.list(
        FigureFilter(
            kind=query.kind,
            claimant=query.claimant,
            story=find_story(store, query.story).number if query.story else None,
            since=query.since,
            after=_position(query.after) if query.after else None,
            copies=copies,
            limit=query.limit + 1,
        )
    )
    shown = listed_figures[: query.limit]
    titles = store.articles.titles([listed.figure.article_key for listed in shown])
    stories = store.stories.by_numbers({listed.story for listed in shown if listed.story})
    keys = {number: story.key for number, story in stories.items()}
    figures = tuple(
        ShownFigure(
            figure=listed.figure,
            title=titles.get(listed.figure.article_key, ""),
            story=keys.get(listed.story or 0),
            is_corrected=listed.is_corrected,
        )
        for listed in shown
    )
    cursor = _cursor(shown[-1].figure) if len(listed_figures) > query.limit else None
    return FigurePage(figures=figures, next=cursor)


def _cursor(figure: StatedFigure) -> str:
    return f"{microseconds_of(figure.at)}-{figure.article_key}-{figure.position}"


def _position(cursor: str) -> tuple[datetime, str, int]:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise InvalidOption(
            "after", f"{cursor!r} is no cursor: take the one that the page before printed"
        )
    return instant_of(int(match[1])), match[2], int(match[3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person changes of a figure; None leaves a field as it is."""

    value_min: float | None = None
    value_max: float | None = None
    kind: str | None = None
    claimant: str | None = None
    remove: bool = False  # it is no figure
    reason: str
    by: str = "operator"


def correct_figure(
    store: Store, reference: str, correction: Correction, now: datetime
) -> ShownFigure:
    """Correct a stored figure, named by its article's key and its place: "1a2b3c4d:0".

    What it was is kept.  Raise ConfigError when there is no such figure, or nothing to change.
    """
    figure = find_figure(store, reference)
    if not correction.reason.strip():
        raise InvalidOption("reason", "is empty: say why")
    after = replace(
        figure,
        value_min=figure.value_min if correction.value_min is None else correction.value_min,
        value_max=figure.value_max if correction.value_max is None else correction.value_max,
        kind=correction.kind or figure.kind,
        claimant=correction.claimant or figure.claimant,
        party=None if correction.claimant else figure.party,
        removed=correction.remove,
    )
    if after == figure:
        raise ConfigError(f"figure {reference}: nothing to change: name a value, kind or claimant")
    low, high = after.value_min, after.value_max
    if low is not None and high is not None and low > high:
        raise ConfigError(f"figure {reference}: {low:,g} to {high:,g} is no range")
    store.figures.correct(after, by=correction.by, reason=correction.reason.strip(), now=now)
    titles = store.articles.titles([after.article_key])
    grouped = store.stories.grouped([after.article_key]).get(after.article_key)
    stories = store.stories.by_numbers([grouped.story]) if grouped else {}
    return ShownFigure(
        figure=after,
        title=titles.get(after.article_key, ""),
        story=next((story.key for story in stories.values()), None),
        is_corrected=True,
    )


def find_figure(store: Store, reference: str) -> StatedFigure:
    """The figure at a place of an article: "1a2b3c4d:0".  Raise ConfigError."""
    from monitor.actions.reading.articles import find_article

    key, colon, place = reference.partition(":")
    if not colon or not place.isdecimal() or len(place) > 6:
        raise ConfigError(
            f"{reference!r} is no figure: give its article's key and its place, such as 1a2b3c4d:0;"
            " `monitor figures list` shows them"
        )
    article = find_article(store, key)
    figure = store.figures.find(article.key, int(place))
    if figure is None:
        raise ConfigError(f"article {article.key[:8]} states no figure {place}")
    return figure


def stated_as_json(figure: StatedFigure) -> JsonObject:
    """A figure for programs; whole values are written without a point, an open end is null."""
    return {
        "value_min": whole(figure.value_min),
        "value_max": whole(figure.value_max),
        "approx": figure.approx,
        "kind": figure.kind,
        "claimant": figure.claimant,
        "party": figure.party,
        "through": figure.through,
        "at": as_json.instant(figure.at),
        "quote": figure.quote,
        "sentence": figure.sentence,
    }


def claim_as_json(claim: StatedClaim) -> JsonObject:
    """A claim of a story with its sources."""
    return {
        "kind": claim.kind,
        "claimant": claim.claimant,
        "party": claim.party,
        "value_min": whole(claim.value_min),
        "value_max": whole(claim.value_max),
        "approx": claim.approx,
        "first_at": as_json.instant(claim.first_at),
        "last_at": as_json.instant(claim.last_at),
        "superseded_by": claim.superseded_by,
        "differs_from": list(claim.differs_from),
        "sources": [
            {"article": source.article_key, "quote": source.quote, "sentence": source.sentence}
            for source in claim.sources
        ],
    }


def whole(value: float | None) -> float | int | None:
    """The value, as an integer where it is one."""
    return int(value) if value is not None and float(value).is_integer() else value
