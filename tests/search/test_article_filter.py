"""Filters of subscriptions: what may be asked of an article that arrives."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from monitor.search.article_filter import new_filter, stored_filter
from monitor.search.feed_names import NamedFeed
from monitor.search.fields import ParseContext
from monitor.search.question import QuestionError
from tests.fakes import NOW, article, decision, entry

KOREA = ParseContext(NOW, timezone(timedelta(hours=9), "KST"))
NEWS = article("a", entry=entry("Sappers leave for Kursk"), decision=decision(labels=("troops",)))


def test_a_filter_admits_what_its_question_finds():
    assert new_filter("kursk (theme:troops OR theme:arms) -lang:ru", KOREA).admits(NEWS)
    refusing = new_filter("kursk theme:arms -sappers", KOREA)
    assert not refusing.admits(NEWS)
    assert refusing.unmet(NEWS) == ("about arms", "not: has “sappers”")


def test_a_filter_is_stored_in_its_canonical_form():
    written = new_filter("theme:arms  OR published:2025-06-17", KOREA)
    assert written.text == "theme:arms OR published:2025-06-16T15:00:00..2025-06-17T14:59:59"
    assert stored_filter(written.text) == written
    assert stored_filter(written.text).tree == written.tree


def test_a_feed_is_named_as_in_a_search():
    feeds = [NamedFeed(NEWS.feed_key, "Harbour Wire", ())]
    assert stored_filter("feed:wire", feeds).admits(NEWS)
    assert not stored_filter("feed:wire").admits(NEWS)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("kursk colour:red", 6, "no field 'colour'"),
        ("a sort:old", 2, "no order"),
        ("a since:7d", 2, "just seen"),
        ("seen:2025", 0, "just seen"),
        ("theme:arms -is:told", 12, "is told: is not known yet"),
        ("is:flagged is:marked,near", 11, "is marked: is not known yet"),
        ("is:rejected", 0, "flagged articles only"),
        ("a story:0a1b2c", 2, "in story 0a1b2c: is not known yet"),
        ("a OR figure:killed", 5, "is not known yet"),
        ("  ", 0, "admits every article"),
        ("(" + " OR ".join(["published:2025"] * 20) + ")", 0, "it is longer than 500"),
    ],
)
def test_what_can_not_be_decided_on_arrival_is_refused_with_its_place(text, place, words):
    with pytest.raises(QuestionError) as refused:
        new_filter(text, KOREA)
    assert words in refused.value.fault
    assert refused.value.place == place


def test_a_stored_filter_that_can_not_be_read_admits_everything_and_says_so():
    unreadable = stored_filter("colour:red")
    assert unreadable.admits(NEWS)
    assert unreadable.unmet(NEWS) == ()
    assert "no field 'colour'" in unreadable.fault
