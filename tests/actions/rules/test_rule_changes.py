"""Rules are written into the file with its comments, checked, kept as versions and restored."""

from __future__ import annotations

import threading

import pytest

from monitor.actions.rules.rule_changes import (
    FOUND,
    NothingChanged,
    RuleChange,
    RulesChanged,
    put_in_force,
)
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.rule_text import rule_text
from monitor.settings.sections import Settings
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.rules.conftest import OPERATOR
from tests.fakes import NOW


def change_of(settings: Settings, old: str, new: str, **changes: object) -> RuleChange:
    text = rule_text(settings)
    assert old in text
    base = {"base": settings.decision_digest, "base_text": text}
    return RuleChange(**{"text": text.replace(old, new), **base, **changes})


def text_of(settings: Settings) -> str:
    assert settings.path is not None
    return settings.path.read_text()


def test_a_changed_rule_is_written_and_everything_else_stays(store: Store, settings: Settings):
    before = text_of(settings)
    change = change_of(settings, '"league"', '"league", "striker*"', reason="more clubs")
    version = put_in_force(store, settings, change, OPERATOR, NOW)
    assert text_of(settings) == before.replace('"league"', '"league", "striker*"')
    assert (version.number, version.by, version.reason) == (2, "Otto", "more clubs")
    found = store.rule_versions.find(1)
    assert found is not None
    assert (found.by, found.reason, found.text) == ("", FOUND, rule_text(settings))
    entry = store.audit_log.list(AuditFilter(), 1)[0]
    assert (entry.caller, entry.act, entry.reason) == ("Otto", "put rules in force", "more clubs")
    assert "striker*" in str(entry.after)
    assert "do not show" not in str(entry) + version.text


def test_an_edit_of_the_file_meanwhile_is_a_conflict_with_what_changed(
    store: Store, settings: Settings
):
    change = change_of(settings, '"league"', '"league", "striker*"')
    edited = text_of(settings).replace('"coach", ', "")
    assert settings.path is not None
    settings.path.write_text(edited)
    with pytest.raises(RulesChanged) as raised:
        put_in_force(store, settings, change, OPERATOR, NOW)
    assert '- any = ["coach", "league"]\n+ any = ["league"]' in raised.value.diff
    assert text_of(settings) == edited
    assert store.rule_versions.newest() is None


def test_an_edit_of_other_settings_is_no_conflict(store: Store, settings: Settings):
    change = change_of(settings, '"league"', '"league", "striker*"')
    assert settings.path is not None
    settings.path.write_text(text_of(settings).replace("do not show", "another"))
    put_in_force(store, settings, change, OPERATOR, NOW)
    assert 'password = "another"' in text_of(settings)
    assert "striker*" in text_of(settings)


def test_of_two_operators_at_once_one_has_a_conflict(store: Store, settings: Settings):
    answers: list[object] = []

    def put(word: str) -> None:
        with Store.open(settings.database_url) as own:
            change = change_of(settings, '"league"', f'"league", "{word}"')
            try:
                answers.append(put_in_force(own, settings, change, OPERATOR, NOW))
            except RulesChanged as error:
                answers.append(error)

    threads = [threading.Thread(target=put, args=(word,)) for word in ("striker*", "goal*")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["RuleVersion", "RulesChanged"]
    assert ("striker*" in text_of(settings)) != ("goal*" in text_of(settings))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('action = "drop"', 'action = "delete"', "keywords.rules.1.action"),
        ('"league"', '"league", "*"', "is not a term"),
        ('name = "club"', 'name = "shepherds"', "exists twice"),
        ("[topic]", "[topic", "not valid TOML"),
        ("[topic]", '[email]\nhost = "x"\n[topic]', "only .topic. threshold"),
        ("[topic]", '[topic]\npack = "other"', "topic.pack does not belong here"),
        ("threshold = 0.0", "threshold = 2.0", "topic.threshold = 2.0"),
        ("[topic]", '[topic]\nlexicon = {NONE = ["x"]}', "lexicon"),
    ],
)
def test_wrong_rules_change_nothing(
    store: Store, settings: Settings, old: str, new: str, fault: str
):
    before = text_of(settings)
    with pytest.raises(ConfigError, match=fault):
        put_in_force(store, settings, change_of(settings, old, new), OPERATOR, NOW)
    assert text_of(settings) == before
    assert store.rule_versions.newest() is None


def test_rules_in_force_are_not_put_in_force_again(store: Store, settings: Settings):
    with pytest.raises(NothingChanged):
        put_in_force(store, settings, change_of(settings, "club", "club"), OPERATOR, NOW)


def test_a_file_that_is_wrong_has_to_be_repaired_first(store: Store, settings: Settings):
    change = change_of(settings, '"league"', '"league", "striker*"')
    assert settings.path is not None
    settings.path.write_text("[topic")
    with pytest.raises(ConfigError, match="repair it first"):
        put_in_force(store, settings, change, OPERATOR, NOW)


def test_without_a_file_nothing_can_be_put_in_force(store: Store):
    settings = loader.load(None, environment={})
    change = RuleChange(text="", base=settings.decision_digest)
    with pytest.raises(ConfigError, match="`monitor init` writes one"):
        put_in_force(store, settings, change, OPERATOR, NOW)


def test_all_rules_can_be_taken_out(store: Store, settings: Settings):
    change = RuleChange(text="", base=settings.decision_digest)
    put_in_force(store, settings, change, OPERATOR, NOW)
    assert loader.load(settings.path, environment={}).keywords.rules == ()
    assert "# not the club" in text_of(settings)
