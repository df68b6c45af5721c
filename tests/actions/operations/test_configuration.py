"""The configuration: checked whole, shown without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.operations.configuration import (
    check_configuration,
    effective_settings,
    mask_password,
    shown_settings,
)
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.sections import Settings


def test_a_right_configuration_is_summed_up(settings: Settings):
    checked = check_configuration(settings)
    assert (checked.path, checked.topic, checked.rules) == (settings.path, "dprk-russia", 0)


def test_a_rule_about_an_unknown_theme_is_refused(tmp_path):
    file = tmp_path / "monitor.toml"
    file.write_text(
        '[[keywords.rules]]\nname = "x"\nany = ["y"]\naction = "flag"\ntheme = "rain"\n'
    )
    with pytest.raises(ConfigError, match=r"monitor\.toml:2"):
        check_configuration(loader.load(file, environment={}))


@pytest.mark.parametrize("url", ["mysql://db/news", "news.db", "sqlite:/news.db?x=1"])
def test_an_address_of_no_known_database_is_refused(settings: Settings, url: str):
    database = settings.database.model_copy(update={"url": url})
    with pytest.raises(ConfigError, match=r"database\.url must look like"):
        check_configuration(settings.model_copy(update={"database": database}))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[database]\nurl = "mysql://db/news"\n', r"monitor\.toml:2: database\.url must look"),
        ('[email]\nhost = "m.example"\nusername = "me"\n', r"monitor\.toml:3: email\.username"),
    ],
)
def test_a_database_that_is_none_is_refused_with_its_place(tmp_path: Path, text: str, place: str):
    file = tmp_path / "monitor.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=place):
        check_configuration(loader.load(file, environment={}))


def test_a_user_name_without_a_password_is_refused(settings: Settings):
    email = settings.email.model_copy(update={"host": "mail.watch.example", "username": "me"})
    with pytest.raises(ConfigError, match=r"email\.password is empty: a login needs both"):
        check_configuration(settings.model_copy(update={"email": email}))


def test_secrets_are_masked(settings: Settings):
    database = settings.database.model_copy(update={"url": "postgresql://me:secret@db.example/w"})
    values = shown_settings(settings.model_copy(update={"database": database}))
    assert values["database"]["url"] == "postgresql://me:***@db.example/w"
    assert values["poll"]["timeout"]


def test_an_address_without_password_stays_as_it_is():
    assert mask_password("sqlite:///watchpost.db") == "sqlite:///watchpost.db"


def test_each_setting_in_force_has_the_place_that_set_it(tmp_path):
    file = tmp_path / "monitor.toml"
    file.write_text('[poll]\nevery = "20m"\n\n[log]\nlevel = "debug"\n')
    environment = {"MONITOR_LOG__LEVEL": "warning", "MONITOR_EMAIL__PASSWORD": "hunter2"}
    settings = loader.load(file, environment=environment)
    effective = {setting.name: setting for setting in effective_settings(settings)}
    assert effective["poll.every"].place == f"{file}:2"
    assert effective["poll.every"].as_json() == {
        "setting": "poll.every",
        "value": "20m",
        "place": f"{file}:2",
    }
    assert effective["log.level"].text == "warning"
    assert effective["log.level"].place == "environment variable MONITOR_LOG__LEVEL"
    assert effective["poll.tick"].as_json()["place"] is None
    assert "hunter2" not in effective["email.password"].text
    assert effective["keywords.rules"].text == "[]"
