"""Tests of problems as programs get them."""

from __future__ import annotations

import json

from monitor.web.site.problems import BAD_BODY, PROBLEM_TYPES, FieldError, Problem


def test_a_problem_leads_to_the_page_of_its_type() -> None:
    errors = (FieldError(pointer="/role", detail="is missing"),)
    response = Problem(type=BAD_BODY, detail="No.", errors=errors, headers={"etag": "1"}).response()
    assert response.status_code == 422
    assert response.media_type == "application/problem+json"
    assert response.headers["etag"] == "1"
    assert json.loads(bytes(response.body)) == {
        "type": "/api/v1/problems/bad-body",
        "title": "The body can't be used",
        "status": 422,
        "detail": "No.",
        "errors": [{"pointer": "/role", "detail": "is missing"}],
    }


def test_every_type_says_what_to_do() -> None:
    for problem in PROBLEM_TYPES.values():
        assert problem.advice.endswith((".", "`")), problem.slug
        assert 400 <= problem.status < 600
