"""Findings of checks: one constructor for each level, and the JSON of `doctor`."""

from __future__ import annotations

import pytest

from monitor.actions.operations.findings import FindingLevel, fault, ok, warning


@pytest.mark.parametrize(
    ("make", "level"),
    [(ok, FindingLevel.OK), (warning, FindingLevel.WARNING), (fault, FindingLevel.FAULT)],
)
def test_a_finding_has_its_level_its_subject_and_its_sentence(make, level):
    finding = make("database", "it is there")
    assert (finding.level, finding.subject, finding.sentence) == (level, "database", "it is there")


def test_the_json_names_the_sentence_finding():
    json = fault("feeds", "none is read").as_json()
    assert json == {"level": "fault", "subject": "feeds", "finding": "none is read"}
