"""Rows of stories, of their articles and events, and of stated figures; and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from monitor.domain.json_fields import from_dataclass, integer, nested, objects, text
from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import (
    GroupedArticle,
    GroupedWords,
    GroupingReason,
    NewStory,
    Stance,
    Statement,
    Story,
    StoryEvent,
)
from monitor.store.mapping.column_text import Values

_DIGITS = 4  # of a stored probability


def new_story_values(story: NewStory) -> Values:
    """The columns of a story that begins."""
    return {
        "number": story.number,
        "key": story.key,
        "title": story.title,
        "renamed_by": None,
        "language": story.language,
        "first_at": story.at,
        "last_at": story.at,
        "articles": 0,  # counted when its articles are stored
        "merged_into": None,
    }


def story_from_row(row: Row[Any]) -> Story:
    """The story of a row of `stories`, with the key of the one that it was merged into."""
    return Story(
        key=row.key,
        number=row.number,
        title=row.title,
        renamed_by=row.renamed_by,
        language=row.language,
        first_at=row.first_at,
        last_at=row.last_at,
        articles=row.articles,
        merged_into=row.merged_key,
    )


def grouped_values(grouped: GroupedArticle, arrival: int) -> Values:
    """The columns of an article in its story."""
    return {
        "article_key": grouped.article_key,
        "arrival": arrival,
        "story": grouped.story,
        "copy_key": grouped.copy_key,
        "copy_of": grouped.copy_of,
        "origin": grouped.origin,
        "at": grouped.at,
        "window_at": grouped.window_at,
        "pinned": grouped.pinned,
        "words": None if grouped.words is None else from_dataclass(grouped.words),
        "links": dict(grouped.links) or None,
        "why": _why(grouped.why),
        "statements": statement_values(grouped.statements),
        "standing": grouped.standing,
    }


def statement_values(statements: Sequence[Statement]) -> list[Values] | None:
    """The column of the statements of an article; None: there is none."""
    return [from_dataclass(statement) for statement in statements] or None


def _why(why: GroupingReason) -> Values:
    fields = from_dataclass(why)
    rounded = {
        name: round(value, _DIGITS) for name, value in fields.items() if isinstance(value, float)
    }
    return fields | rounded


def grouped_from_row(row: Row[Any]) -> GroupedArticle:
    """The article in its story of a row of `story_articles`."""
    words = row.words
    return GroupedArticle(
        article_key=row.article_key,
        story=row.story,
        copy_key=row.copy_key,
        copy_of=row.copy_of,
        origin=row.origin,
        at=row.at,
        window_at=row.window_at,
        pinned=row.pinned,
        words=None if words is None else _words(words),
        links=row.links or {},
        why=reason_from_json(row.why),
        statements=statements_from_json(row.statements),
        standing=row.standing,
    )


def statements_from_json(json: object) -> tuple[Statement, ...]:
    """The statements as they were stored; those of a stance that is not known are left out."""
    stance_names = {str(stance) for stance in Stance}
    return tuple(
        Statement(
            party=text(fields, "party"),
            stance=Stance(text(fields, "stance")),
            sentence=text(fields, "sentence"),
        )
        for fields in objects({"statements": json}, "statements")
        if text(fields, "stance") in stance_names
    )


def _words(json: Mapping[str, object]) -> GroupedWords:
    return GroupedWords(
        title=text(json, "title"),
        opening=text(json, "opening"),
        language=text(json, "language"),
        source=text(json, "source"),
        embedding=text(json, "embedding"),
    )


def reason_from_json(json: object) -> GroupingReason:
    """The reason as it was stored; what is missing reads as nothing."""
    fields = nested({"why": json}, "why")
    shared = fields.get("shared")
    next_story = fields.get("next_story")
    return GroupingReason(
        sentence=text(fields, "sentence"),
        shared=tuple(map(str, shared)) if isinstance(shared, list) else (),
        nearest=text(fields, "nearest") or None,
        probability=_number(fields, "probability"),
        mean=_number(fields, "mean"),
        hours_apart=_number(fields, "hours_apart"),
        next_story=integer(fields, "next_story") if isinstance(next_story, int) else None,
        next_mean=_number(fields, "next_mean"),
    )


def _number(fields: Mapping[str, object], name: str) -> float:
    value = fields.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def event_values(event: StoryEvent) -> Values:
    """The columns of a change of a story."""
    return {
        "key": event.key,
        "story": event.story,
        "kind": event.kind,
        "at": event.at,
        "by": event.by,
        "reason": event.reason,
        "other": event.other,
        "articles": list(event.articles),
        "pinned_before": list(event.pinned_before),
        "undone": event.undone,
    }


def event_from_row(row: Row[Any]) -> StoryEvent:
    """The change of a row of `story_events`."""
    return StoryEvent(
        story=row.story,
        kind=row.kind,
        at=row.at,
        by=row.by,
        reason=row.reason,
        other=row.other,
        articles=tuple(row.articles),
        pinned_before=tuple(row.pinned_before),
        undone=row.undone,
    )


def figure_values(figure: StatedFigure) -> Values:
    """The columns of a stated figure."""
    return {
        "article_key": figure.article_key,
        "position": figure.position,
        "kind": figure.kind,
        "value_min": figure.value_min,
        "value_max": figure.value_max,
        "approx": figure.approx,
        "claimant": figure.claimant,
        "party": figure.party,
        "through": figure.through,
        "at": figure.at,
        "quote": figure.quote,
        "sentence": figure.sentence,
        "removed": figure.removed,
    }


def figure_from_row(row: Row[Any]) -> StatedFigure:
    """The stated figure of a row of `figures`."""
    return StatedFigure(
        article_key=row.article_key,
        position=row.position,
        kind=row.kind,
        value_min=row.value_min,
        value_max=row.value_max,
        approx=row.approx,
        claimant=row.claimant,
        party=row.party,
        through=row.through,
        at=row.at,
        quote=row.quote,
        sentence=row.sentence,
        removed=row.removed,
    )
