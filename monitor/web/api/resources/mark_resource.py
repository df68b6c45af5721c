"""Marks: set, taken away, in bulk, taken back; and which articles to mark next."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject, instant
from monitor.actions.reading.articles import find_article
from monitor.actions.teaching import marks
from monitor.actions.teaching.marks import BulkMarkRequest, MarkRequest
from monitor.domain.articles import Mark
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery, Whole
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import cut_page, whole_list
from monitor.web.api.shapes import mark_shapes as shapes
from monitor.web.site import problems
from monitor.web.site.problems import ProblemError

api = ApiRouter()

_PROPOSED_SINCE = timedelta(days=30)
_MOST_MARKS, _MOST_THEMES = 100, 20
_TOPIC_WORDS = "For this topic, by the name of its pack; empty: for the one that leads the article."


@api.get("/articles/{key}/marks", Act.READ_ARTICLES, NoQuery, shapes.MarksOfArticleShape)
async def list_marks_of_article(call: Call[NoQuery, NoBody]) -> Answer:
    """The marks of all people on an article, and every change of them."""

    def read(store: Store) -> JsonObject:
        article = found(lambda: find_article(store, call.key))
        current = store.marks.of_articles([article.key]).get(article.key, ())
        changes = marks.mark_history(store, article.key)
        return {
            "items": [_mark_json(mark) for mark in current],
            "next": None,
            "history": [marks.change_as_json(change) for change in changes],
        }

    return Answer(content=await call.read(read), is_list=True)


class MarkBody(ApiModel):
    """What one says of an article."""

    relevant: bool
    themes: tuple[str, ...] = Field((), max_length=_MOST_THEMES, description="Their slugs.")
    note: str = Field("", max_length=1_000)
    topic: str = Field("", max_length=200, description=_TOPIC_WORDS)


@api.put("/articles/{key}/mark", Act.MARK_ARTICLES, MarkBody, shapes.MarkListedShape)
async def set_mark(call: Call[NoQuery, MarkBody]) -> Answer:
    """Mark an article in the name of the token; an earlier mark of the same name is replaced."""
    body = call.body
    themes = marks.themes_of_mark(call.site.settings, body.topic, call.site.theme_titles)

    def mark(store: Store) -> JsonObject:
        article = found(lambda: find_article(store, call.key))
        request = MarkRequest(
            article=article.key,
            relevant=body.relevant,
            themes=body.themes,
            by=call.caller.name,
            note=body.note,
            topic=body.topic,
        )
        return marks.mark_article(store, request, call.now, topic_themes=themes).as_json()

    return Answer(content=await call.write(mark))


class RemovedMarkQuery(ApiModel):
    """Which of one's marks on an article."""

    topic: str = Field("", max_length=200, description="Of this topic; empty: the last mark.")


@api.delete("/articles/{key}/mark", Act.MARK_ARTICLES, RemovedMarkQuery)
async def remove_own_mark(call: Call[RemovedMarkQuery, NoBody]) -> Answer:
    """Take away the mark that the token set on an article; the undo brings it back."""
    topic = call.query.topic  # it may have left the settings since

    def remove(store: Store) -> None:
        by, now = call.caller.name, call.now
        found(lambda: marks.remove_mark(store, call.key, by, now, topic=topic))

    await call.write(remove)
    return Answer(status=204)


@api.get("/marks", Act.READ_ARTICLES, PageQuery, shapes.MarkPageShape)
async def list_all_marks(call: Call[PageQuery, NoBody]) -> Answer:
    """Every mark with its article, the newest first."""
    listed = await call.read(marks.list_marks)
    items = [marked.as_json() for marked in listed]
    items = [
        {**item, "cursor": f"{item['key']} {item['topic'] or ''} {item['by']}"} for item in items
    ]
    return cut_page(call.request, items, call.query.limit, call.query.after, key="cursor")


class BulkMarkBody(ApiModel):
    """What one says of several articles at once."""

    articles: tuple[str, ...] = Field(
        min_length=1, max_length=_MOST_MARKS, description="Their whole keys."
    )
    relevant: bool
    themes: tuple[str, ...] = Field((), max_length=_MOST_THEMES, description="Their slugs.")
    note: str = Field("", max_length=1_000)
    topic: str = Field("", max_length=200, description=_TOPIC_WORDS)


@api.post("/marks/batch", Act.MARK_ARTICLES, BulkMarkBody, shapes.BulkMarkShape)
async def mark_batch(call: Call[NoQuery, BulkMarkBody]) -> Answer:
    """Mark up to 100 articles; one undo takes all of it back."""
    body = call.body
    request = BulkMarkRequest(
        articles=body.articles,
        relevant=body.relevant,
        themes=body.themes,
        by=call.caller.name,
        note=body.note,
        topic=body.topic,
    )
    themes = marks.themes_of_mark(call.site.settings, body.topic, call.site.theme_titles)
    done = await call.write(
        lambda store: marks.mark_articles(store, request, call.now, topic_themes=themes)
    )
    changed = [change.article_key for change in done.changed]
    return Answer(content={"changed": changed, "missing": list(done.missing)})


@api.post("/marks/undo", Act.MARK_ARTICLES, NoBody, shapes.UndoneMarksShape)
async def undo_last_marks(call: Call[NoQuery, NoBody]) -> Answer:
    """Take back the last act of marking of the token within a day, a bulk one as a whole."""

    def undo(store: Store) -> JsonObject:
        try:
            changes = marks.undo_marks(store, call.caller.name, call.now)
        except ConfigError as error:
            raise ProblemError(problems.CONFLICT, str(error)) from None
        return {"changed": [change.article_key for change in changes]}

    return Answer(content=await call.write(undo))


class NextQuery(ApiModel):
    """How many articles to propose."""

    n: Whole = Field(10, ge=1, le=100)


@api.get("/marks/next", Act.READ_TEACHING, NextQuery, shapes.ProposedListShape)
async def propose_marks(call: Call[NextQuery, NoBody]) -> Answer:
    """Articles of the last 30 days whose marks would teach much, and why."""
    since = call.now - _PROPOSED_SINCE
    proposed = await call.read(
        lambda store: marks.propose_articles(store, call.now, since=since, number=call.query.n)
    )
    return whole_list([article.as_json() for article in proposed])


def _mark_json(mark: Mark) -> JsonObject:
    return {
        "by": mark.by,
        "topic": mark.topic or None,
        "label": marks.mark_word(mark),
        "theme_slugs": list(mark.themes),
        "note": mark.note,
        "marked_at": instant(mark.marked_at),
    }
