"""What is new in a publisher's answer?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.feeds import Entry, Parsed
from monitor.pipeline import new_entries
from monitor.store.store import Store
from tests.fakes import NOW, entry, feed


@pytest.fixture
def shelf(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        yield store.articles


def found(shelf, *entries: Entry, **changes: object) -> list[Entry]:
    parsed = Parsed(entries=entries, **changes)
    document = new_entries.Document(feed=feed(), parsed=parsed)
    (found,) = new_entries.new_entries([document], shelf)
    return [new.entry for new in new_entries.completed(found, document, NOW)]


def test_an_answer_without_a_document_has_no_new_entries(shelf):
    assert found(shelf) == []


def test_entries_of_an_earlier_document_are_left_out(shelf):
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
def test_a_new_entry_gets_a_credible_date(shelf, claimed, believed):
    (one,) = found(shelf, entry(published_at=claimed))
    assert one.published_at == believed


def test_a_new_entry_gets_a_language(shelf):
    (one,) = found(shelf, entry("북한 공병 쿠르스크 파견", language=None))
    assert one.language == "ko"
