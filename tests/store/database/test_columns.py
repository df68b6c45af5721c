"""Column types store and return what the nouns declare, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from monitor.domain.alerts import Outcome
from monitor.store.database.columns import (
    EnumText,
    Microseconds,
    SafeText,
    UtcDateTime,
    is_storable,
    json_text,
    json_value,
    storable_text,
)

DIALECTS = [sqlite.dialect(), postgresql.dialect()]
ANY_TEXT = st.text(alphabet=st.characters(codec=None, categories=None))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
class TestUtcDateTime:
    def test_refuses_a_naive_datetime(self, dialect) -> None:
        store = UtcDateTime().bind_processor(dialect)
        with pytest.raises(ValueError, match="no time zone"):
            store(datetime(2025, 6, 17, 12))  # noqa: DTZ001 - the fault in question

    def test_stores_the_instant_whatever_its_zone(self, dialect) -> None:
        store = UtcDateTime().bind_processor(dialect)
        noon = datetime(2025, 6, 17, 12, tzinfo=UTC)
        assert store(noon) == store(noon.astimezone(timezone(timedelta(hours=9))))

    def test_stores_none_as_none(self, dialect) -> None:
        kind = UtcDateTime()
        assert kind.bind_processor(dialect)(None) is None
        assert kind.result_processor(dialect, None)(None) is None

    def test_returns_an_aware_datetime_in_utc(self, dialect) -> None:
        seoul = datetime(2025, 6, 17, 21, 0, 0, 5, tzinfo=timezone(timedelta(hours=9)))
        is_sqlite = dialect.name == "sqlite"
        stored = UtcDateTime().bind_processor(dialect)(seoul) if is_sqlite else seoul
        read = UtcDateTime().result_processor(dialect, None)(stored)
        assert (read, read.tzinfo) == (seoul, UTC)


def test_the_text_of_an_instant_sorts_by_time() -> None:
    store = UtcDateTime().bind_processor(sqlite.dialect())
    instants = [
        datetime(999, 12, 31, tzinfo=UTC),
        datetime(2025, 6, 17, 9, tzinfo=UTC),
        datetime(2025, 6, 17, 9, 0, 0, 1, tzinfo=UTC),
        datetime(2025, 6, 17, 10, tzinfo=UTC),
    ]
    texts = [store(instant) for instant in instants]
    assert texts == sorted(texts)


@given(st.timedeltas(min_value=timedelta(days=-99_999), max_value=timedelta(days=99_999)))
def test_a_duration_comes_back_to_the_microsecond(duration: timedelta) -> None:
    kind, dialect = Microseconds(), sqlite.dialect()
    stored = kind.process_bind_param(duration, dialect)
    assert kind.process_result_value(stored, dialect) == duration


def test_an_enum_member_is_stored_by_its_value() -> None:
    assert EnumText(Outcome).process_bind_param(Outcome.LATER, postgresql.dialect()) == "later"


def test_an_enum_member_is_read_by_its_value_and_an_unknown_value_refused() -> None:
    read = EnumText(Outcome).result_processor(sqlite.dialect(), None)
    assert read("later") is Outcome.LATER
    with pytest.raises(ValueError, match="never"):
        read("never")


@pytest.mark.parametrize("kind", [Microseconds(), EnumText(Outcome)], ids=repr)
def test_none_stays_none(kind) -> None:
    dialect = sqlite.dialect()
    assert kind.process_bind_param(None, dialect) is None
    assert kind.result_processor(dialect, None)(None) is None


@given(ANY_TEXT)
def test_storable_text_loses_only_characters_that_can_not_be_stored(text: str) -> None:
    cleaned = storable_text(text)
    assert is_storable(cleaned)
    assert "\x00" not in cleaned
    if is_storable(text):
        assert cleaned == text


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (None, None),
        ("plain", "plain"),
        ("a\x00b", "ab"),
        ("half \ud800", "half ?"),
        ("too long for the column", "too long f"),
        ("북한과 러시아의 군사 협력", "북한과 러시아의 군"),
    ],
)
def test_text_for_people_is_cleaned_and_cut(text: str | None, stored: str | None) -> None:
    assert SafeText(10).bind_processor(sqlite.dialect())(text) == stored


@given(st.recursive(ANY_TEXT | st.integers() | st.booleans(), st.lists, max_leaves=5))
def test_any_document_becomes_json_that_both_databases_accept(value: object) -> None:
    text = json_text({"value": value})
    assert is_storable(text)
    assert "\\u0000" not in text.replace("\\\\", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([], "[]"),
        ({}, "{}"),
        (("a", 1), '["a",1]'),
        ({"이름": "값"}, '{"이름":"값"}'),
        ({"a\x00": ["b\x00", {"c": "\udfff"}, 1.5]}, '{"a":["b",{"c":"?"},1.5]}'),
        ("a literal \\u0000 stays", '"a literal \\\\u0000 stays"'),
    ],
)
def test_documents_are_written_compactly(value: object, text: str) -> None:
    assert json_text(value) == text
    assert json.loads(text) is not None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_nan_and_infinity_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"troops": number})


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_stored_json_is_read_as_the_standard_library_reads_it(value: object) -> None:
    text = json.dumps(value)
    assert json_value(text) == json_value(text.encode()) == json.loads(text)


def test_json_of_older_versions_is_read() -> None:
    assert json_value('["\\ud83d", NaN]')[0] == "\ud83d"
