"""What the operator decides: layers, and errors that say where and what."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.errors import ConfigError
from monitor.settings import loader, values
from monitor.text import formats


def written(folder: Path, text: str) -> Path:
    file = folder / "monitor.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refused(file: Path | None = None, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as error:
        loader.load(file, environment=environment or {})
    return str(error.value)


def test_the_shipped_defaults_are_complete_and_right():
    assert loader.load(environment={}).poll.every == timedelta(minutes=30)


def test_the_example_opens_the_console_on_this_machine_and_changes_nothing_else(tmp_path):
    from monitor.settings import resources

    example = resources.path("config", "example.toml").read_text(encoding="utf-8")
    file = written(tmp_path, example)
    loaded = loader.load(file, environment={})
    web = {"console": True, "listen": "127.0.0.1:8080"}
    expected = loader.load(environment={}, overrides={"web": web})
    assert loaded.model_dump() == expected.model_dump()


def test_every_line_of_the_example_is_right_when_uncommented(tmp_path):
    from monitor.settings import resources

    example = resources.path("config", "example.toml").read_text(encoding="utf-8")
    lines = [
        line.removeprefix("# ")
        if line.startswith("# ") and (" = " in line or line.startswith("# ["))
        else line
        for line in example.splitlines()
    ]
    loaded = loader.load(written(tmp_path, "\n".join(lines)), environment={})
    assert loaded.email.host == "smtp.example.org"
    assert [rule.action for rule in loaded.keywords.rules] == ["boost", "drop"]
    assert set(loaded.topic.lexicon) == {"TROOPS", "silent"}


def test_the_file_wins_over_defaults_the_environment_over_the_file_the_command_line_over_all(
    tmp_path,
):
    file = written(tmp_path, '[poll]\nevery = "1h"\nconnections = 5\nper_host = 1\n')
    loaded = loader.load(
        file,
        environment={"MONITOR_POLL__CONNECTIONS": "6", "MONITOR_POLL__PER_HOST": "2"},
        overrides={"poll": {"per_host": 3}},
    )
    poll = loaded.poll
    assert (poll.every, poll.connections, poll.per_host) == (timedelta(hours=1), 6, 3)


def test_a_list_in_the_environment_is_json():
    loaded = loader.load(environment={"MONITOR_EGRESS__ALLOW": '["127.0.0.0/8", "fd00::/8"]'})
    assert [str(network) for network in loaded.egress.allow] == ["127.0.0.0/8", "fd00::/8"]


def test_a_secret_is_read_from_a_file_and_never_shown(tmp_path):
    (tmp_path / "smtp").write_text("hunter2\n")
    loaded = loader.load(environment={"MONITOR_EMAIL__PASSWORD_FILE": str(tmp_path / "smtp")})
    assert loaded.email.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(loaded) + str(loaded.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[poll]\nevry = '1m'", 2, "did you mean every?"),
        ("[pol]\nevery = '1m'", 1, "did you mean poll?"),
        ("\n[poll]\n\nevery = 30", 4, "a duration is written with its unit"),
        ("[poll]\nevery = '0s'", 2, "must be longer than zero"),
        ("[poll]\nconnections = 0", 2, "must be at least 1"),
        ("[topic]\nthreshold = 2", 2, "must be at most 1"),
        ("[egress]\nallow = ['10.0.0.300/8']", 2, "an address range looks like"),
        ("[email]\ntls = 'maybe'", 2, "'starttls', 'tls' or 'none'"),
        ("[web]\nlisten = '8080'", 2, "looks like"),
        ("[web]\nlisten = 'localhost:http'", 2, "looks like"),
        ("[web]\npublic_url = 'http://alerts.example'", 2, "https only"),
        ("[web]\npublic_url = 'https://alerts.example/?a=b'", 2, "https only"),
        ("[web]\npublic_url = 'https://'", 2, "https only"),
        ("[[keywords.rules]]\nname='x'\nacton='flag'", 3, "did you mean action?"),
        (
            "[[keywords.rules]]\nname='x'\n[[keywords.rules]]\nname='y'\nboost=3",
            5,
            "must be at most 1",
        ),
        ("[[keywords.rules]]\nname='x'\nany=['y']\n", 1, 'action is missing: "flag"'),
        ("[[keywords.rules]]\nname='x'\nany='sapper'\n", 3, 'must be a list: ["sapper"]'),
        ("[poll]\nfastest = '2h'\nslowest = '1h'\n", 3, "must not be shorter than poll.fastest"),
        ("[retention]\nexports = '1d'\n", 2, "must not be shorter than 7d"),
        ("[retention]\nexports = '100d'\n", 2, "must not be longer than 90d, as jobs are kept"),
        ("[health]\nsilent_least = '9d'\nsilent_most = '1d'\n", 3, "health.silent_least (9d)"),
        ("[poll]\nevery = = 1\n", 2, "not valid TOML"),
        ("[poll]\nevery = '1h'\n[web]\n[poll]\n", 4, "line 4: [poll] is in the file twice"),
        ("[poll]\nevery = '1h'\nevery = '2h'\n", 3, "line 3: this key is in the file twice"),
    ],
)
def test_an_error_names_the_file_the_line_the_key_and_what_it_may_be(tmp_path, text, line, message):
    error = refused(written(tmp_path, text))
    assert "monitor.toml" in error
    assert message in error
    assert f":{line}: " in error or f"line {line}" in error


def test_every_fault_is_named_not_only_the_first(tmp_path):
    message = refused(written(tmp_path, "[poll]\nevery = 1\nconnections = 'many'\n"))
    assert "poll.every" in message
    assert "poll.connections" in message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MONITOR_POL__EVERY", "1m", "no such setting"),
        ("MONITOR_EVERY", "1m", "no such setting"),
        ("MONITOR_POLL__EVRY", "1m", "did you mean every?"),
        ("MONITOR_POLL__EVERY", "soon", "a duration is written with its unit"),
        ("MONITOR_EGRESS__ALLOW", "[127.0.0.0/8]", "not JSON"),
        ("MONITOR_EMAIL__PASSWORD_FILE", "/nowhere/at/all", "can't be read"),
    ],
)
def test_an_error_in_the_environment_names_the_variable(name, value, message):
    error = refused(environment={name: value})
    assert name in error
    assert message in error


def test_a_wrong_password_is_not_in_the_error(tmp_path):
    assert "12345678" not in refused(written(tmp_path, "[email]\npassword = 12345678\n"))


def test_a_missing_file_says_how_to_make_one(tmp_path):
    assert "monitor init" in refused(tmp_path / "monitor.toml")


def test_a_file_that_is_no_text_is_named(tmp_path):
    file = tmp_path / "monitor.toml"
    file.write_bytes(b"\xff\xfe\x00")
    assert "can't be read" in refused(file)


def test_the_database_lies_beside_the_file_unless_named(tmp_path):
    beside = loader.load(written(tmp_path, ""), environment={})
    assert beside.database_url == f"sqlite:///{tmp_path}/watchpost.db"
    environment = {"MONITOR_DATABASE__URL": "postgresql://me@db/w"}
    assert loader.load(environment=environment).database_url == "postgresql://me@db/w"


def test_the_digest_changes_with_what_decides_and_with_nothing_else(tmp_path):
    plain = loader.load(environment={}).decision_digest
    paced = loader.load(environment={"MONITOR_POLL__EVERY": "1m"}).decision_digest
    strict = loader.load(environment={"MONITOR_TOPIC__THRESHOLD": "0.7"}).decision_digest
    rule = written(tmp_path, "[[keywords.rules]]\nname = 'x'\nany = ['y']\naction = 'flag'\n")
    assert plain == paced
    assert len({plain, strict, loader.load(rule, environment={}).decision_digest}) == 3


@given(st.integers(min_value=1, max_value=10**9))
def test_a_duration_round_trips(seconds):
    value = timedelta(seconds=seconds)
    assert values.duration(formats.duration_text(value)) == value


@pytest.mark.parametrize("text", ["", "30", "m", "1.5h", "-1m", "1w", "1 h"])
def test_a_duration_without_sense_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        values.duration(text)
