"""Rows of silences."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.errors import ConfigError
from monitor.domain.muting.silence import Silence
from monitor.store.mapping.silence_rows import silence_from_row, silence_values
from monitor.store.schema.tables import silences
from tests.store.builders import NOW
from tests.store.mapping.conftest import ReadBack


def a_silence(**changes: str | None) -> Silence:
    fields: dict[str, str | None] = {
        "subscription_key": None, "feed_key": None, "theme": None, "term": None, **changes,
    }  # fmt: skip
    return Silence(key="k", reason="", created_at=NOW, until=NOW + timedelta(days=1), **fields)  # type: ignore[arg-type] # the fields are texts


@pytest.mark.parametrize("field", ["subscription_key", "feed_key", "theme", "term"])
def test_a_silence_comes_back_with_the_one_thing_that_it_is_about(read_back: ReadBack, field):
    silence = a_silence(**{field: "x"})
    assert silence_from_row(read_back(silences, silence_values(silence))) == silence


@pytest.mark.parametrize("field", ["theme", "term"])
def test_a_term_or_theme_that_can_not_be_stored_whole_is_refused(field):
    with pytest.raises(ConfigError, match=f"the {field} is longer than 200 bytes"):
        silence_values(a_silence(**{field: "x" * 201}))
