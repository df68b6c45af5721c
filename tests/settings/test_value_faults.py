"""What is wrong with a value, in our own words and with an example."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.settings import loader

RULE = "[[keywords.rules]]\nname = 'x'\naction = 'flag'\n"


def refusal(folder: Path, text: str) -> str:
    file = folder / "monitor.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        loader.load(file, environment={})
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (RULE + 'any = "foo"', """any = 'foo': must be a list: ["foo"]"""),
        (RULE + "any = [7]", """any.0 = 7: must be a text in quotes: "7\""""),
        (RULE + "any = ['x']\nboost = 'much'", "must be a number, without quotes: 0.5"),
        ("[egress]\nallow = '10.0.0.0/8'", 'must be a list: ["10.0.0.0/8"]'),
        ("[topic.lexicon]\nTROOPS = '부대'", 'must be a list: ["부대"]'),
        ("[topic]\nlexicon = 3", "must be a table: [topic.lexicon] with keys below it"),
        ("[topic]\nthreshold = 3", "must be at most 1"),
        ("poll = 'x'", "must be a table: [poll] with keys below it"),
        ("[poll]\nconnections = 'x'", "must be a whole number, without quotes: 10"),
        ("[poll]\nconnections = 2.5", "must be a whole number, without quotes: 10"),
        ("[poll]\nconnections = 0", "must be at least 1"),
        ("[poll]\nconnections = 100_000", "must be at most 1,000"),
        ("[log]\nlevel = 'loud'", "must be one of 'debug', 'info', 'warning' or 'error'"),
        ("[keywords.rules]\nname = 'x'", "must be a list of tables: [[keywords.rules]] above"),
        ("[[keywords.rules]]\nany = ['x']", "keywords.rules.0.name: is required: add it"),
        ("[poll]\nevery = 15", "a duration is written with its unit"),
    ],
)
def test_a_wrong_value_is_answered_with_the_right_form(tmp_path: Path, text: str, sentence: str):
    message = refusal(tmp_path, text)
    assert sentence in message
    assert "Input should" not in message
    assert "valid" not in message


def test_a_secret_of_the_wrong_type_is_not_repeated(tmp_path: Path):
    message = refusal(tmp_path, "[email]\npassword = 31337")
    assert "email.password: must be a text in quotes" in message
    assert "31337" not in message
