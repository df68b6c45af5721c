"""`make conformance`, in short: each n-th document by the whole way, beside plain feedparser."""

from __future__ import annotations

from pathlib import Path

from tests.conformance import checks, corpora
from tests.conformance.checks import Figure

pytestmark = corpora.needs_documents


def fall_short(figures: list[Figure]) -> list[str]:
    return [shortfall for figure in figures for shortfall in figure.short]


async def test_entries_are_what_feedparsers_own_tests_expect(faults: str, tmp_path: Path):
    figures = await checks.feedparser(faults, tmp_path, step=5)
    assert fall_short(figures) == []
    assert sum(figure.of for figure in figures[:4]) >= 20


async def test_every_document_is_read_or_refused_with_a_reason(faults: str, tmp_path: Path):
    (figure,) = await checks.feedvalidator(faults, tmp_path, step=9)
    assert figure.short == ()
    assert figure.good == figure.of > 200


async def test_no_payload_is_active_at_any_way_out(faults: str, tmp_path: Path):
    figures = await checks.dompurify(faults, tmp_path, explained=2)
    assert fall_short(figures) == []
    assert [(figure.good, figure.of) for figure in figures] == [(223, 223)] * 2


async def test_json_of_every_kind_is_read_or_refused(tmp_path: Path):
    figures = await checks.json_feeds(tmp_path, step=3)
    assert fall_short(figures) == []
    assert figures[0].of > 200
