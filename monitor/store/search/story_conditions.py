"""Conditions on stories and figures: the articles of a story, and those with a kind or claimant."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select

from monitor.search.question import InStory, NamesClaimant, StatesFigure
from monitor.store.schema.tables import articles, figures, stories, story_articles


def of_story(leaf: InStory | StatesFigure | NamesClaimant) -> ColumnElement[bool]:
    """The condition on an article."""
    if isinstance(leaf, InStory):
        return _in_story(leaf.key)
    stated = select(figures.c.article_key).where(~figures.c.removed)
    if isinstance(leaf, StatesFigure):
        return articles.c.key.in_(stated.where(figures.c.kind == leaf.kind))
    contains = func.lower(figures.c.claimant).contains(leaf.name, autoescape=True)
    return articles.c.key.in_(stated.where(or_(figures.c.party == leaf.name, contains)))


def _in_story(key: str) -> ColumnElement[bool]:
    """In a story whose key begins so, or in the one that took its articles."""
    numbers = select(func.coalesce(stories.c.merged_into, stories.c.number)).where(
        stories.c.key.startswith(key, autoescape=True)
    )
    members = select(story_articles.c.article_key).where(story_articles.c.story.in_(numbers))
    return articles.c.key.in_(members)
