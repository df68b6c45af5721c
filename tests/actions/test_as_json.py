"""The shared pieces of JSON output."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.actions import as_json
from tests.fakes import decision

NOON = datetime(2025, 6, 17, 12, 0, 0, 123_456, tzinfo=UTC)


def test_an_instant_is_rfc_3339_to_the_second():
    assert as_json.instant(NOON) == "2025-06-17T12:00:00Z"
    assert as_json.instant(None) is None


def test_a_precise_instant_has_milliseconds():
    assert as_json.precise_instant(NOON) == "2025-06-17T12:00:00.123+00:00"
    assert as_json.precise_instant(None) is None


def test_scores_are_rounded_to_four_digits():
    assert as_json.score(0.123456) == 0.1235
    assert as_json.score(0.1234567, 6) == 0.123457
    assert as_json.probabilities({"arms": 1 / 3}) == {"arms": 0.3333}


def test_themes_have_one_name_for_each_reading():
    readings = as_json.theme_readings(decision(labels=("arms",)))
    assert readings["theme_slugs"] == ["arms"]
    assert readings["theme_probabilities"] == as_json.probabilities(decision().themes)
