"""Filters as a person types them."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from monitor.access.caller import local_caller
from monitor.actions.option_values import InvalidOption
from monitor.actions.reading.saved_searches import SaveRequest, save_search
from monitor.actions.subscribing.filters import parse_filter
from monitor.store.store import Store
from tests.fakes import NOW


def test_a_filter_is_a_question_in_the_zone_of_who_asks(store: Store):
    korea = timezone(timedelta(hours=9))
    written = parse_filter(store, " theme:arms published:2025-06-17.. ", NOW, korea)
    assert written is not None
    assert written.text == "theme:arms published:2025-06-16T15:00:00.."


@pytest.mark.parametrize("text", ["", "  ", "none"])
def test_no_question_is_no_filter(store: Store, text: str):
    assert parse_filter(store, text, NOW) is None


def test_a_saved_search_is_written_out(store: Store):
    request = SaveRequest(name="arms", question="theme:arms OR sappers sort:old")
    save_search(store, request, local_caller("test", NOW), NOW)
    written = parse_filter(store, "saved:arms -lang:ru", NOW)
    assert written is not None
    assert written.text == "(theme:arms OR sappers) -lang:ru"
    save_search(store, SaveRequest(name="arms", question="is:told"), local_caller("t", NOW), NOW)
    with pytest.raises(InvalidOption, match="character 7: is told: is not known yet"):
        parse_filter(store, "kursk saved:arms", NOW)


def test_a_fault_names_the_place(store: Store):
    with pytest.raises(InvalidOption) as refused:
        parse_filter(store, "theme:arms is:told", NOW)
    assert refused.value.option == "filter"
    assert "character 12: is told: is not known yet" in refused.value.problem
    assert refused.value.problem.endswith("\n  " + 11 * " " + "^")


def test_a_theme_that_the_topic_does_not_have_is_refused_with_its_place(store: Store):
    themes = {"arms": "Arms", "troops": "Troops"}
    assert parse_filter(store, "theme:arms theme:troops>0.4", NOW, topic_themes=themes)
    for text in ("theme:arms OR theme:nosuch", "theme:arms -theme:nosuch>0.4"):
        fault = r"character 1\d: nosuch: no such theme; there are: arms, troops"
        with pytest.raises(InvalidOption, match=fault):
            parse_filter(store, text, NOW, topic_themes=themes)
