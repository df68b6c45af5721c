"""Tests of entity tags and their comparison."""

from __future__ import annotations

import pytest
from fastapi import Request

from monitor.web.api.conventions.entity_tags import (
    check_match,
    entity_tag,
    is_known,
    json_bytes,
)
from monitor.web.site.problems import ProblemError


def request(name: str, value: str) -> Request:
    return Request({"type": "http", "headers": [(name.encode(), value.encode())]})


def test_a_tag_follows_the_content() -> None:
    assert entity_tag(b"a") != entity_tag(b"b")
    assert entity_tag(b"a", is_weak=True) == f"W/{entity_tag(b'a')}"


@pytest.mark.parametrize("header", ["*", '"x"', 'W/"x"', '"a", W/"x"', '"a","x"'])
def test_a_known_tag_is_found_in_the_header(header: str) -> None:
    assert is_known(request("if-none-match", header), '"x"')
    assert is_known(request("if-none-match", header), 'W/"x"')


@pytest.mark.parametrize("header", ["", "x", '"y"', '"xx"'])
def test_another_tag_is_not_known(header: str) -> None:
    assert not is_known(request("if-none-match", header), '"x"')


def test_a_change_needs_the_tag_of_what_is_there_now() -> None:
    content: dict[str, object] = {"title": "Kursk"}
    tag = entity_tag(json_bytes(content))
    check_match(request("if-match", tag), content)
    check_match(request("if-match", "*"), content)
    with pytest.raises(ProblemError) as missing:
        check_match(request("accept", "*/*"), content)
    assert missing.value.problem.type.status == 428
    for stale in ('"other"', f"W/{tag}x", f"W/{tag}"):
        with pytest.raises(ProblemError) as refused:
            check_match(request("if-match", stale), content)
        assert refused.value.problem.type.status == 412
        assert refused.value.problem.headers == {"etag": tag}


def test_half_of_a_surrogate_pair_is_sent_as_a_question_mark() -> None:
    assert json_bytes({"title": "\ud800"}) == b'{"title": "?"}\n'
