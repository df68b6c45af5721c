"""Statements of parties in the articles that are grouped, stored with their place in a story."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.domain.articles import Article
from monitor.domain.stories import Statement, StoryChanges

if TYPE_CHECKING:
    from monitor.figures.figure_pack import FigurePack

log = logging.getLogger(__name__)


def with_statements(
    changes: StoryChanges, articles: Iterable[Article], pack: FigurePack | None
) -> StoryChanges:
    """The changes with what parties say in their new relevant articles; a copy adds nothing."""
    if pack is None:
        return changes
    by_key = {article.key: article for article in articles}
    grouped = tuple(
        replace(place, statements=_statements(by_key[place.article_key], pack))
        if place.copy_of is None and place.article_key in by_key
        else place
        for place in changes.grouped
    )
    confirmed = tuple(
        replace(place, statements=_statements(by_key[place.article_key], pack))
        for place in changes.confirmed
    )
    return replace(changes, grouped=grouped, confirmed=confirmed)


def _statements(article: Article, pack: FigurePack) -> tuple[Statement, ...]:
    # loaded at the first relevant article: many patterns, which most polls do not need
    from monitor.figures.extraction import SourceText
    from monitor.figures.stances.statements import statements_in

    entry = article.entry
    source = SourceText(title=entry.title, text=entry.text, language=entry.language)
    try:
        return statements_in(source, pack)
    except Exception:  # a loop edge: one article harms only its own statements
        # Statements are an extra: a text that breaks their patterns must not cost an article, which
        # is stored and alerted without them.  The log has the fault.
        log.exception("statements.not_read", extra={"article": article.key})
        return ()
