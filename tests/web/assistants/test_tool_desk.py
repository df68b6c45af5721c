"""Tests of the desk: who may use which tool, and how a call is refused."""

from __future__ import annotations

import pytest

from monitor.access.roles import Scope
from monitor.domain.errors import StoreError
from monitor.web.assistants.tool_desk import ToolDesk, ToolRefused
from monitor.web.assistants.tools import TOOLS
from tests.web.conftest import Visitor


async def refusal_of(desk: ToolDesk, name: str, **arguments: object) -> str:
    with pytest.raises(ToolRefused) as refused:
        await desk.answer(name, arguments)
    return str(refused.value)


def test_tools_are_those_that_the_scopes_allow(desk_of):
    assert [tool.name for tool in desk_of().tools()] == [*TOOLS]
    few = desk_of(scopes=frozenset({Scope.MCP_READ, Scope.FIGURES_READ}))
    assert [tool.name for tool in few.tools()] == ["figures"]


async def test_a_tool_without_its_scope_is_refused(articles: Visitor, desk_of):
    desk = desk_of(scopes=frozenset({Scope.MCP_READ}))
    assert "needs the scope articles:read" in await refusal_of(desk, "search")


async def test_wrong_calls_are_refused_with_what_was_meant(articles: Visitor, desk_of):
    desk = desk_of()
    assert "'search' was probably meant" in await refusal_of(desk, "serch")
    wrong = await refusal_of(desk, "search", questio="kursk", limit=500)
    assert "'question' was probably meant" in wrong
    assert "less than or equal to 50" in wrong
    assert "is missing" in await refusal_of(desk, "article")
    assert "no article 'eeee'" in await refusal_of(desk, "article", key="eeee")
    assert "colour" in await refusal_of(desk, "search", question="colour:red")
    assert "since" in await refusal_of(desk, "feed_health", since="900d")
    assert "cursor" in await refusal_of(desk, "stories", after="nonsense")


async def test_a_database_that_is_gone_is_told_without_its_secrets(desk_of):
    class Gone:
        async def __call__(self, query):
            raise StoreError("password=hunter2")

    desk = desk_of()
    broken = ToolDesk(
        settings=desk.settings,
        read=Gone(),
        explainer=desk.explainer,
        clock=desk.clock,
        caller=desk.caller,
    )
    refusal = await refusal_of(broken, "search")
    assert "database can't be used" in refusal
    assert "hunter2" not in refusal
