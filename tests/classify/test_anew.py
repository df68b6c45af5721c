"""Only what names an operator's own entry is judged anew."""

from __future__ import annotations

import pytest

from monitor.classify.anew import Anew
from monitor.domain import Entry
from tests.fakes import FakeClassifier


@pytest.mark.parametrize(
    ("title", "text", "anew"),
    [
        ("Storm units seen near the border", "", True),
        ("Seen near the border", "<p>A storm <b>unit</b></p>", True),
        ("폭풍군단이 이동했다", "", True),
        ("Brainstorm united them", "", False),
        ("", "", False),
    ],
)
def test_what_names_an_entry_is_judged_and_nothing_else(title, text, anew):
    judge = Anew(FakeClassifier(), ["storm unit*", "폭풍군단"])
    assert (judge(Entry(title=title, text=text)) is not None) == anew
