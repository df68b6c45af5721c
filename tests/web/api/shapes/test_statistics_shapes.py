"""Tests of the documented shape of a finding against what the checks give."""

from __future__ import annotations

from pydantic import TypeAdapter

from monitor.actions.operations.findings import warning
from monitor.web.api.shapes.statistics_shapes import FindingShape


def test_a_finding_has_the_documented_fields_and_no_others() -> None:
    shown = warning("clock", "It is ahead.").as_json()
    TypeAdapter(FindingShape).validate_python(shown)
    assert shown.keys() == FindingShape.__annotations__.keys()
