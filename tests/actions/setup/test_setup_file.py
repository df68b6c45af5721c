"""Setup files are read strictly; errors name the key."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.actions.setup.setup_file import parse_setup, read_setup
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError

DESK = {"name": "desk", "email": "desk@watch.example"}
MUTED = {"reason": "holiday", "theme": "arms"}


def test_a_file_says_nothing_of_kinds_that_it_does_not_list(tmp_path: Path):
    file = tmp_path / "setup.toml"
    file.write_text('[[feeds]]\nurl = "https://a.example/"\ntags = ["x"]\n', encoding="utf-8")
    setup = read_setup(file)
    assert setup.feeds is not None
    assert (setup.feeds[0].tags, setup.feeds[0].title) == (("x",), None)
    assert (setup.subscriptions, setup.silences) == (None, None)


def test_an_instant_without_a_zone_is_utc_and_a_budget_is_a_number_or_none():
    until = tomllib.loads("until = 2025-07-01T00:00:00")["until"]
    setup = parse_setup(
        {
            "silences": [{**MUTED, "until": until}],
            "subscriptions": [{**DESK, "budget": 20}, {**DESK, "name": "b", "budget": "none"}],
        }
    )
    assert setup.silences is not None
    assert setup.silences[0].until == datetime(2025, 7, 1, tzinfo=UTC)
    assert setup.subscriptions is not None
    assert [entry.schedule().budget for entry in setup.subscriptions] == ["20", "none"]
    assert setup.subscriptions[0].destination() == (ChannelKind.EMAIL, "desk@watch.example")


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"feed": []}, "feed: there is no such key"),
        ({"feeds": [{"url": "https://a.example/"}, {}]}, "feeds[2].url: is required"),
        ({"feeds": [{"url": "a", "tag": "x"}]}, "feeds[1].tag: there is no such key"),
        ({"feeds": [{"url": "a"}, {"url": "a"}]}, "feeds: 'a' is there more than once"),
        ({"subscriptions": [{"name": "desk"}]}, "one of email, webhook and apprise"),
        ({"subscriptions": [{**DESK, "webhook": "https://b.example"}]}, "say where to"),
        ({"subscriptions": [{**DESK, "min_score": 2}]}, "subscriptions[1].min_score: must be at"),
        ({"subscriptions": [{**DESK, "cadence": "often"}]}, "subscriptions[1].cadence"),
        ({"silences": [{**MUTED}]}, "silences[1].until: is required"),
        (
            {"silences": [{**MUTED, "until": "9999-12-31T23:59:59-23:59"}]},
            "silences[1].until: lies outside the years 1900 to 2200",
        ),
    ],
)
def test_what_can_not_be_used_is_named(table: dict[str, object], problem: str):
    with pytest.raises(ConfigError) as refused:
        parse_setup(table)
    assert problem in str(refused.value)


@pytest.mark.parametrize("content", [b"[[feeds]", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes):
    file = tmp_path / "setup.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"setup\.toml: the setup is no TOML"):
        read_setup(file)
    with pytest.raises(ConfigError, match=r"none\.toml: can't be read"):
        read_setup(tmp_path / "none.toml")
