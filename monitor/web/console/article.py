"""Article: one article with its text, the words that counted, and why it was decided so."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.reading.article_view import ThemeScore, ViewedArticle, view_article
from monitor.actions.reading.articles import memory_sentence
from monitor.actions.reading.explanations import ExplainerCache
from monitor.domain.articles import Decision
from monitor.domain.review.second_reading import is_second_reader
from monitor.domain.tiers import Tier
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import render
from monitor.web.site.context import SiteContext

PATH = "/console/articles"
MARKS_PATH = "/console/marks"
REVIEW_PATH = "/console/review"
_MOST_WORDS = 12
_LEAST_SHOWN = 0.05  # of the probability of a theme for which the article does not count


def routes(site: SiteContext, explainers: ExplainerCache) -> APIRouter:
    """The article as a page and as JSON."""
    place = PlaceRouter(site)

    @place.get(PATH + "/{key}.json", Act.READ_ARTICLES)
    async def article_json(request: Request, key: str) -> Response:
        viewed = await site.read(lambda store: find_article_view(site, store, explainers, key))
        return article_lists.json_response(viewed.as_json())

    @place.get(PATH + "/{key}", Act.READ_ARTICLES)
    async def article_page(request: Request, key: str) -> Response:
        viewed = await site.read(lambda store: find_article_view(site, store, explainers, key))
        return render(site, request, "article", panel_parts(site, request, viewed))

    return place.router


def find_article_view(
    site: SiteContext, store: Store, explainers: ExplainerCache, key: str
) -> ViewedArticle:
    """The article whose key begins so.  Raise HTTPException (404) when there is none."""
    article = store.articles.find(key)
    if article is None:
        raise HTTPException(404)
    explainer = explainers.explainer(article.decision.topic)
    return view_article(store, article, explainer, site.settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ThemeLine:
    title: str
    probability: float
    threshold: float
    words: str  # "counts", "below 0.25"


def panel_parts(
    site: SiteContext,
    request: Request,
    viewed: ViewedArticle,
    *,
    close_address: str = "",
    next_article: str = "",
    mark_address: str = MARKS_PATH,
) -> dict[str, object]:
    """The variables of "article_panel.html.j2"; `mark_address` takes its form."""
    caller = caller_of(request)
    explanation = viewed.explained.explanation
    pieces = (*explanation.text.title, *explanation.text.opening) if explanation else ()
    weights: dict[str, float] = {}
    for piece in pieces:
        if piece.weight:
            weights[piece.text] = weights.get(piece.text, 0.0) + piece.weight
    ranked = sorted(weights.items(), key=lambda pair: -abs(pair[1]))
    if is_second_reader(viewed.article.decision.confirmed_by):
        mark_address = REVIEW_PATH  # a person's answer may take the second reader's back
    return {
        "opened": viewed,
        "words_for": [pair for pair in ranked if pair[1] > 0][:_MOST_WORDS],
        "words_against": [pair for pair in ranked if pair[1] < 0][:_MOST_WORDS],
        "themes": _theme_lines(site, viewed),
        "score_sentence": _score_sentence(viewed),
        "own_note": _own_note(viewed, caller.name),
        "own_themes": _own_themes(viewed, caller.name),
        "can_mark": is_allowed(Act.MARK_ARTICLES, role=caller.role, scopes=caller.scopes),
        "close_address": close_address,
        "next_article": next_article,
        "mark_address": mark_address,
    }


def _theme_lines(site: SiteContext, viewed: ViewedArticle) -> list[_ThemeLine]:
    counted = viewed.article.decision.labels
    return [
        _ThemeLine(
            title=site.theme_titles.get(theme.slug, theme.slug),
            probability=theme.probability,
            threshold=theme.threshold,
            words=_theme_words(theme, viewed.article.decision),
        )
        for theme in viewed.themes
        if theme.slug in counted or theme.probability >= _LEAST_SHOWN
    ]


def _theme_words(theme: ThemeScore, decision: Decision) -> str:
    """Whether the article counts for the theme; "" for an article that is not relevant."""
    if theme.slug in decision.labels:
        return "counts"
    return f"below {theme.threshold:.2f}" if decision.relevant else ""


def _score_sentence(viewed: ViewedArticle) -> str:
    """After the score: "at a threshold of 0.50.  Without «Kursk» it would be 0.27." """
    decision, explanation = viewed.article.decision, viewed.explained.explanation
    sentence = f"at a threshold of {decision.threshold:.2f}.{_review_words(decision)}"
    memory = memory_sentence(decision)
    if memory:
        sentence += f" {memory}."
    if explanation is None:
        return sentence
    if explanation.without:
        words = " and ".join(f"«{word}»" for word in explanation.without)
        sentence += f" Without {words} it would be {explanation.without_score:.2f}."
    views = explanation.views.sentence()
    if views:
        sentence += f" {views[:1].upper()}{views[1:]}."
    if explanation.gate:
        missing = ", ".join(explanation.gate.missing)
        sentence += (
            f" It names none of: {missing}; otherwise it would be {explanation.gate.score:.2f}."
        )
    return sentence


def _review_words(decision: Decision) -> str:
    """Whether it waits in review, or who confirmed it."""
    if decision.confirmed_by:
        return f" Confirmed in review by {decision.confirmed_by}."
    if decision.tier is Tier.REVIEW:
        return f" From {decision.review_threshold:.2f} on an article is in review."
    return ""


def _own_note(viewed: ViewedArticle, name: str) -> str:
    notes = [mark.note for mark in viewed.marks if mark.by == name]
    return notes[0] if notes else ""


def _own_themes(viewed: ViewedArticle, name: str) -> tuple[str, ...]:
    """The themes to tick: those of the reader's own mark, else those that count."""
    for mark in viewed.marks:
        if mark.by == name:
            return mark.themes
    return viewed.article.decision.labels
