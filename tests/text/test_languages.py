"""Language codes."""

from __future__ import annotations

import pytest

from monitor.text.languages import primary_subtag


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("ko", "ko"),
        ("KO", "ko"),
        ("ko-KR", "ko"),
        ("zh_Hant_TW", "zh"),
        (" en ", "en"),
        ("yue", "yue"),
        ("english", None),
        ("xx", None),
        ("eng lish", None),
        ("", None),
        ("kr-", None),
        ("한국어", None),
    ],
)
def test_a_code_is_known_or_none(tag: str, code: str | None):
    assert primary_subtag(tag) == code
