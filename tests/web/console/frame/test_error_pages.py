"""Tests of error pages and problems of the console."""

from __future__ import annotations

from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


async def test_programs_get_a_problem_and_people_a_page(visitor: Visitor, viewer: Member) -> None:
    problem = await visitor.get("/console/flagged.json")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json() == {
        "type": "/api/v1/problems/sign-in",
        "title": "Nobody is signed in",
        "status": 401,
        "detail": "Sign in, or send an access token.",
    }
    page = await viewer.get("/console/nowhere")
    assert page.status == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "To the flagged articles" in page.text


async def test_a_wrong_method_is_answered_with_a_page(viewer: Member) -> None:
    answer = await viewer.post("/console/search")
    assert answer.status == 405
    assert "does not take that request" in answer.text


async def test_a_form_whose_session_is_over_leads_back_to_its_place(visitor: Visitor) -> None:
    headers = {"sec-fetch-site": "same-origin"}
    answer = await visitor.post("/console/account/password", headers=headers)
    assert answer.headers["location"] == "/console/sign-in?next=/console/account"
