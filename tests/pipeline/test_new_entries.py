"""What is new in a publisher's answer?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import Entry, Parsed, PollState
from monitor.pipeline import new_entries
from monitor.store.store import Store
from tests.fakes import NOW, article, entry, feed


@pytest.fixture
def shelf(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        yield store.articles


def found(shelf, *entries: Entry, **changes: object) -> list[Entry]:
    parsed = Parsed(entries=entries, **changes)
    (finds,) = new_entries.finds([new_entries.Document(feed=feed(), parsed=parsed)], shelf, NOW)
    return [find.entry for find in finds]


def test_what_a_round_keeps_for_counting_has_no_texts():
    told = replace(article(entry=Entry(title="T", text="long")), own_text="short")
    polled = PollResult(
        feed_key="f", state=PollState(due_at=NOW), articles=(told,), edited=(told,), memory=b"m"
    )
    short = new_entries.in_short(polled)
    assert [one.entry.text for one in (*short.articles, *short.edited)] == ["", ""]
    assert (short.memory, short.articles[0].own_text) == (None, None)
    assert short.articles[0].entry.title == "T"


def test_an_answer_without_a_document_brings_nothing(shelf):
    assert found(shelf) == []


def test_what_an_earlier_document_had_is_left_out(shelf):
    old, new = entry("Sappers leave for Kursk"), entry("Rain on Sunday")
    assert [one.title for one in found(shelf, old, new, seen=frozenset({0}))] == [new.title]


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        (NOW.replace(year=1970), None),
        (NOW.replace(year=1601), None),
        (NOW.replace(year=9999), NOW),
        (NOW - timedelta(days=300), NOW - timedelta(days=300)),
        (None, None),
    ],
)
def test_whatever_its_date_it_is_new_and_dated_as_can_be_true(shelf, claimed, believed):
    (one,) = found(shelf, entry(published_at=claimed))
    assert one.published_at == believed


def test_its_language_is_known(shelf):
    (one,) = found(shelf, entry("북한 공병 쿠르스크 파견", language=None))
    assert one.language == "ko"
