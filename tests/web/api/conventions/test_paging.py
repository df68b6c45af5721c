"""Tests of pages and of the link to the next one."""

from __future__ import annotations

from fastapi import Request

from monitor.web.api.conventions.paging import next_link, page_answer, whole_list


def request(query: str) -> Request:
    scope = {
        "type": "http", "scheme": "http", "server": ("h", 80), "path": "/api/v1/articles",
        "root_path": "", "query_string": query.encode(), "headers": [],
    }  # fmt: skip
    return Request(scope)


def test_the_link_keeps_the_question_and_changes_the_cursor() -> None:
    link = next_link(request("q=theme%3Aarms+-ru&after=1&limit=5"), "2-0.5-abc")
    assert link == '</api/v1/articles?q=theme%3Aarms+-ru&limit=5&after=2-0.5-abc>; rel="next"'


def test_the_last_page_has_no_link() -> None:
    last = page_answer(request(""), [{"key": "a"}], None, total=1)
    assert last.headers == {}
    assert last.content == {"items": [{"key": "a"}], "next": None, "total": 1}
    assert whole_list([]).content == {"items": [], "next": None}
