"""Topics of an installation: the settings of each, and what decides on all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError
from monitor.runtime import topic_pack

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from monitor.classify.packs.metadata import PackMetadata
    from monitor.classify.packs.pack import Pack
    from monitor.classify.rules.decision_rules import DecisionRules
    from monitor.domain.ports import Classifier
    from monitor.settings.sections import FurtherTopicSettings, Settings


def settings_by_topic(settings: Settings) -> dict[str, Settings]:
    """Topic → the settings with that topic first, in the order of the settings.

    A topic has the name of its pack.  Whatever concerns one topic takes such settings: its pack,
    its rules, its training.  Raise PackError for a pack that can't be read; ConfigError for a topic
    or a theme that two of them have, and for a rule of an unknown topic.
    """
    from monitor.settings.sections import FurtherTopicSettings

    first = settings.topic
    if not first.further:
        name = topic_pack.read_card(settings).name
        _check_rule_topics(settings, [name])
        return {name: settings}
    packs = [
        FurtherTopicSettings(**first.model_dump(include=set(FurtherTopicSettings.model_fields)))
    ]
    packs += first.further
    alone = [
        _with_first(settings, pack, (*packs[:place], *packs[place + 1 :]))
        for place, pack in enumerate(packs)
    ]
    names = distinct_names([topic_pack.read_card(topic) for topic in alone])
    _check_rule_topics(settings, names)
    rules = tuple(
        rule.model_copy(update={"topic": rule.topic or names[0]})
        for rule in settings.keywords.rules
    )
    keywords = settings.keywords.model_copy(update={"rules": rules})
    by_topic = {
        name: topic.model_copy(update={"keywords": keywords})
        for name, topic in zip(names, alone, strict=True)
    }
    return by_topic | {names[0]: settings}


def _with_first(
    settings: Settings, pack: FurtherTopicSettings, others: Sequence[FurtherTopicSettings]
) -> Settings:
    """The settings with this topic instead of the first one, and the others behind it."""
    review = pack.review_threshold
    changes = {
        "pack": pack.pack,
        "threshold": pack.threshold,
        "review_threshold": settings.topic.review_threshold if review is None else review,
        "lexicon": pack.lexicon,
        "further": tuple(others),
    }
    return settings.model_copy(update={"topic": settings.topic.model_copy(update=changes)})


def topic_of_marks(settings: Settings) -> str:
    """The topic that the marks answer for which teach the first topic.

    It is empty where there is one topic: every mark teaches it, also one on an article that could
    not be judged.
    """
    return topic_pack.read_card(settings).name if settings.topic.further else ""


def distinct_names(cards: Sequence[PackMetadata]) -> list[str]:
    """The names of the topics.  Raise ConfigError for a name or a theme that two of them have."""
    topic_of_theme: dict[str, str] = {}
    names: list[str] = []
    for card in cards:
        if card.name in names:
            raise ConfigError(
                f"topic.further: {card.name} is listed twice, or has the name of topic.pack: name"
                " each topic once"
            )
        names.append(card.name)
        for slug in card.themes:
            other = topic_of_theme.setdefault(slug, card.name)
            if other != card.name:
                raise ConfigError(
                    f"topic.further: {other} and {card.name} both have a theme {slug}, which"
                    " subscriptions, silences and searches could not tell apart: rename it in the"
                    " pack.toml and the examples of one of them, and train that pack again"
                )
    return names


def _check_rule_topics(settings: Settings, names: Sequence[str]) -> None:
    for rule in settings.keywords.rules:
        if rule.topic and rule.topic not in names:
            place = topic_pack.rule_place(settings.path, rule.name)
            raise ConfigError(
                f"{place}rule {rule.name!r}: topic = {rule.topic!r} is not watched; there are:"
                f" {', '.join(names)}"
            )


def topic_titles(settings: Settings) -> dict[str, str]:
    """The topics in the order of the settings: name → title.  Raise as `settings_by_topic`."""
    by_topic = settings_by_topic(settings)
    return {name: topic_pack.read_card(topic).title for name, topic in by_topic.items()}


def theme_titles(settings: Settings) -> dict[str, str]:
    """The themes of all topics: slug → title.  Raise as `settings_by_topic`."""
    titles: dict[str, str] = {}
    for topic in settings_by_topic(settings).values():
        titles |= topic_pack.read_card(topic).theme_titles
    return titles


def packs_in_use(settings: Settings) -> dict[str, Pack]:
    """The pack in use of each topic, in the order of the settings: topic → pack.

    Raise as `settings_by_topic` and `topic_pack.load_pack`.
    """
    by_topic = settings_by_topic(settings)
    return {name: topic_pack.load_pack(topic) for name, topic in by_topic.items()}


def lexicon_entries(settings: Settings) -> dict[str, frozenset[str]]:
    """Every entry that the operator adds to the lexicon of each topic: topic → entries."""
    return {
        name: frozenset(chain.from_iterable(topic.topic.lexicon.values()))
        for name, topic in settings_by_topic(settings).items()
    }


def rulebook(
    settings: Settings,
    packs: Mapping[str, Pack],
    classifier_of: Callable[[Pack], Classifier],
    *,
    file: Path | None = None,
    entries: Mapping[str, Collection[str]] | None = None,
) -> DecisionRules:
    """The decision rules of the settings on every topic, for a backtest.

    `packs` are those in use, by topic; the settings are applied to them here, and `classifier_of`
    makes the classifier that works with one.  Articles that contain one of the lexicon `entries` of
    a topic are judged again for it.  Raise ConfigError; `file` is where the settings are, if not in
    their own file.
    """
    from monitor.classify.features.lexicon_match import LexiconMatch
    from monitor.classify.rules.decision_rules import DecisionRules

    of_topics = []
    for name, topic in settings_by_topic(settings).items():
        pack = topic_pack.as_set(topic, packs[name], file=file)
        rules = DecisionRules(
            topic=name,
            pack=pack.id,
            rules=topic_pack.keyword_rules(topic, pack, file=file),
            threshold=pack.threshold,
            review_threshold=pack.review_threshold,
            theme_thresholds={slug: theme.threshold for slug, theme in pack.themes.items()},
            config=settings.decision_digest,
            classifier=classifier_of(pack),
            memory=settings.topic.memory,
            needs_rejudging=LexiconMatch((entries or {}).get(name, ())),
        )
        of_topics.append(rules)
    first, *further = of_topics
    return replace(first, further=tuple(further))
