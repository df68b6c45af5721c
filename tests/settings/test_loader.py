"""Where the settings file is found, and what a changed file makes of the settings."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.settings import loader


def test_the_file_is_named_by_the_environment_or_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert loader.find_file({}) is None
    (tmp_path / "monitor.toml").write_text("")
    assert str(loader.find_file({})) == "monitor.toml"
    assert str(loader.find_file({"MONITOR_CONFIG": "other.toml"})) == "other.toml"


def test_a_file_with_deciding_tables_only_is_merged_over_the_current_one(tmp_path):
    current, rules = tmp_path / "monitor.toml", tmp_path / "rules.toml"
    current.write_text("[poll]\nevery = '7m'\n[topic]\nthreshold = 0.5\n")
    rules.write_text("[topic]\nthreshold = 0.25\n")
    before = loader.load(current, environment={})
    after = loader.load_changed(before, rules)
    assert (after.topic.threshold, after.poll.every) == (0.25, before.poll.every)
    assert after.path == current


def test_any_other_file_replaces_the_current_one_in_its_folder(tmp_path):
    current, other = tmp_path / "monitor.toml", tmp_path / "elsewhere.toml"
    current.write_text("[poll]\nevery = '7m'\n")
    other.write_text("[log]\nlevel = 'debug'\n")
    before = loader.load(current, environment={})
    after = loader.load_changed(before, other)
    assert after.poll.every != before.poll.every
    assert after.path == current


def test_a_changed_file_with_a_fault_is_refused(tmp_path):
    current, wrong = tmp_path / "monitor.toml", tmp_path / "rules.toml"
    current.write_text("")
    wrong.write_text("[topic]\nthreshold = 2\n")
    with pytest.raises(ConfigError, match=r"rules\.toml:2: topic\.threshold"):
        loader.load_changed(loader.load(current, environment={}), wrong)
