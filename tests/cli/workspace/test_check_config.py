"""`monitor config check`: settings that can not work."""

from __future__ import annotations

import os

from tests.cli.conftest import Terminal


def test_mail_settings_that_can_not_work_are_refused_before_the_service_starts(watch: Terminal):
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__DKIM_KEY"] = "missing.pem"
    assert "email.dkim_selector" in watch.refused("config", "check")
    os.environ["MONITOR_EMAIL__DKIM_SELECTOR"] = "news"
    for words in (("config", "check"), ("run",), ("deliver",)):
        result = watch(*words)
        assert result.code == 2
        assert "missing.pem can't be read" in result.err


def test_config_check_reads_the_keyword_rules(watch: Terminal):
    toml = "[[keywords.rules]]\nname = 'r'\nregex = '('\naction = 'flag'\n"
    (watch.folder / "monitor.toml").write_text(toml)
    assert "keyword rule 'r'" in watch.refused("config", "check")
    (watch.folder / "monitor.toml").write_text(toml.replace("'('", "'x'"))
    assert watch("config", "check").code == 0


def test_config_show_masks_secrets(watch: Terminal):
    os.environ["MONITOR_EMAIL__PASSWORD"] = "hunter2"
    os.environ["MONITOR_DATABASE__URL"] = "postgresql://me:hunter2@db/w"
    shown = watch("config", "show", "--json").json()
    assert "hunter2" not in str(shown)
    assert shown["database"]["url"] == "postgresql://me:***@db/w"


def test_an_unknown_pack_names_the_shipped_ones(watch: Terminal):
    (watch.folder / "monitor.toml").write_text("[topic]\npack = 'dprk'\n")
    assert "shipped: dprk-russia, undersea-cables" in watch.refused("config", "check")


def test_config_show_names_the_file_and_line_of_each_setting(watch: Terminal):
    (watch.folder / "monitor.toml").write_text('[poll]\nevery = "20m"\n')
    shown = watch("config", "show", "--json", "--places").json()
    (every,) = [entry for entry in shown if entry["setting"] == "poll.every"]
    assert (every["value"], every["place"]) == ("20m", "monitor.toml:2")
    table = watch("config", "show").out
    assert "monitor.toml:2" in table
    assert "default" in table
