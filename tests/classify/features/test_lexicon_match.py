"""What names an operator's own entry is found, wherever it is judged, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.lexicon_match import LexiconMatch
from monitor.classify.features.opening import prepare_opening
from monitor.domain.feeds import Entry

WRITTEN = ("storm unit*", "폭풍군단", "=북", "|북 러", "u.s.", "the North", "don't")


@pytest.mark.parametrize(
    ("title", "text", "named"),
    [
        ("Storm units seen near the border", "", True),
        ("Seen near the border", "<p>A storm <b>unit</b></p>", True),
        ("폭풍군단이 이동했다", "", True),
        ("Ｓｔｏｒｍ ｕｎｉｔ", "", True),
        ("They don’t", "", True),
        ("Brainstorm united them", "", False),
        ("in the north of Norway", "", False),
        ("Long", "x " * 2_000 + "storm unit", False),
        ("", "", False),
    ],
)
def test_an_article_names_an_entry_or_not(title, text, named):
    assert LexiconMatch(WRITTEN)(Entry(title=title, text=text)) == named


@given(st.text(st.sampled_from("storm units폭풍군단북러는U.S.don’t N\n<b>&amp;"), max_size=60))
def test_the_quick_search_by_letters_misses_nothing(title):
    lexicon = Lexicon(dict.fromkeys(WRITTEN, ("X",)), titles={"X": "x"})
    text = prepare_opening(title, "")
    assert LexiconMatch(WRITTEN)(Entry(title=title)) == bool(lexicon.hits(text.shown, text.folded))
