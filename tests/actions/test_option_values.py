"""Durations and instants as typed; an error names the option."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.actions.option_values import (
    InvalidOption,
    check_watched,
    parse_duration,
    parse_instant,
    settings_of_topic,
)
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from tests.fakes import NOW


def test_a_duration_has_units():
    assert parse_duration("1h30m", "since") == timedelta(minutes=90)
    with pytest.raises(ConfigError, match="since '30': a duration is written with its unit"):
        parse_duration("30", "since")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2d", NOW - timedelta(days=2)),
        ("2025-06-16", datetime(2025, 6, 16, tzinfo=UTC)),
        (" 2025-06-16T08:00 ", datetime(2025, 6, 16, 8, tzinfo=UTC)),
        ("2025-06-16T08:00+02:00", datetime(2025, 6, 16, 6, tzinfo=UTC)),
    ],
)
def test_an_instant_is_a_time_ago_or_a_date(text, instant):
    assert parse_instant(text, "since", NOW) == instant


@pytest.mark.parametrize("text", ["soon", "999999999d"])
def test_what_is_no_instant_is_refused_by_the_options_name(text):
    with pytest.raises(ConfigError, match=r"^since '\w+': give a time ago"):
        parse_instant(text, "since", NOW)


def test_the_settings_of_a_topic_have_it_first(tmp_path):
    file = tmp_path / "monitor.toml"
    file.write_text("[[topic.further]]\npack = 'undersea-cables'\n")
    settings = loader.load(file, environment={})
    cables = settings_of_topic(settings, "undersea-cables")
    assert cables.topic.pack == "undersea-cables"
    assert settings_of_topic(settings, "") is settings
    with pytest.raises(InvalidOption, match="wolves: no such topic is watched; there are: dprk-ru"):
        check_watched(settings, "wolves")
    check_watched(settings, "undersea-cables")
