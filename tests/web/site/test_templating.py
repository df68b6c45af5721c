"""Pages escape what they are given; bodies of requests are bounded."""

from __future__ import annotations

import pytest
from fastapi import HTTPException, Request
from jinja2 import TemplateNotFound, UndefinedError

from monitor.web.site import templating


def test_a_template_that_lacks_a_value_is_an_error_and_no_half_page():
    with pytest.raises(UndefinedError):
        templating.page("subscribe")


def test_templates_come_from_their_folder_only():
    with pytest.raises(TemplateNotFound):
        templating.page("../../../etc/passwd")


def test_an_invalid_token_is_not_found_whatever_the_reason():
    assert templating.not_found().status_code == 404


def request(*chunks: bytes) -> Request:
    """A request whose body comes in these pieces."""
    pieces = iter(chunks)
    last = len(chunks) - 1

    async def receive() -> dict[str, object]:
        place, piece = next(numbered)
        return {"type": "http.request", "body": piece, "more_body": place < last}

    numbered = enumerate(pieces)
    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def test_a_body_within_the_limit_is_read_whole():
    assert await templating.read_body(request(b"12345", b"67890"), limit=10) == b"1234567890"


async def test_a_body_beyond_the_limit_is_refused_and_not_read_to_its_end():
    with pytest.raises(HTTPException) as refusal:
        await templating.read_body(request(b"12345", b"678901", b"more"), limit=10)
    assert refusal.value.status_code == 413
