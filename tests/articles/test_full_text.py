"""The page's text is taken when it is longer; the feed's own words are never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import full_text
from monitor.articles.full_text import Page
from monitor.text import comparison

OWN = "Sappers leave for Kursk. Seoul is alarmed…"
LONG = "SAPPERS leave for  Kursk. Seoul is alarmed, officials said on Monday, and so is Tokyo."


def test_a_longer_page_text_replaces_a_feed_text_that_it_contains():
    reading = full_text.best_text(OWN, Page(text=LONG))
    assert (reading.text, reading.feed_text) == (LONG, OWN)
    assert reading.summary == "86 characters from the page"


def test_a_feed_text_that_the_page_lacks_stays_in_front():
    page = "On a grey Monday morning the train stood in the station, and nobody waved it off."
    assert full_text.best_text(OWN, Page(text=page)).text == f"{OWN} {page}"


def test_a_feed_without_a_text_gets_the_text_of_the_page():
    assert full_text.best_text("", Page(text="All of it.")).text == "All of it."


@pytest.mark.parametrize("page", [OWN, OWN[:-5], "x"])
def test_a_page_text_no_longer_than_the_feed_text_is_not_taken(page):
    reading = full_text.best_text(OWN, Page(text=page))
    assert (reading.text, reading.feed_text) == (OWN, None)
    assert reading.summary == (
        f"not taken, the page's {len(page)} characters are no more than the feed's {len(OWN)}"
    )


def test_a_page_that_could_not_be_read_says_why():
    reading = full_text.best_text(OWN, Page(why="timeout: no complete answer within 30 s"))
    assert (reading.text, reading.feed_text) == (OWN, None)
    assert reading.summary == "not taken, timeout: no complete answer within 30 s"


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_word_of_the_feed_is_ever_lost(feed_text, page):
    reading = full_text.best_text(feed_text, Page(text=page))
    assert comparison.folded(feed_text).strip(" .…[]()") in comparison.folded(reading.text)
    assert (reading.feed_text is None) == (len(page) <= len(feed_text))
    assert len(reading.text) <= full_text.LONGEST
