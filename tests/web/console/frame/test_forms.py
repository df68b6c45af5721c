"""Tests of reading submitted forms over a real socket."""

from __future__ import annotations

import pytest

from monitor.web.console.frame.forms import LARGEST_FORM, Form
from tests.web.console.conftest import Member


def test_a_field_that_was_not_sent_is_empty_and_a_repeated_one_comes_once() -> None:
    form = Form({"article": ["a", "b", "a"], "name": ["  Ada "]})
    assert form.text("missing") == ""
    assert form.text("name") == "Ada"
    assert form.exact("name") == "  Ada "
    assert form.texts("article") == ("a", "b")


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"name=" + b"x" * LARGEST_FORM, "application/x-www-form-urlencoded", 413),
        (b"name=\xff\xfe", "application/x-www-form-urlencoded", 422),
        (b'{"name": "Ada"}', "application/json", 422),
        (b"&".join(b"a=1" for _ in range(1_500)), "application/x-www-form-urlencoded", 422),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused_with_a_page(
    admin: Member, body: bytes, media_type: str, status: int
) -> None:
    headers = {"content-type": media_type}
    answer = await admin.post("/console/sign-in", body, headers=headers)
    assert answer.status == status
