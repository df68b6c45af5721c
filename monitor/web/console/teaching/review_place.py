"""Review: doubtful articles, one after another, each with one key for yes and one for no."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.reading.article_view import ViewedArticle
from monitor.actions.reading.explanations import ExplainerCache
from monitor.actions.teaching import review
from monitor.actions.teaching.review import ReviewAnswer, ReviewResult, WaitingArticle
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.article import find_article_view, panel_parts
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import own_address, render, see_other
from monitor.web.console.marking import UNDO_PATH
from monitor.web.site.context import SiteContext

PATH = "/console/review"


def routes(site: SiteContext, explainers: ExplainerCache) -> APIRouter:
    """The list as a page and as JSON, and the form of an answer."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_ARTICLES)
    async def review_page(request: Request, open: str = "", topic: str = "") -> Response:
        waiting = await _waiting(site, topic)
        viewed = await _viewed(site, explainers, waiting, open)
        parts = _parts(request, waiting, topic)
        if viewed is not None:
            following = _address(topic, _following(waiting, viewed.article.key))
            parts |= panel_parts(site, request, viewed, next_article=following, mark_address=PATH)
        return render(site, request, "review", parts | {"opened": viewed})

    @place.get(PATH + ".json", Act.READ_ARTICLES)
    async def review_json(request: Request, topic: str = "") -> Response:
        waiting = await _waiting(site, topic)
        return article_lists.json_response({"items": [row.as_json() for row in waiting]})

    _add_answer(place, site)
    return place.router


def _add_answer(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH, Act.MARK_ARTICLES)
    async def answer(request: Request) -> Response:
        form = await read_form(request)
        is_relevant = form.text("relevant") == "yes"
        review_answer = ReviewAnswer(
            article=next(iter(form.texts("article")), ""),
            relevant=is_relevant,
            themes=form.texts("theme") if is_relevant else (),
            note=form.text("note"),
        )
        store_answer = partial(
            review.answer_review,
            answer=review_answer,
            caller=caller_of(request),
            now=site.clock(),
            topic_themes=site.theme_titles,
            grouping=site.stories,
        )
        try:
            reviewed = await site.write(store_answer)
        except ConfigError as error:
            back = own_address(form.text("back"), PATH)
            return see_other(back, Flash(text=str(error), is_fault=True))
        undo = UNDO_PATH if reviewed.result is ReviewResult.REJECTED else ""
        next_page = own_address(form.text("next") or form.text("back"), PATH)
        return see_other(next_page, Flash(text=reviewed.sentence, undo=undo))


async def _waiting(site: SiteContext, topic: str) -> Sequence[WaitingArticle]:
    """The articles of one topic, or of all.  Raise HTTPException for one that is not watched."""
    if topic and topic not in site.topics:
        raise HTTPException(404)
    return await site.read(partial(review.list_review, now=site.clock(), topic=topic))


async def _viewed(
    site: SiteContext, explainers: ExplainerCache, waiting: Sequence[WaitingArticle], key: str
) -> ViewedArticle | None:
    """The article to look at: the one that is asked for, else the first that waits."""
    article_key = key or (waiting[0].article.key if waiting else "")

    def view(store: Store) -> ViewedArticle | None:
        if not article_key or store.articles.find(article_key) is None:
            return None
        return find_article_view(site, store, explainers, article_key)

    return await site.read(view)


def _parts(request: Request, waiting: Sequence[WaitingArticle], topic: str) -> dict[str, object]:
    caller = caller_of(request)
    return {
        "waiting": waiting,
        "sentence": _sentence(len(waiting)),
        "open_address": partial(_address, topic),
        "formats": {"JSON": f"{PATH}.json{article_lists.query_text({'topic': topic})}"},
        "chosen_topic": topic,
        "can_mark": is_allowed(Act.MARK_ARTICLES, role=caller.role, scopes=caller.scopes),
    }


def _following(waiting: Sequence[WaitingArticle], key: str) -> str:
    """The key of the article after this one; empty after the last."""
    keys = [row.article.key for row in waiting]
    place = keys.index(key) + 1 if key in keys else 0
    return keys[place] if place < len(keys) else ""


def _address(topic: str, key: str = "") -> str:
    return PATH + article_lists.query_text({"topic": topic, "open": key})


def _sentence(count: int) -> str:
    """ "2 doubtful articles: please look." """
    if not count:
        return "No doubtful article waits for an answer."
    noun = "article" if count == 1 else "articles"
    more = " or more" if count == review.MOST else ""
    return f"{count}{more} doubtful {noun}: please look."
