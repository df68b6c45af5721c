"""The rules in force with their version and processes; comparisons of versions."""

from __future__ import annotations

import pytest

from monitor.actions.rules.rule_changes import RuleChange, put_in_force
from monitor.actions.rules.rule_history import (
    diff_lines,
    diff_text,
    find_version,
    list_versions,
    rules_in_force,
)
from monitor.domain.errors import ConfigError
from monitor.runtime import status_file
from monitor.runtime.status_file import RunningSettings
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.actions.rules.conftest import OPERATOR
from tests.fakes import NOW


def test_the_rules_in_force_are_those_of_the_file_now(store: Store, settings: Settings):
    assert rules_in_force(store, settings, NOW).version is None
    put_in_force(store, settings, RuleChange(text="", base=settings.decision_digest), OPERATOR, NOW)
    now = rules_in_force(store, settings, NOW)
    assert now.version is not None
    assert (now.version.number, now.text) == (2, "[topic]\nthreshold = 0.0\n")
    assert now.as_json()["rules"] == []
    assert [version.number for version in list_versions(store)] == [2, 1]


def test_a_wrong_file_is_said(store: Store, settings: Settings):
    assert settings.path is not None
    settings.path.write_text("[topic")
    assert "not valid TOML" in rules_in_force(store, settings, NOW).fault


def test_a_variable_outranks_the_file(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MONITOR_TOPIC__THRESHOLD", "0.7")
    started = loader.load(settings.path)
    assert "MONITOR_TOPIC__THRESHOLD sets" in rules_in_force(store, started, NOW).unwritable


def test_processes_say_by_which_rules_they_decide(store: Store, settings: Settings):
    from datetime import UTC, datetime

    assert settings.path is not None
    for pid, config, fault in ((1, settings.decision_digest, ""), (2, "old", ""), (3, "old", "no")):
        running = RunningSettings(
            pid=pid, role="all", config=config, since="", fault=fault, pack="wolves@1"
        )
        status_file.write(settings.path, running)
    sentences = [
        process.sentence for process in rules_in_force(store, settings, datetime.now(UTC)).processes
    ]
    assert sentences == [
        "all (process 1) decides by these rules.",
        "all (process 2) still decides by earlier rules; it takes a changed file within 5 s.",
        "all (process 3) refuses the file and keeps the last valid rules: no",
    ]


def test_a_comparison_has_only_what_differs():
    assert diff_text("a\nb\n", "a\nc\n") == "  …\n  a\n- b\n+ c"
    assert diff_lines("a", "a") == ()


def test_an_unknown_version_is_refused(store: Store):
    for number in (0, -1, 2**40, "x", "9" * 23):
        with pytest.raises(ConfigError, match=f"no version {number} of the rules: none was put"):
            find_version(store, number)
