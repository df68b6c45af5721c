"""Rule form: the fields of the keyword lab and the TOML of a draft are two views of one text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.web.console.frame.forms import Form

MOST_RULES = 90  # in the form; a form has at most a thousand fields
_LISTS = ("any", "all", "none")
_TEXTS = ("name", "regex", "where", "theme", "topic", "action")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """The fields of one rule as people see them; a list has a line for each term."""

    name: str = ""
    any: str = ""
    all: str = ""
    none: str = ""
    regex: str = ""
    where: str = ""
    theme: str = ""
    topic: str = ""
    action: str = "flag"
    boost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFields:
    """The fields of a topic beside the first."""

    pack: str
    threshold: str = "0"
    lexicon: str = ""  # "CLASS: entry", a line each


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFields:
    """The fields of a draft; threshold and lexicon are those of the first topic."""

    threshold: str = "0"
    lexicon: str = ""  # "CLASS: entry", a line each
    further: tuple[TopicFields, ...] = ()
    rules: tuple[RuleFields, ...] = field(default_factory=tuple)


def fields_of(text: str) -> DraftFields | None:
    """The fields of a text; None where only its TOML can show what it says."""
    try:
        values = tomllib.loads(text)
        topic, keywords = values.pop("topic", {}), values.pop("keywords", {})
        rules = keywords.pop("rules", [])
        shown = DraftFields(
            threshold=f"{topic.pop('threshold', 0)}",
            lexicon="\n".join(_lexicon_lines(topic.pop("lexicon", {}))),
            further=tuple(map(_topic_fields, topic.pop("further", []))),
            rules=tuple(_rule_fields(rule) for rule in rules),
        )
    except (ValueError, AttributeError, TypeError, KeyError):
        return None
    is_whole = not values and not topic and not keywords
    return shown if is_whole and len(rules) <= MOST_RULES else None


def _topic_fields(topic: Mapping[str, Any]) -> TopicFields:
    """Raise TypeError, KeyError for a topic that the form has no fields for."""
    values = dict(topic)
    fields = TopicFields(
        pack=_text(values.pop("pack")),
        threshold=f"{values.pop('threshold', 0)}",
        lexicon="\n".join(_lexicon_lines(values.pop("lexicon", {}))),
    )
    if values:
        raise KeyError(next(iter(values)))
    return fields


def _lexicon_lines(lexicon: Mapping[str, Sequence[str]]) -> Iterable[str]:
    for name, entries in lexicon.items():
        for entry in entries:
            yield f"{name}: {entry}"


def _rule_fields(rule: Mapping[str, Any]) -> RuleFields:
    """Raise TypeError, KeyError for a rule that the form has no fields for."""
    values = dict(rule)
    lists = {name: "\n".join(values.pop(name, [])) for name in _LISTS}
    texts = {name: _text(values.pop(name)) for name in _TEXTS if name in values}
    boost = values.pop("boost", "")
    if values:
        raise KeyError(next(iter(values)))
    return RuleFields(**lists, **texts, boost=f"{boost}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def read_fields(form: Form) -> DraftFields:
    """The fields as they were sent."""
    return DraftFields(
        threshold=form.text("threshold"),
        lexicon=form.text("lexicon"),
        further=tuple(_read_topic(form, number) for number in range(_sent_count(form, "further"))),
        rules=tuple(_read_rule(form, number) for number in range(_sent_count(form, "rules"))),
    )


def _sent_count(form: Form, name: str) -> int:
    sent = form.text(name)
    return min(int(sent), MOST_RULES) if sent.isascii() and sent.isdigit() else 0


def _read_topic(form: Form, number: int) -> TopicFields:
    return TopicFields(
        pack=form.text(f"further-pack-{number}"),
        threshold=form.text(f"further-threshold-{number}"),
        lexicon=form.text(f"further-lexicon-{number}"),
    )


def _read_rule(form: Form, number: int) -> RuleFields:
    return RuleFields(**{name: form.text(f"{name}-{number}") for name in _NAMES})


_NAMES = (*_LISTS, *_TEXTS, "boost")


def text_of(fields: DraftFields) -> str:
    """The TOML of the fields; what is wrong in them stays, so that the check can name it."""
    import tomlkit  # takes 3 MB, and only who edits rules needs it

    document = tomlkit.document()
    topic = tomlkit.table()
    _add_thresholds(topic, fields)
    if fields.further:
        further = tomlkit.aot()
        for topic_fields in fields.further:
            further_topic = tomlkit.table()
            further_topic.add("pack", topic_fields.pack)
            _add_thresholds(further_topic, topic_fields)
            further.append(further_topic)
        topic.add("further", further)
    document.add("topic", topic)
    if fields.rules:
        rules = tomlkit.aot()
        for rule in fields.rules:
            rules.append(_table(rule))
        keywords = tomlkit.table(is_super_table=True)
        keywords.add("rules", rules)
        document.add("keywords", keywords)
    return tomlkit.dumps(document)


def _add_thresholds(table: Any, fields: DraftFields | TopicFields) -> None:
    table.add("threshold", _number(fields.threshold or "0"))
    lexicon = _lexicon(fields.lexicon)
    if lexicon:
        table.add("lexicon", lexicon)


def _table(rule: RuleFields) -> Any:
    import tomlkit

    table = tomlkit.table()
    table.add("name", rule.name)
    for name in _LISTS:
        terms = [line.strip() for line in getattr(rule, name).splitlines() if line.strip()]
        if terms:
            table.add(name, terms)
    if rule.regex:
        table.add("regex", _pattern(rule.regex))
    if rule.where and rule.where != "anywhere":
        table.add("where", rule.where)
    if rule.theme:
        table.add("theme", rule.theme)
    if rule.topic:
        table.add("topic", rule.topic)
    table.add("action", rule.action)
    if rule.boost and (rule.action == "boost" or _number(rule.boost) != 0):
        table.add("boost", _number(rule.boost))
    return table


def _pattern(pattern: str) -> Any:
    """A pattern in single quotes, where that can be: its backslashes are not doubled then."""
    import tomlkit

    is_literal = "'" not in pattern and pattern.isprintable()
    return tomlkit.string(pattern, literal=True) if is_literal else pattern


def _number(text: str) -> float | str:
    """The number, or the text as it is: the check says what is wrong with it."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _lexicon(text: str) -> dict[str, list[str]]:
    classes: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, colon, entry = line.partition(":")
        if line.strip():
            classes.setdefault(name.strip() if colon else "", []).append(
                (entry if colon else line).strip()
            )
    return classes
