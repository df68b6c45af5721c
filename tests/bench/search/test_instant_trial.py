"""The benchmark of instant trials is sound: each rule finds as much as its name says."""

from __future__ import annotations

import pytest

from tests.bench.search import instant_trial


def test_every_rule_is_tried(capsys: pytest.CaptureFixture[str]):
    arguments = ["--articles", "600", "--rounds", "1", "--database", "sqlite"]
    assert instant_trial.main(arguments) in (0, 1)  # a busy machine may take longer
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("sqlite, 600 articles")
    articles_by_rule = {line[:12].strip(): int(line[12:23].replace(",", "")) for line in lines[2:]}
    assert articles_by_rule.keys() == instant_trial.RULES.keys()
    assert articles_by_rule["no article"] == 0
    assert 0 < articles_by_rule["one of 120"] < articles_by_rule["one of 30"]
