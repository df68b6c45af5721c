"""Questions as people type them."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from monitor.access.caller import local_caller
from monitor.actions.reading.questions import question_context, read_question
from monitor.actions.reading.saved_searches import SaveRequest, save_search
from monitor.search.grammar import parse
from monitor.search.question import QuestionError
from monitor.store.store import Store
from tests.fakes import NOW

KOREA = timezone(timedelta(hours=9))


def test_a_question_may_name_saved_searches(store: Store):
    request = SaveRequest(name="Arms", question="theme:arms")
    save_search(store, request, local_caller("test", NOW), NOW)
    assert read_question(store, "saved:arms kursk", NOW) == parse("theme:arms kursk", NOW)
    assert question_context(store, "kursk", NOW, KOREA).saved == {}


def test_dates_are_of_the_zone_of_who_asks(store: Store):
    read = read_question(store, "seen:2025-06-17", NOW, KOREA)
    assert read == parse("seen:2025-06-17", NOW, KOREA)


def test_what_is_no_question_is_refused(store: Store):
    with pytest.raises(QuestionError, match="no saved search"):
        read_question(store, "saved:none", NOW)
