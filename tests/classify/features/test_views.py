"""The views of an article: how many there are, and that each begins the next."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.classify.features.describe import TopicClasses
from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.opening import (
    BODY_CHARACTERS,
    LONG_BODY_CHARACTERS,
    SHORT_BODY_CHARACTERS,
)
from monitor.classify.features.views import ArticleViews, extract_views

LEXICON = Lexicon({"wolf": ("WOLF",), "farm": ("FARM",)}, titles={"WOLF": "", "FARM": ""})
TOPIC = TopicClasses(first=frozenset({"WOLF"}), gate=frozenset({"WOLF"}))
TEXTS = st.text(st.sampled_from("wolf farm.<b>&amp;  \n狼İΣß\u200bé"), max_size=1_500)


def views(title: str, text: str) -> ArticleViews:
    return extract_views(title, text, LEXICON, TOPIC)


def lengths(article: ArticleViews) -> list[int]:
    return [view.text.body_characters for view in article.views]


def test_a_long_text_has_three_views():
    assert lengths(views("Wolf", "狼" * 2_000)) == [
        SHORT_BODY_CHARACTERS,
        BODY_CHARACTERS,
        LONG_BODY_CHARACTERS,
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("x" * SHORT_BODY_CHARACTERS, 1), ("x" * 151, 3), ("x" * 300, 3)],
)
def test_a_text_that_fits_into_the_shortest_view_has_one(text, count):
    assert len(views("Wolf", text).views) == count


def test_a_text_that_ends_before_the_longest_view_is_read_whole_twice():
    assert lengths(views("Wolf", "x" * 200)) == [SHORT_BODY_CHARACTERS, 200, 200]


def test_behind_a_closed_gate_there_is_one_view():
    article = views("Rain", "sun " * 200)
    assert not article.opens
    assert article.views == (article.usual,)


def test_the_gate_is_that_of_the_usual_view():
    assert views("Rain", "x" * 200 + " wolf " + "x" * 400).opens
    assert not views("Rain", "x" * 300 + " wolf").opens


@given(TEXTS, TEXTS)
@example("wolf", "wolf " * 20 + "<" * 300 + " farm" * 200)
@example("wolf", "Σ" * 149 + "Σ " + "Σ" * 700)
def test_the_text_of_each_view_begins_that_of_the_next(title, text):
    article = views(f"wolf {title}", text)
    shown = [view.text.shown for view in article.views]
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(shown))
    assert article.usual in article.views
    assert article.longest is article.views[-1]
