"""Filters as a person types them."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing.filters import parse_filter
from tests.fakes import NOW


def test_a_filter_is_a_question_in_the_zone_of_who_asks():
    korea = timezone(timedelta(hours=9))
    written = parse_filter(" theme:arms published:2025-06-17.. ", NOW, korea)
    assert written is not None
    assert written.text == "theme:arms published:2025-06-16T15:00:00.."


@pytest.mark.parametrize("text", ["", "  ", "none"])
def test_no_question_is_no_filter(text: str):
    assert parse_filter(text, NOW) is None


def test_a_fault_names_the_place():
    with pytest.raises(InvalidOption) as refused:
        parse_filter("theme:arms is:told", NOW)
    assert refused.value.option == "filter"
    assert "character 12: is told: is not known yet" in refused.value.problem
    assert refused.value.problem.endswith("\n  " + 11 * " " + "^")
