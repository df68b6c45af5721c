"""Conditions on stories and figures: the articles of a story, and those with a kind or claimant."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Double, func, literal, or_, select

from monitor.search.question import Comparison, InStory, NamesClaimant, StatesFigure
from monitor.store.schema.tables import articles, figures, stories, story_articles

COMPARE: Mapping[Comparison, Callable[[Any, Any], Any]] = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
}


def of_story(leaf: InStory | StatesFigure | NamesClaimant) -> ColumnElement[bool]:
    """The condition on an article."""
    if isinstance(leaf, InStory):
        return _in_story(leaf.key)
    stated = select(figures.c.article_key).where(~figures.c.removed)
    if isinstance(leaf, StatesFigure):
        stated = stated.where(figures.c.kind == leaf.kind)
        if leaf.comparison is not None:
            stated = stated.where(_meets(leaf.comparison, leaf.number))
        return articles.c.key.in_(stated)
    contains = func.lower(figures.c.claimant).contains(leaf.name, autoescape=True)
    return articles.c.key.in_(stated.where(or_(figures.c.party == leaf.name, contains)))


def _meets(comparison: Comparison, number: float) -> ColumnElement[bool]:
    """Whether a value that the figure may have meets the comparison; a bound may be open."""
    is_upward = comparison in (Comparison.ABOVE, Comparison.AT_LEAST)
    bound = figures.c.value_max if is_upward else figures.c.value_min
    meets: ColumnElement[bool] = COMPARE[comparison](bound, literal(number, Double()))
    return or_(bound.is_(None), meets)


def _in_story(key: str) -> ColumnElement[bool]:
    """In a story whose key begins so, or in the one that took its articles."""
    numbers = select(func.coalesce(stories.c.merged_into, stories.c.number)).where(
        stories.c.key.startswith(key, autoescape=True)
    )
    members = select(story_articles.c.article_key).where(story_articles.c.story.in_(numbers))
    return articles.c.key.in_(members)
