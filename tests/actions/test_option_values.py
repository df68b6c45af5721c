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


def test_what_is_no_instant_is_refused_by_the_options_name():
    with pytest.raises(ConfigError, match=r"^since 'soon': give a time ago"):
        parse_instant("soon", "since", NOW)


@pytest.mark.parametrize("text", ["36501d", "740000d", "999999999d", "9999999999999d"])
def test_a_length_that_leaves_the_calendar_is_refused(text):
    for parse in (parse_duration, lambda *typed: parse_instant(*typed, NOW)):
        with pytest.raises(InvalidOption, match=f"^since '{text}': give 36500d at most$"):
            parse(text, "since")
    assert parse_duration("36500d", "since") == timedelta(days=36_500)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01",
        "0001-01-01T00:00+14:00",
        "1899-12-31T23:59",
        "2201-01-01",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_an_instant_that_may_leave_the_calendar_is_refused(text):
    with pytest.raises(InvalidOption, match=r"^until '.*' lies outside the years 1900 to 2200$"):
        parse_instant(text, "until", NOW)


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
