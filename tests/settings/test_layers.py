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
        (["keywords", "rules", "2", "name"], "monitor.toml"),  # no such entry
        (["keywords", "rules"], "monitor.toml:4"),
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
    values = from_environment({"MONITOR_POLL__EVERY": "1h", "HOME": "/"}, ["poll"])
    assert values == {"poll": {"every": "1h"}}


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


def test_a_field_is_searched_inside_its_entry_only():
    text = '[[keywords.rules]]\nname = "one"\n[topic]\nregex = "x"\n'
    assert Layer("a.toml", {}, text).place(["keywords", "rules", "0", "regex"]) == "a.toml:1"


def test_a_quoted_key_and_a_commented_header_have_lines():
    text = '[ "poll" ] # often\n"every" = "1h"\n[[keywords.rules]] # mine\nname = "x"\n'
    layer = Layer("a.toml", {}, text)
    assert layer.place(["poll", "every"]) == "a.toml:2"
    assert layer.place(["keywords", "rules", "0", "name"]) == "a.toml:4"


def test_a_key_of_a_table_inside_a_section_has_a_line():
    text = '[topic.lexicon]\nTROOPS = ["x"]\n'
    assert Layer("a.toml", {}, text).place(["topic", "lexicon", "TROOPS"]) == "a.toml:2"
    assert Layer("a.toml", {}, text).place(["topic", "lexicon", "OTHER"]) == "a.toml:1"


def test_a_key_in_the_environment_is_named_by_its_variable():
    place = Layer("the environment", {}).place(["poll", "every"])
    assert place == "environment variable MONITOR_POLL__EVERY"


def test_a_layer_has_the_sections_and_keys_that_it_sets():
    layer = Layer("file", {"poll": {"every": "1h"}, "path": "x"})
    assert layer.has("poll", "every")
    assert layer.has("poll", "")
    assert not layer.has("poll", "tick")
    assert not layer.has("log", "")
    assert not layer.has("path", "every")


def test_a_value_outside_of_a_table_replaces_the_earlier_one():
    assert merged([Layer("a", {"path": 1}), Layer("b", {"path": 2})]) == {"path": 2}


def test_a_document_nested_too_deeply_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="nested too deeply"):
        read(tmp_path / "monitor.toml", "a = " + "[" * 100_000)


def test_json_in_the_environment_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="MONITOR_POLL__TAGS: not JSON"):
        from_environment({"MONITOR_POLL__TAGS": "[1,"}, ["poll"])


def test_a_secret_file_that_cannot_be_read_is_refused(tmp_path):
    missing = tmp_path / "nothing"
    with pytest.raises(ConfigError, match="nothing can't be read"):
        from_environment({"MONITOR_EMAIL__PASSWORD_FILE": str(missing)}, ["email"])


def test_a_byte_order_mark_before_a_file_is_ignored(tmp_path):
    file = tmp_path / "monitor.toml"
    file.write_bytes(b'\xef\xbb\xbf[poll]\r\nevery = "1h"\r\n')
    values, text = read(file)
    assert values == {"poll": {"every": "1h"}}
    assert text.startswith("[poll]")
    assert Layer("monitor.toml", values, text).place(["poll", "every"]) == "monitor.toml:2"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "cp1251"])
def test_a_file_in_another_encoding_is_refused_with_what_to_do(tmp_path, encoding):
    file = tmp_path / "monitor.toml"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    file.write_bytes(f'{mark}[email]\nsender = "Вести <a@example.org>"\n'.encode(encoding))
    with pytest.raises(ConfigError, match=r"monitor\.toml: can't be read: .*; save it as UTF-8"):
        read(file)


def test_a_byte_order_mark_is_no_part_of_a_secret(tmp_path):
    file = tmp_path / "password"
    file.write_bytes(b"\xef\xbb\xbfopen sesame\n")
    values = from_environment({"MONITOR_EMAIL__PASSWORD_FILE": str(file)}, ["email"])
    assert values == {"email": {"password": "open sesame"}}
