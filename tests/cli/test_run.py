"""init, doctor, config, db: setting up and looking after a service."""

from __future__ import annotations

import json
import os
import sqlite3

import pytest

from tests.cli.conftest import Terminal


def test_init_creates_everything_a_service_needs(terminal: Terminal):
    result = terminal("init")
    assert result.code == 0
    assert "monitor run" in result.err
    assert (terminal.folder / "monitor.toml").is_file()
    assert (terminal.folder / "watchpost.db").is_file()
    assert len(terminal("feeds", "list", "--json").json()) >= 25


def test_init_bare_has_no_feeds(watch: Terminal):
    assert watch("feeds", "list", "--json").json() == []


def test_init_in_another_folder_says_how_to_name_it(terminal: Terminal):
    result = terminal("init", "my-watch", "--bare")
    assert "--config my-watch/monitor.toml" in result.err
    assert terminal("--config", "my-watch/monitor.toml", "doctor").code == 0


def test_init_overwrites_nothing(watch: Terminal):
    (watch.folder / "monitor.toml").write_text("# mine\n")
    assert "is there already" in watch.refused("init")
    assert (watch.folder / "monitor.toml").read_text() == "# mine\n"


def test_init_below_a_file_is_refused(terminal: Terminal):
    (terminal.folder / "file").write_text("")
    assert "file" in terminal.refused("init", "file/below")


def test_a_command_without_configuration_says_how_to_make_one(terminal: Terminal):
    message = terminal.refused("feeds", "list")
    assert "monitor init" in message
    assert "MONITOR_CONFIG" in message
    assert list(terminal.folder.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [("feeds", "list"), ("poll",), ("deliver",), ("doctor",), ("config", "check"), ("run",)],
)
def test_a_wrong_setting_stops_every_command_with_its_place(watch: Terminal, words):
    (watch.folder / "monitor.toml").write_text("[poll]\nevry = '1m'\n")
    message = watch.refused(*words)
    assert "monitor.toml:2" in message
    assert "did you mean every?" in message


def test_config_check_reads_the_keyword_rules(watch: Terminal):
    toml = "[[keywords.rules]]\nname = 'r'\nregex = '('\n"
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
    assert "shipped: dprk-russia" in watch.refused("config", "check")


def test_a_file_that_is_no_database_is_refused_and_left_alone(watch: Terminal):
    file = watch.folder / "watchpost.db"
    file.write_bytes(b"this is a letter, not a database\n" * 100)
    assert "watchpost.db" in watch.refused("feeds", "list")
    assert file.read_bytes().startswith(b"this is a letter")


def test_a_database_newer_than_the_program_is_refused(watch: Terminal):
    with sqlite3.connect(watch.folder / "watchpost.db") as database:
        database.execute("update alembic_version set version_num = 'from-the-future'")
    database.close()
    assert "newer" in watch.refused("feeds", "list")


def test_doctor_finds_nothing_wrong_with_a_new_service(watch: Terminal):
    result = watch("doctor", "--json")
    assert result.code == 0
    levels = {finding["level"] for finding in result.json()}
    assert "fault" not in levels


@pytest.mark.parametrize(
    ("web", "level", "says"),
    [
        ("", "ok", "none are served"),
        ("listen = '127.0.0.1:8080'", "warning", "mails have no link to unsubscribe"),
        ("public_url = 'https://alerts.example'", "warning", "links in mails lead nowhere"),
        ("listen = ':1'", "fault", "looks like"),
    ],
)
def test_doctor_says_whether_readers_find_our_pages(watch: Terminal, web, level, says):
    (watch.folder / "monitor.toml").write_text(f"[web]\n{web}\n")
    findings = json.loads(watch("doctor", "--json").out)
    assert [
        finding for finding in findings if finding["level"] == level and says in finding["finding"]
    ]


def test_doctor_names_a_fault_and_fails(watch: Terminal):
    (watch.folder / "watchpost.db").write_bytes(b"broken" * 1000)
    result = watch("doctor")
    assert result.code == 1
    assert "fault" in result.out


def test_a_backup_is_a_copy_and_overwrites_nothing(watch: Terminal):
    assert watch("db", "backup", "copy.db").code == 0
    with sqlite3.connect(watch.folder / "copy.db") as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    copy.close()
    assert "copy.db" in watch.refused("db", "backup", "copy.db")


def test_upgrading_a_current_database_changes_nothing(watch: Terminal):
    assert watch("db", "upgrade").code == 0


def test_help_and_version(terminal: Terminal):
    assert "Watchpost" in terminal("--version").out
    assert "explain" in terminal("--help").out


def test_an_unknown_command_is_a_usage_error(terminal: Terminal):
    assert terminal("nonsense").code == 2
