"""Rule text: the settings that decide about articles as a TOML text of their own.

Threshold and lexicon entries of each topic, and keyword rules, and nothing else of the
configuration: the text is shown, compared and kept, and holds no secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from monitor.domain.errors import ConfigError
from monitor.settings import layers, loader
from monitor.settings.layers import Layer
from monitor.settings.sections import (
    FurtherTopicSettings,
    KeywordRuleSettings,
    Settings,
    TopicSettings,
)

if TYPE_CHECKING:  # loaded where a text is written: it takes 3 MB
    from tomlkit.items import AoT, Item, Table

MAX_RULE_TEXT = 200_000  # characters
NAME = "the draft"  # in error messages, with the line
_KEYS = {"topic": {"threshold", "lexicon", "further"}, "keywords": {"rules"}}
_KEYS_OF_FURTHER = {"pack", "threshold", "lexicon"}
_ALONE_IN_LINE = 90  # characters; a longer list has a line for each item


def rule_text(settings: Settings) -> str:
    """The deciding settings, always written in the same way."""
    import tomlkit

    document = tomlkit.document()
    topic = tomlkit.table()
    _add_thresholds(topic, settings.topic)
    if settings.topic.further:
        further_topics = tomlkit.aot()
        for further in settings.topic.further:
            table = tomlkit.table()
            table.add("pack", further.pack)
            _add_thresholds(table, further)
            further_topics.append(table)
        topic.add("further", further_topics)
    document.add("topic", topic)
    if settings.keywords.rules:
        document.add("keywords", _keywords(settings))
    return tomlkit.dumps(document)


def _add_thresholds(table: Table, topic: TopicSettings | FurtherTopicSettings) -> None:
    """Add what a rule text says of one topic: its threshold and its lexicon entries."""
    table.add("threshold", topic.threshold)
    if topic.lexicon:
        table.add("lexicon", lexicon_table(topic.lexicon))


def lexicon_table(lexicon: Mapping[str, tuple[str, ...]]) -> Table:
    """Lexicon entries as a table: class → entries."""
    import tomlkit

    table = tomlkit.table()
    for name, entries in lexicon.items():
        table.add(name, toml_list(entries))
    return table


def _keywords(settings: Settings) -> Table:
    import tomlkit

    rules = tomlkit.aot()
    for rule in settings.keywords.rules:
        rules.append(rule_table(rule))
    return keywords_table(rules)


def keywords_table(rules: AoT) -> Table:
    """The table `keywords` with its rules only, which needs no header of its own."""
    import tomlkit

    table = tomlkit.table(is_super_table=True)
    table.add("rules", rules)
    return table


def rule_table(rule: KeywordRuleSettings) -> Table:
    """A rule as a table, without the fields that have their default."""
    import tomlkit

    table = tomlkit.table()
    for name, value in rule_fields(rule).items():
        table.add(name, value)
    return table


def rule_fields(rule: KeywordRuleSettings) -> dict[str, Item | str | float]:
    """The fields of a rule as TOML items, without those that have their default."""
    values: Mapping[str, Any] = rule.model_dump(exclude_defaults=True)
    return {name: _item(value) for name, value in values.items()}


def _item(value: tuple[str, ...] | str | float) -> Item | str | float:
    import tomlkit

    if isinstance(value, tuple):
        return toml_list(value)
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return tomlkit.string(value, literal=True)  # a pattern is read without doubled backslashes
    return value


def toml_list(items: tuple[str, ...]) -> Item:
    """A list of texts; a long one with a line for each."""
    import tomlkit

    array = tomlkit.array()
    array.extend(items)
    return array.multiline(len(array.as_string()) > _ALONE_IN_LINE)


def draft_settings(current: Settings, text: str) -> Settings:
    """The current settings with the thresholds, lexicons and rules of a rule text.

    What the text leaves out has its default: a text without rules has none.  A further topic that
    it does not name keeps what it has, because texts from before it was watched do not know it.
    Raise ConfigError with the line that is wrong.
    """
    if len(text) > MAX_RULE_TEXT:
        raise ConfigError(f"{NAME} is longer than {MAX_RULE_TEXT:,} characters: use a file")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    values, _ = layers.read(current.folder / NAME, text)
    _check_keys(values)
    topic, keywords = values.get("topic", {}), values.get("keywords", {})
    whole = {
        "topic": {"threshold": 0.0, "lexicon": {}, "further": [], **topic},
        "keywords": {"rules": [], **keywords},
    }
    drafted = loader.load(over=Layer(NAME, whole, text))
    changes = {
        "threshold": drafted.topic.threshold,
        "lexicon": drafted.topic.lexicon,
        "further": _further_topics(current.topic.further, drafted.topic.further),
    }
    changed_topic = current.topic.model_copy(update=changes)
    rules = current.keywords.model_copy(update={"rules": drafted.keywords.rules})
    return current.model_copy(update={"topic": changed_topic, "keywords": rules})


def _further_topics(
    current: Sequence[FurtherTopicSettings], drafted: Sequence[FurtherTopicSettings]
) -> tuple[FurtherTopicSettings, ...]:
    """The further topics with the drafted thresholds and lexicons.

    Raise ConfigError for a topic that is named twice, or is not watched.
    """
    by_pack: dict[str, FurtherTopicSettings] = {}
    watched = {topic.pack for topic in current}
    for topic in drafted:
        if topic.pack in by_pack:
            raise ConfigError(f"{NAME}: topic.further: {topic.pack} is there twice: once is enough")
        if topic.pack not in watched:
            raise ConfigError(
                f"{NAME}: topic.further: {topic.pack} is not watched; a topic is added in the file,"
                f" and there are: {', '.join(sorted(watched)) or 'none beside the first'}"
            )
        by_pack[topic.pack] = topic
    return tuple(
        topic.model_copy(update={"threshold": draft.threshold, "lexicon": draft.lexicon})
        if (draft := by_pack.get(topic.pack))
        else topic
        for topic in current
    )


def _check_keys(values: Mapping[str, Any]) -> None:
    """Raise ConfigError for a key that does not belong in a rule text."""
    for section, table in values.items():
        if section not in _KEYS or not isinstance(table, dict):
            raise ConfigError(
                f"{NAME}: {section}: only [topic] threshold, [topic.lexicon], the same of"
                " [[topic.further]], and [[keywords.rules]] belong here; change other settings in"
                " the file"
            )
        _check_names(section, table, _KEYS[section])
    further_topics = values.get("topic", {}).get("further", ())
    for table in further_topics if isinstance(further_topics, list) else ():
        if isinstance(table, dict):
            _check_names("topic.further", table, _KEYS_OF_FURTHER)


def _check_names(section: str, table: Mapping[str, Any], names: set[str]) -> None:
    for key in table.keys() - names:
        raise ConfigError(f"{NAME}: {section}.{key} does not belong here; change it in the file")
