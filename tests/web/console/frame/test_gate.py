"""Tests of what is refused before any route of the console."""

from __future__ import annotations

import pytest

from monitor.web.console.frame.gate import is_guarded
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/flagged.json", "/api/v1/x"])
def test_the_console_and_the_api_are_guarded(path: str) -> None:
    assert is_guarded(path)


@pytest.mark.parametrize("path", ["/", "/healthz", "/feeds/x.atom", "/consoles", "/apiary"])
def test_other_addresses_are_not(path: str) -> None:
    assert not is_guarded(path)


async def test_a_form_of_another_site_is_refused_before_the_sign_in(visitor: Visitor) -> None:
    form = {"name": "Ada", "password": "guess"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}):
        answer = await visitor.post("/console/sign-in", data=form, headers=headers)
        assert answer.status == 403
        assert "nothing was changed" in answer.text


async def test_readers_pages_are_answered_under_any_name(visitor: Visitor, admin: Member) -> None:
    assert (await visitor.get("/healthz", headers={"host": "evil.example"})).status == 200
    refused = await visitor.get("/console/static/x", headers={"host": "evil.example"})
    assert refused.status == 421
