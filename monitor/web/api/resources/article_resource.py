"""Articles: found by a question, and one with its text, explanation, edits, outlets, messages."""

from __future__ import annotations

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import settings_of_topic
from monitor.actions.reading.alert_outcomes import alert_outcomes
from monitor.actions.reading.article_view import view_article
from monitor.actions.reading.articles import find_article, show_article
from monitor.actions.reading.explanations import ExplainedDecision, explain_text
from monitor.actions.reading.searches import SearchRequest, search_articles
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, NoBody, NoQuery, PageQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.conventions.paging import page_answer, whole_list
from monitor.web.api.resources.search_resource import LONGEST_QUESTION
from monitor.web.api.shapes import article_shapes as shapes

api = ApiRouter()


class ArticleListQuery(PageQuery):
    """Which articles."""

    q: str = Field(
        "",
        max_length=LONGEST_QUESTION,
        description="A question in the grammar of search, such as `theme:arms score>0.7 since:7d`;"
        " empty: every article.",
    )


@api.get("/articles", Act.READ_ARTICLES, ArticleListQuery, shapes.ArticlePageShape)
async def list_articles(call: Call[ArticleListQuery, NoBody]) -> Answer:
    """Articles that a question finds, a page at a time.

    The newest first, unless the question says `sort:old` or `sort:score`.  `indexed` of `articles`
    stand in the answer while the index of words is being built.
    """
    query = call.query
    search = SearchRequest(question=query.q, limit=query.limit, after=query.after or None)
    page = await call.read(lambda store: search_articles(store, search, call.now))
    index = page.incomplete
    others: JsonObject = {"question": page.description, **page.total_as_json()}
    if index is not None:
        others |= {"indexed": index.indexed, "articles": index.articles}
    items = [article.as_json() for article in page.articles]
    return page_answer(call.request, items, page.next, **others)


@api.get("/articles/{key}", Act.READ_ARTICLES, NoQuery, shapes.ArticleShape)
async def read_article(call: Call[NoQuery, NoBody]) -> Answer:
    """One article with its whole text."""
    shown = await call.read(lambda store: found(lambda: show_article(store, call.key)))
    return Answer(content=shown.as_json())


@api.get("/articles/{key}/explanation", Act.READ_ARTICLES, NoQuery, shapes.ExplainedArticleShape)
async def explain_article(call: Call[NoQuery, NoBody]) -> Answer:
    """Why an article was flagged or not, and what would change that."""

    def view(store: Store) -> JsonObject:
        article = found(lambda: find_article(store, call.key))
        explainer = call.context.explainers.explainer(article.decision.topic)
        return view_article(store, article, explainer, call.site.settings).as_json()

    return Answer(content=await call.read(view))


@api.get("/articles/{key}/revisions", Act.READ_ARTICLES, NoQuery, shapes.RevisionListShape)
async def list_revisions(call: Call[NoQuery, NoBody]) -> Answer:
    """An article as it was before each edit by its publisher, the oldest first."""

    def revisions(store: Store) -> list[JsonObject]:
        article = found(lambda: find_article(store, call.key))
        explained = ExplainedDecision(
            entry=article.entry,
            decision=article.decision,
            revisions=tuple(store.articles.revisions(article)),
        )
        return explained.revisions_as_json()

    return whole_list(await call.read(revisions))


@api.get("/articles/{key}/sources", Act.READ_ARTICLES, NoQuery, shapes.SourceListShape)
async def list_sources(call: Call[NoQuery, NoBody]) -> Answer:
    """Every feed that brought an article or a copy of it."""
    shown = await call.read(lambda store: found(lambda: show_article(store, call.key)))
    return whole_list(shown.listed.sources_as_json())


@api.get("/articles/{key}/messages", Act.READ_ARTICLES, NoQuery, shapes.OutcomeListShape)
async def list_messages(call: Call[NoQuery, NoBody]) -> Answer:
    """Who was told of an article and when, and why others were not."""

    def outcomes(store: Store) -> list[JsonObject]:
        article = found(lambda: find_article(store, call.key))
        explained = ExplainedDecision(
            entry=article.entry,
            decision=article.decision,
            outcomes=alert_outcomes(article, store),
        )
        return explained.outcomes_as_json()

    return whole_list(await call.read(outcomes))


class JudgedText(ApiModel):
    """A text to judge."""

    title: str = Field(min_length=1, max_length=1_000, description="The headline.")
    text: str = Field("", max_length=50_000, description="What follows the headline.")
    topic: str = Field(
        "", max_length=200, description="Judge it for this topic; empty: for the first one."
    )


@api.post("/judge", Act.READ_ARTICLES, JudgedText, shapes.JudgedShape)
async def judge_text(call: Call[NoQuery, JudgedText]) -> Answer:
    """Judge a text as if a feed had brought it; nothing is stored."""
    title = " ".join(call.body.title.split())
    text = f"{title}\n{call.body.text}"
    explainers = call.context.explainers
    topic = call.body.topic
    settings = settings_of_topic(call.site.settings, topic)
    explained = await call.read(lambda _: explain_text(text, settings, explainers.explainer(topic)))
    return Answer(content=explained.as_json())
