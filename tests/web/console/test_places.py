"""Tests of the console as a whole: where `/` leads, and that it is off by default."""

from __future__ import annotations

import pytest

from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


async def test_the_root_leads_to_the_queue_or_to_the_sign_in(
    visitor: Visitor, viewer: Member
) -> None:
    assert (await viewer.get("/")).headers["location"] == "/console/"
    assert (await visitor.get("/")).headers["location"] == "/console/sign-in"


async def test_the_policy_of_the_console_allows_our_scripts_and_nothing_inline(
    viewer: Member,
) -> None:
    policy = (await viewer.get("/console/")).headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


class TestWithoutConsole:
    @pytest.fixture
    def web_settings(self) -> dict[str, object]:
        return {"console": False}

    async def test_there_is_no_console_unless_it_is_asked_for(self, visitor: Visitor) -> None:
        for path in ("/", "/console/", "/console/sign-in"):
            answer = await visitor.get(path)
            assert answer.status == 404
            assert answer.text == "Not found.\n"
