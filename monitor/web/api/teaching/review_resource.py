"""Review: the doubtful articles that wait for an answer, and the answer."""

from __future__ import annotations

from functools import partial

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import check_watched
from monitor.actions.reading.articles import find_article
from monitor.actions.teaching import review
from monitor.actions.teaching.review import ReviewAnswer
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import whole_list
from monitor.web.api.shapes import review_shapes as shapes

api = ApiRouter()

_MOST_THEMES = 20


class ReviewQuery(ApiModel):
    """Which doubtful articles."""

    topic: str = Field("", max_length=200, description="That leads them; empty: of all topics.")


@api.get("/review", Act.READ_ARTICLES, ReviewQuery, shapes.ReviewListShape)
async def list_review(call: Call[ReviewQuery, NoBody]) -> Answer:
    """Doubtful articles of the last 30 days that wait for an answer, the newest first."""
    topic = call.query.topic
    check_watched(call.site.settings, topic)
    waiting = await call.read(partial(review.list_review, now=call.now, topic=topic))
    return whole_list([row.as_json() for row in waiting])


class ReviewBody(ApiModel):
    """Whether an article in review is relevant."""

    relevant: bool
    themes: tuple[str, ...] = Field(
        (), max_length=_MOST_THEMES, description="Their slugs; empty: those of the pack."
    )
    note: str = Field("", max_length=1_000)


@api.put("/articles/{key}/review", Act.MARK_ARTICLES, ReviewBody, shapes.ReviewedShape)
async def answer_review(call: Call[NoQuery, ReviewBody]) -> Answer:
    """Confirm an article in review, which alerts its subscribers, or reject it.

    The answer is a mark in the name of the token.  An article that somebody has answered may be
    answered again: `result` and `sentence` say what that changed.
    """
    body = call.body

    def answer(store: Store) -> JsonObject:
        article = found(lambda: find_article(store, call.key))
        review_answer = ReviewAnswer(
            article=article.key, relevant=body.relevant, themes=body.themes, note=body.note
        )
        reviewed = review.answer_review(
            store,
            review_answer,
            call.caller,
            call.now,
            topic_themes=call.site.theme_titles,
            grouping=call.site.stories,
        )
        return reviewed.as_json()

    return Answer(content=await call.write(answer))
