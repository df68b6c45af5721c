"""The layers of the settings: what wins, and where each key stands."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.settings.layers import Layer, from_environment, hint, merged, read

TEXT = """\
[poll]
every = "30m"

[[keywords.rules]]
name = "one"

[[keywords.rules]]
name = "two"
regex = "x"
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["poll"], "monitor.toml:1"),
        (["poll", "every"], "monitor.toml:2"),
        (["keywords", "rules", "0", "name"], "monitor.toml:5"),
        (["keywords", "rules", "1", "regex"], "monitor.toml:9"),
        (["keywords", "rules", "0", "regex"], "monitor.toml:4"),  # not there: its entry
        (["log", "level"], "monitor.toml"),
    ],
)
def test_a_key_has_a_line(path, place):
    assert Layer("monitor.toml", {}, TEXT).place(path) == place


def test_a_later_layer_wins_key_by_key():
    layers = [
        Layer("defaults", {"poll": {"every": "30m", "tick": "5s"}}),
        Layer("file", {"poll": {"every": "1h"}}),
    ]
    assert merged(layers) == {"poll": {"every": "1h", "tick": "5s"}}


def test_the_environment_names_table_and_key():
    found = from_environment({"MONITOR_POLL__EVERY": "1h", "HOME": "/"}, ["poll"])
    assert found == {"poll": {"every": "1h"}}


def test_an_unknown_table_in_the_environment_is_refused_with_a_suggestion():
    with pytest.raises(ConfigError, match="did you mean MONITOR_POLL__"):
        from_environment({"MONITOR_POL__EVERY": "1h"}, ["poll", "log"])


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path):
    file = tmp_path / "monitor.toml"
    file.write_text("[poll\n")
    with pytest.raises(ConfigError, match="line 1"):
        read(file)


def test_a_hint_names_the_nearest_or_all():
    assert hint("evry", ["every", "tick"]) == "; did you mean every?"
    assert hint("zzz", ["every", "tick"]) == "; there are: every, tick"
