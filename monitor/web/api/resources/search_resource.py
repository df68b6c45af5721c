"""Search: a question in words, and counts of what it finds."""

from __future__ import annotations

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject
from monitor.actions.reading.searches import SearchRequest, question_facets, search_articles
from monitor.web.api.conventions.api_models import ApiModel, NoBody
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.shapes import search_shapes as shapes

api = ApiRouter()

LONGEST_QUESTION = 2_000


class QuestionQuery(ApiModel):
    """A question."""

    q: str = Field(max_length=LONGEST_QUESTION, description="In the grammar of search.")


@api.get("/search/parse", Act.READ_ARTICLES, QuestionQuery, shapes.ParsedQuestionShape)
async def parse_question(call: Call[QuestionQuery, NoBody]) -> Answer:
    """A question in words, each condition by itself; a wrong one is refused with its place."""
    search = SearchRequest(question=call.query.q, limit=1)
    result = await call.read(lambda store: search_articles(store, search, call.now))
    return Answer(content={"question": result.description, "parts": list(result.parts)})


@api.get("/search/facets", Act.READ_ARTICLES, QuestionQuery, shapes.FacetsShape)
async def count_facets(call: Call[QuestionQuery, NoBody]) -> Answer:
    """How many articles a question finds, by theme, language, feed and month."""
    question = call.query.q
    facets, titles = await call.read(lambda store: question_facets(store, question, call.now))
    content: JsonObject = {
        "total_at_least" if facets.is_capped else "total": facets.total,
        "topics": dict(facets.topics),
        "themes": dict(facets.themes),
        "languages": dict(facets.languages),
        "feeds": {
            key: {"title": titles.get(key, ""), "count": count}
            for key, count in facets.feeds.items()
        },
        "months": dict(facets.months),
    }
    return Answer(content=content)
