"""Tools of assistants: read-only questions, answered with the words and numbers of the API.

Each runs in the thread of the reading store.  Its docstring is what an assistant reads about it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter

from monitor.access.permissions import Act
from monitor.actions import option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.grouping import figure_lists, story_reports
from monitor.actions.grouping.figure_lists import FigureQuery
from monitor.actions.grouping.silent_parties import expected_outlets
from monitor.actions.grouping.story_reports import StoryQuery
from monitor.actions.option_values import settings_of_topic
from monitor.actions.reading.article_view import view_article
from monitor.actions.reading.articles import find_article, show_article
from monitor.actions.reading.explanations import explain_text
from monitor.actions.reading.searches import SearchRequest, search_articles
from monitor.actions.statistics.coverage_report import coverage_report
from monitor.settings.sections import Settings
from monitor.web.api.conventions.api_models import ApiModel
from monitor.web.api.shapes import article_shapes, statistics_shapes, story_shapes
from monitor.web.assistants import tool_arguments as arguments
from monitor.web.assistants.answer_bounds import CUT, CUT_SCHEMA, bounded
from monitor.web.assistants.answer_shapes import FoundArticleShape, FoundArticlesShape

if TYPE_CHECKING:
    from monitor.classify.model.explain import Explainer
    from monitor.store.store import Store

ArgumentsT = TypeVar("ArgumentsT", bound=ApiModel)
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall(Generic[ArgumentsT]):
    """One call of a tool, with its arguments checked."""

    store: Store
    settings: Settings
    explainer: Callable[[str], Explainer]  # of a topic, "": the first; raises PackError
    now: datetime
    arguments: ArgumentsT

    def instant(self, since: str) -> datetime | None:
        """The instant that "2d" or a date means; None for an empty text.  Raise InvalidOption."""
        return option_values.parse_instant(since, "since", self.now) if since else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantTool:
    """A question that an assistant may ask."""

    name: str
    title: str
    description: str
    act: Act
    arguments: type[ApiModel]
    answer: Any  # the type of the JSON
    run: Callable[[ToolCall[Any]], JsonObject]

    def input_schema(self) -> Schema:
        """The JSON Schema of its arguments."""
        return self.arguments.model_json_schema()

    def output_schema(self) -> Schema:
        """The JSON Schema of its answer."""
        schema = TypeAdapter[Any](self.answer).json_schema(mode="serialization")
        schema["properties"] = {**schema["properties"], CUT: CUT_SCHEMA}
        return schema

    def answer_to(self, call: ToolCall[Any]) -> JsonObject:
        """Its answer, of bounded size.  Raise MonitorError."""
        return bounded(self.run(call))


_TOOLS: list[AssistantTool] = []


def _tool(
    title: str, act: Act, arguments_model: type[ArgumentsT], answer_shape: Any
) -> Callable[[Callable[[ToolCall[ArgumentsT]], JsonObject]], Callable[..., JsonObject]]:
    def register(run: Callable[[ToolCall[ArgumentsT]], JsonObject]) -> Callable[..., JsonObject]:
        description = " ".join((inspect.getdoc(run) or "").split())
        _TOOLS.append(
            AssistantTool(
                name=run.__name__,
                title=title,
                description=description,
                act=act,
                arguments=arguments_model,
                answer=answer_shape,
                run=run,
            )
        )
        return run

    return register


@_tool("Search articles", Act.READ_ARTICLES, arguments.SearchArguments, FoundArticlesShape)
def search(call: ToolCall[arguments.SearchArguments]) -> JsonObject:
    """Find stored articles by words and conditions, flagged or not, the newest first.

    The answer has the question as it was understood, and `next` while there are more.
    """
    arguments = call.arguments
    request = SearchRequest(
        question=arguments.question, limit=arguments.limit, after=arguments.after or None
    )
    page = search_articles(call.store, request, call.now)
    names = FoundArticleShape.__annotations__
    items = []
    for listed in page.articles:
        fields = {**listed.as_json(), "feed_title": listed.feed_title}
        items.append({name: fields[name] for name in names if name in fields})
    return {
        "question": page.description,
        "items": items,
        "next": page.next,
        **page.total_as_json(),
    }


@_tool("Read an article", Act.READ_ARTICLES, arguments.KeyArguments, article_shapes.ArticleShape)
def article(call: ToolCall[arguments.KeyArguments]) -> JsonObject:
    """Read one article: its text, its decision, and every feed that brought it."""
    return show_article(call.store, call.arguments.key).as_json()


@_tool(
    "Explain a decision",
    Act.READ_ARTICLES,
    arguments.KeyArguments,
    article_shapes.ExplainedArticleShape,
)
def explain(call: ToolCall[arguments.KeyArguments]) -> JsonObject:
    """Explain why an article was flagged or not.

    The words and rules that decided, what would change the decision, who was told and who not and
    why, edits by the publisher, marks by people.
    """
    stored = find_article(call.store, call.arguments.key)
    explainer = call.explainer(stored.decision.topic)
    return view_article(call.store, stored, explainer, call.settings).as_json()


@_tool("List stories", Act.READ_ARTICLES, arguments.StoryListArguments, story_shapes.StoryPageShape)
def stories(call: ToolCall[arguments.StoryListArguments]) -> JsonObject:
    """List stories: single happenings, with the articles of all outlets and languages."""
    arguments = call.arguments
    query = StoryQuery(
        since=call.instant(arguments.since),
        least_articles=arguments.least_articles,
        after=arguments.after or None,
        limit=arguments.limit,
    )
    page = story_reports.list_stories(call.store, query, call.now)
    return {"items": [listed.as_json() for listed in page.stories], "next": page.next}


@_tool("Read a story", Act.READ_ARTICLES, arguments.StoryArguments, story_shapes.StoryDetailShape)
def story(call: ToolCall[arguments.StoryArguments]) -> JsonObject:
    """Read one story: its articles, what they claim, which party confirms or denies it."""
    outlets = expected_outlets(call.settings)
    return story_reports.show_story(call.store, call.arguments.key, call.now, outlets).as_json()


@_tool(
    "List figures", Act.READ_FIGURES, arguments.FigureListArguments, story_shapes.FigurePageShape
)
def figures(call: ToolCall[arguments.FigureListArguments]) -> JsonObject:
    """List numbers that articles state, by kind and claimant, with the sentence; newest first."""
    arguments = call.arguments
    query = FigureQuery(
        kind=arguments.kind or None,
        claimant=arguments.claimant or None,
        story=arguments.story or None,
        since=call.instant(arguments.since),
        after=arguments.after or None,
        limit=arguments.limit,
    )
    page = figure_lists.list_figures(call.store, query)
    return {"items": [shown.as_json() for shown in page.figures], "next": page.next}


@_tool("Judge a text", Act.READ_ARTICLES, arguments.JudgeArguments, article_shapes.JudgedShape)
def judge(call: ToolCall[arguments.JudgeArguments]) -> JsonObject:
    """Judge a text as if a feed had brought it; nothing is stored and nobody is told."""
    topic = call.arguments.topic
    settings = settings_of_topic(call.settings, topic)
    title = " ".join(call.arguments.title.split())
    text = f"{title}\n{call.arguments.text}"
    return explain_text(text, settings, call.explainer(topic)).as_json()


@_tool("Health of feeds", Act.READ_HEALTH, arguments.SpanArguments, statistics_shapes.CoverageShape)
def feed_health(call: ToolCall[arguments.SpanArguments]) -> JsonObject:
    """Say what was polled in a span of time, what came of it, and which feeds fail and why.

    Ask it before concluding from silence that nothing happened.
    """
    span: timedelta = option_values.parse_duration(call.arguments.since, "since")
    return coverage_report(call.store, call.now, span).as_json()


TOOLS: Mapping[str, AssistantTool] = {tool.name: tool for tool in _TOOLS}
