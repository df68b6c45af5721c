"""Rule edits: other rules, thresholds or lexicons in the text of a configuration.

Comments stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable

from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.rule_text import (
    keywords_table,
    lexicon_table,
    rule_fields,
    rule_table,
    toml_list,
)
from monitor.settings.sections import FurtherTopicSettings, KeywordRuleSettings, Settings

_RULE_HEADER = re.compile(r"\s*\[\[\s*keywords\s*\.\s*rules\s*\]\]")
_KEYWORDS = re.compile(r"\s*\[\s*keywords\s*\]")
_HEADER = re.compile(r"\s*\[")
_NO_VALUE = re.compile(r"\s*(#.*)?$")


def with_rules(text: str, current: Settings, draft: Settings) -> str:
    """The text of a configuration with the thresholds, lexicons and rules that are wanted.

    `current` are the settings of the text.  Only what differs is changed.  Raise ConfigError when
    the text is written in a way that can't be edited; then nothing but a person should do it.
    """
    try:
        edited = _edited(text, current, draft)
    except (TOMLKitError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unable(current, str(error)) from error
    _check(edited, current, draft)
    return edited


def _edited(text: str, current: Settings, draft: Settings) -> str:
    if draft.keywords.rules != current.keywords.rules:
        text = _with_other_rules(text, current.keywords.rules, draft.keywords.rules)
    document: Any = tomlkit.parse(text)
    if draft.topic.threshold != current.topic.threshold:
        _section(document, "topic")["threshold"] = draft.topic.threshold
    if draft.topic.lexicon != current.topic.lexicon:
        _set_lexicon(_section(document, "topic"), draft.topic.lexicon)
    for old, new in zip(current.topic.further, draft.topic.further, strict=True):
        _set_further(document, old, new)
    return tomlkit.dumps(document)


def _set_further(document: Any, old: FurtherTopicSettings, new: FurtherTopicSettings) -> None:
    """Change what differs of a further topic.  Raise ValueError where the file has no such one."""
    if new == old:
        return
    tables = document.get("topic", {}).get("further", ())
    table = next((table for table in tables if table["pack"].strip() == new.pack), None)
    if table is None:
        raise ValueError(f"its [[topic.further]] has no pack {new.pack!r}")
    if new.threshold != old.threshold:
        table["threshold"] = new.threshold
    if new.lexicon != old.lexicon:
        _set_lexicon(table, new.lexicon)


def _with_other_rules(
    text: str, old: Sequence[KeywordRuleSettings], new: Sequence[KeywordRuleSettings]
) -> str:
    """The text with the new rules: changed where they are, or below the old ones."""
    staying = _kept(old, new)
    headers = len(_lines_of(_RULE_HEADER, text.split("\n")))
    if not headers or headers != len(old):
        text, staying, old = _without_list(text), set(), ()
    text = _with_new_rules(text, [rule for rule in new if rule.name not in staying])
    text = _without_rules(text, [rule.name for rule in old], staying)
    document: Any = tomlkit.parse(text)
    tables = {str(table["name"]): table for table in document["keywords"]["rules"]} if new else {}
    for rule in new:
        if rule.name in staying:
            _update(tables[rule.name], rule)
    return tomlkit.dumps(document)


def _kept(old: Sequence[KeywordRuleSettings], new: Sequence[KeywordRuleSettings]) -> set[str]:
    """The names of the rules that stay where they are; the others are written below them."""
    new_names = [rule.name for rule in new]
    remaining = [rule.name for rule in old if rule.name in new_names]
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(remaining, new_names, strict=False))
    return {name for name, _ in pairs}


def _without_list(text: str) -> str:
    """The text without rules that are written as a list of inline tables."""
    document: Any = tomlkit.parse(text)
    document.get("keywords", {}).pop("rules", None)
    return tomlkit.dumps(document)


def _section(document: Any, name: str) -> Any:
    """The table of this name; a new one is put at the end."""
    if name not in document:
        document.add(tomlkit.nl())
        document.add(name, tomlkit.table())
    return document[name]


def _set_lexicon(topic: Any, entries: Mapping[str, tuple[str, ...]]) -> None:
    """Change only the classes that differ."""
    if "lexicon" not in topic:
        if isinstance(topic, InlineTable):
            topic.add("lexicon", tomlkit.inline_table())
            topic["lexicon"].update({name: toml_list(words) for name, words in entries.items()})
            return
        lexicon = lexicon_table(entries)
        lexicon.add(tomlkit.nl())
        topic.add("lexicon", lexicon)
        return
    lexicon = topic["lexicon"]
    for name in [name for name in lexicon if name not in entries]:
        del lexicon[name]
    for name, words in entries.items():
        if name not in lexicon or tuple(lexicon[name]) != words:
            lexicon[name] = toml_list(words)


def _without_rules(text: str, names: Sequence[str], staying: set[str]) -> str:
    """The text without those of the first tables, which have these names, that do not stay.

    tomlkit takes the comments below a table away with it, although they are about the next one.
    """
    lines, position = text.split("\n"), 0
    parts: list[str] = []
    for header, name in zip(_lines_of(_RULE_HEADER, lines), names, strict=False):
        if name not in staying:
            parts += lines[position:header]
            position = _end_of_table(lines, header)
            if parts and not parts[-1].strip() and not "".join(lines[position : position + 1]):
                position += 1  # one blank line is enough
    return "\n".join([*parts, *lines[position:]])


def _lines_of(pattern: re.Pattern[str], lines: Sequence[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if pattern.match(line)]


def _end_of_table(lines: Sequence[str], header: int) -> int:
    """The line below the last value of the table that begins at `header`."""
    end = header + 1
    for number in range(header + 1, len(lines)):
        if _HEADER.match(lines[number]):
            break
        if not _NO_VALUE.match(lines[number]):
            end = number + 1
    return end


def _with_new_rules(text: str, rules: Sequence[KeywordRuleSettings]) -> str:
    """The text with these rules below the last one, or below the table of keywords.

    tomlkit would put them below comments that are about the next table.
    """
    if not rules:
        return text
    lines = text.rstrip("\n").split("\n") if text.strip() else []
    headers = _lines_of(_RULE_HEADER, lines) or _lines_of(_KEYWORDS, lines)
    end = _end_of_table(lines, headers[-1]) if headers else len(lines)
    written = tomlkit.aot()
    for rule in rules:
        written.append(rule_table(rule))
    document = tomlkit.document()
    document.add("keywords", keywords_table(written))
    added = tomlkit.dumps(document).rstrip("\n").split("\n")
    return "\n".join([*lines[:end], *[""] * bool(end), *added, *lines[end:], ""])


def _update(table: Any, rule: KeywordRuleSettings) -> None:
    """Change the fields of a rule's table that differ."""
    fields, written = rule_fields(rule), table.unwrap()
    values = rule.model_dump(mode="json", exclude_defaults=True)
    for name in [name for name in table if name not in values and name != "name"]:
        if written[name] != KeywordRuleSettings.model_fields[name].default:
            del table[name]
    for name, value in values.items():
        if written.get(name) != value:
            table[name] = fields[name]


def _check(edited: str, current: Settings, draft: Settings) -> None:
    """Raise ConfigError when the edited text does not say what is wanted, or changes more."""
    try:
        settings = loader.load(current.path, text=edited)
    except ConfigError as error:
        raise _unable(current, str(error)) from error
    if settings.decision_digest != draft.decision_digest:
        places = (("keywords", "rules"), ("topic", "threshold"), ("topic", "further"))
        place = next(filter(None, (current.place_of(*setting) for setting in places)), "")
        raise _unable(current, f"the rules would not be in force; they are set by {place}")
    deciding = {"topic", "keywords"}
    if settings.model_dump(exclude=deciding) != current.model_dump(exclude=deciding):
        raise _unable(current, "another setting would change")


def _unable(current: Settings, why: str) -> ConfigError:
    return ConfigError(f"{current.path} can't be edited here: {why}. Copy the text into the file.")
