"""What of an article is indexed, and in which form each database stores it."""

from __future__ import annotations

from monitor.domain.feeds import Entry
from monitor.search.grammar import LONGEST_PHRASE
from monitor.store.search.indexed_text import IndexedText, from_article, fts_columns, tsvectors
from tests.store.builders import an_article


def test_the_text_is_that_of_the_columns():
    entry = Entry(title="a\x00b" + "x" * 2_000, text="\ud800", tags=("t",))
    indexed = from_article(an_article(entry=entry))
    assert indexed == IndexedText("ab" + "x" * 998, "?", "", ("t",))


def test_the_columns_hold_tokens_and_marked_labels():
    columns = fts_columns(IndexedText("Kim!", "북한", "Lee", ("a b", "", "c")))
    assert columns == {
        "title": "kim",
        "text": "북한 한",
        "labels": "\ue000lee \ue002 \ue001a \ue001b \ue002 \ue001c",
    }  # fmt: skip


def test_a_vector_has_a_gap_between_headline_and_text():
    assert tsvectors(IndexedText("a b", "a", "", ())) == ["'a':1A,4 'b':2A"]


def test_many_positions_of_one_token_make_parts_that_overlap():
    vectors = tsvectors(IndexedText("", "a " * 1_000, "", ()))
    assert len(vectors) > 3
    assert all(vector.count(",") < 255 for vector in vectors)
    assert sum(vector.count(",") + 1 for vector in vectors) > 1_000 + LONGEST_PHRASE
