"""Labelled lines are moved by the history before them, and by nothing after."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.classify.memory.dated_lines import JudgedEntry, line_time, with_memory
from monitor.classify.packs import pack
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from tests.classify import toy_topic
from tests.fakes import verdict

IN_DOUBT = verdict(0.45, own_score=0.45)
FLAGGED = verdict(0.9, own_score=0.9)


@pytest.fixture(scope="module")
def vectoriser(tmp_path_factory):
    folder = toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")
    return pack.load_pack(folder).model.vectoriser


def line(day: int | None, number: str, verdict=IN_DOUBT, **changes: str) -> JudgedEntry:
    at = None if day is None else datetime(2025, 6, day, tzinfo=UTC)
    title = f"Wolf kills {number} sheep near the mill"
    return JudgedEntry(entry=Entry(title=title), verdict=verdict, at=at, **changes)


def test_a_line_is_moved_by_like_lines_of_the_three_days_before(vectoriser):
    history = [line(1, "two", FLAGGED), line(15, "six", FLAGGED), line(18, "ten", FLAGGED)]
    (moved,) = with_memory([line(17, "seven")], history, vectoriser)
    assert moved.similar is not None
    assert moved.similar.count == 1
    assert moved.score > 0.45


def test_the_history_may_hold_the_line_itself(vectoriser):
    lines = [line(17, "seven"), line(18, "eight")]
    first, second = with_memory(lines, lines, vectoriser)
    assert first.similar is None
    assert second.similar is not None
    assert second.similar.count == 1


def test_one_outlet_counts_once(vectoriser):
    history = [line(15, number, FLAGGED, source="a") for number in ("two", "six", "ten")]
    (moved,) = with_memory([line(17, "seven")], history, vectoriser)
    assert moved.similar is not None
    assert moved.similar.count == 1


def test_a_line_without_a_date_keeps_its_verdict_and_moves_none(vectoriser):
    undated = line(None, "two", FLAGGED)
    assert with_memory([undated], [line(15, "six")], vectoriser) == [FLAGGED]
    assert with_memory([line(17, "seven")], [undated], vectoriser) == [IN_DOUBT]


def test_what_does_not_pass_the_gate_is_neither_moved_nor_remembered(vectoriser):
    closed = verdict(0.05)
    history = [line(16, "six", closed)]
    assert with_memory([line(17, "seven")], history, vectoriser) == [IN_DOUBT]
    assert with_memory([line(17, "seven", closed)], [line(16, "six")], vectoriser) == [closed]


@pytest.mark.parametrize("date", ["2025-06-17", "2025-06-17T00:00:00Z", "2025-06-17T09:00+09:00"])
def test_a_date_may_be_a_day_or_an_instant(date):
    assert line_time({"date": date}, "f:1") == datetime(2025, 6, 17, tzinfo=UTC)


def test_a_faulty_date_is_refused_with_its_place():
    assert line_time({}, "f:1") is None
    with pytest.raises(ConfigError, match=r"f:7: the date 'yesterday' is no date"):
        line_time({"date": "yesterday"}, "f:7")
