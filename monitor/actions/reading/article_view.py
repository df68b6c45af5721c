"""One article whole: its decision explained, its marks, and its edits as word diffs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.explanations import ExplainedDecision, explain_stored
from monitor.articles.contested_marks import is_contested
from monitor.domain.articles import Article, Mark
from monitor.text.word_diff import DiffPiece, word_diff

if TYPE_CHECKING:
    from monitor.classify.model.explain import Explainer
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleEdit:
    """An edit by the publisher."""

    at: datetime | None  # when it was seen; None: not recorded
    title: tuple[DiffPiece, ...]
    text: tuple[DiffPiece, ...]
    changed_outcome: bool  # it was flagged before and is not now, or the reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeScore:
    """The probability of a theme against the one from which the article counts for it."""

    slug: str
    probability: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewedArticle:
    """Everything that the page of an article shows."""

    article: Article
    explained: ExplainedDecision
    marks: tuple[Mark, ...]
    themes: tuple[ThemeScore, ...]  # the most probable first
    edits: tuple[ArticleEdit, ...]  # the newest first
    rest: str  # the text after the judged opening

    @property
    def is_contested(self) -> bool:
        """Whether people disagree about it."""
        return is_contested(self.marks)

    def as_json(self) -> JsonObject:
        """The article as `explain --json` shows it, with its marks."""
        marks = [
            {
                "by": mark.by,
                "topic": mark.topic or None,
                "relevant": mark.relevant,
                "theme_slugs": list(mark.themes),
            }
            for mark in self.marks
        ]
        return {**self.explained.as_json(), "marks": marks, "contested": self.is_contested}


def view_article(
    store: Store, article: Article, explainer: Explainer, settings: Settings
) -> ViewedArticle:
    """The article with everything that is known about it."""
    explained = explain_stored(store, article, explainer, settings)
    versions = (*explained.revisions, article)
    edits = tuple(_edit(older, newer) for older, newer in pairwise(versions))
    return ViewedArticle(
        article=article,
        explained=explained,
        marks=store.marks.of_articles([article.key]).get(article.key, ()),
        themes=_themes(article, explainer),
        edits=edits[::-1],
        rest=_rest(article, explained),
    )


def _themes(article: Article, explainer: Explainer) -> tuple[ThemeScore, ...]:
    thresholds = explainer.theme_thresholds
    probabilities = sorted(article.decision.themes.items(), key=lambda pair: -pair[1])
    return tuple(
        ThemeScore(slug=slug, probability=probability, threshold=thresholds.get(slug, 0.5))
        for slug, probability in probabilities
    )


def _edit(older: Article, newer: Article) -> ArticleEdit:
    return ArticleEdit(
        at=newer.edited_at,
        title=word_diff(older.entry.title, newer.entry.title),
        text=word_diff(older.entry.text, newer.entry.text),
        changed_outcome=older.decision.relevant != newer.decision.relevant,
    )


def _rest(article: Article, explained: ExplainedDecision) -> str:
    """What the text says after the judged opening; the whole text where the two differ."""
    from monitor.classify.features.opening import RAW_CHARACTERS, normalize

    whole = " ".join(article.entry.text.split())
    explanation = explained.explanation
    opening = explanation.text.opening_text.rstrip("…. ") if explanation else ""
    normalized = normalize(article.entry.text)  # as the judged text is
    if not opening or opening not in normalized:
        return whole
    unread = " ".join(article.entry.text[RAW_CHARACTERS:].split())
    return f"{normalized.partition(opening)[2]}{unread}".lstrip("…. ")
