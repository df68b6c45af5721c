"""Tests of the documented shape of facets."""

from __future__ import annotations

from tests.web.api.conftest import document


def test_a_total_may_be_a_lower_bound() -> None:
    schema = document()["components"]["schemas"]["FacetsShape"]
    assert {"total", "total_at_least"} == schema["properties"].keys() - {*schema["required"]}
