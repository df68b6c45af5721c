"""Every field reads its value, and suggests another for a wrong one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.search.fields import NAMES, READERS, ParseContext, suggestion
from monitor.search.question import Language, Site

CONTEXT = ParseContext(datetime(2025, 6, 17, tzinfo=UTC), UTC)


def test_a_near_name_is_suggested_else_all():
    assert suggestion("tittle", NAMES) == "did you mean title?"
    assert suggestion("zzz", ("b", "a")) == "there are a, b"


def test_values_are_written_in_one_way():
    assert READERS["lang"]("EN-GB", CONTEXT) == Language("en-gb")
    assert READERS["site"]("www.Example.org", CONTEXT) == Site("example.org")


@pytest.mark.parametrize(
    ("name", "value"),
    [("lang", "en_gb?"), ("site", "a.b/c"), ("theme", "a b"), ("theme", "a>2"), ("is", "x"),
     ("score", "0.9..0.1"), ("score", "..")],
)  # fmt: skip
def test_a_wrong_value_is_refused(name: str, value: str):
    with pytest.raises(ValueError, match=r".+"):
        READERS[name](value, CONTEXT)
