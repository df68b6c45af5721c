"""Tests of the tools: each answers as its schema says, with the words of the API."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from monitor.domain.alerts import PollResult
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.web.assistants.tool_desk import ToolRefused
from monitor.web.assistants.tools import TOOLS
from tests.contexts import watched
from tests.fakes import article, decision, entry, feed
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news
from tests.web.assistants.conftest import KEYS
from tests.web.conftest import Visitor


async def ask(desk, name: str, **arguments: object):
    """The answer of a tool, checked against its schema."""
    answer = await desk.answer(name, arguments)
    Draft202012Validator(TOOLS[name].output_schema()).validate(answer)
    return answer


async def test_articles_are_searched_page_by_page(articles: Visitor, desk_of):
    desk = desk_of()
    first = await ask(desk, "search", question="is:flagged", limit=1)
    second = await ask(desk, "search", question="is:flagged", limit=1, after=first["next"])
    assert {item["key"] for item in first["items"] + second["items"]} == {*KEYS.values()}
    assert first["total"] == 2
    assert first["items"][0]["feed_title"] == "Harbour Wire"


async def test_an_article_is_read_and_a_long_text_is_cut(articles: Visitor, desk_of):
    desk = desk_of()
    short = await ask(desk, "article", key="aaaa")
    assert short["title"] == "Sappers leave"
    assert "cut" not in short
    long = await ask(desk, "article", key="bbbb")
    assert len(long["text"]) == 20_000
    assert long["cut"] == ["text: 20,000 of 40,000 characters"]


async def test_a_decision_is_explained_and_a_text_judged(articles: Visitor, desk_of):
    desk = desk_of()
    explained = await ask(desk, "explain", key="aaaa")
    assert explained["decision"]["pack"]
    judgement = await ask(desk, "judge", title="North Korean troops fight for Russia in Kursk")
    assert judgement["decision"]["relevant"] is True
    assert judgement["sentence"]


class TestTwoTopics:
    @pytest.fixture
    def other_settings(self) -> dict[str, object]:
        return {"topic": {"further": [{"pack": "undersea-cables"}]}}

    async def test_a_text_is_judged_for_the_topic_that_is_named(self, desk_of):
        desk = desk_of()
        title = "Two undersea cables cut in the Baltic, sabotage suspected"
        assert not (await ask(desk, "judge", title=title))["decision"]["relevant"]
        judgement = await ask(desk, "judge", title=title, topic="undersea-cables")
        assert judgement["decision"]["pack"].startswith("undersea-cables@")
        assert judgement["decision"]["relevant"]
        assert judgement["sentence"]
        with pytest.raises(ToolRefused, match="there are: dprk-russia, undersea-cables"):
            await desk.answer("judge", {"title": title, "topic": "wolves"})

    async def test_an_article_has_the_decisions_on_both(self, visitor: Visitor, desk_of):
        cut = with_decisions(
            article("a" * 64, entry=entry("Two undersea cables are cut")),
            (
                decision(relevant=False, pack="dprk-russia@1"),
                decision(pack="undersea-cables@1", labels=("damage",)),
            ),
        )
        visitor.store.feeds.add_all([feed("f")])
        poll = PollResult(feed_key="f", state=feed("f").poll, articles=(cut,))
        visitor.store.commit([poll])
        desk = desk_of()
        (item,) = (await ask(desk, "search", question="topic:undersea-cables"))["items"]
        assert (item["topic"], item["topics"]) == ("undersea-cables", ["undersea-cables"])
        for tool in ("article", "explain"):
            shown = await ask(desk, tool, key="aaaa")
            assert [other["topic"] for other in shown["other_decisions"]] == ["dprk-russia"]


async def test_stories_and_figures_are_listed_and_a_story_read(visitor: Visitor, desk_of):
    watched(visitor.store, feed("grouped"))
    articles = [news(KILLED), news(MORE_KILLED, 1)]
    await arrive(visitor.store, grouping(figure_pack()), *articles, key="grouped", hours=3)
    desk = desk_of()
    (listed,) = (await ask(desk, "stories", least_articles=2))["items"]
    shown = await ask(desk, "story", key=listed["key"][:8])
    assert shown["articles"] == 2
    figures = (await ask(desk, "figures", story=listed["key"]))["items"]
    assert {figure["kind"] for figure in figures}


async def test_feed_health_says_what_was_polled(articles: Visitor, desk_of):
    health = await ask(desk_of(), "feed_health", since="7d")
    assert health["sentence"]
    assert health["coverage"]["feeds"] == 1


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_says_what_it_does(name: str):
    tool = TOOLS[name]
    assert tool.title
    assert tool.description.endswith(".")
    Draft202012Validator.check_schema(tool.output_schema())
