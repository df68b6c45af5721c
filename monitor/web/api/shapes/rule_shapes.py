"""Shapes of keyword rules, their versions and trials."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class KeywordRuleShape(TypedDict):
    """A keyword rule as the configuration has it."""

    name: str
    any: list[str]
    all: list[str]
    none: list[str]
    regex: str
    where: Literal["anywhere", "title", "text"]
    theme: str | None
    action: Literal["flag", "boost", "drop"]
    boost: float


class FurtherTopicShape(TypedDict):
    """Threshold and added lexicon entries of a topic beside the first."""

    pack: str
    threshold: float
    lexicon: dict[str, list[str]]


class RulesShape(TypedDict):
    """The rules in force; `config` names them, `text` is their TOML."""

    config: str
    text: str
    threshold: float
    lexicon: dict[str, list[str]]
    further: list[FurtherTopicShape]
    rules: list[KeywordRuleShape]
    version: int | None
    fault: str | None
    unwritable: str | None


class RuleEffectShape(TypedDict):
    """What the trial said when a version was put in force."""

    days: float
    articles: int
    gained: int
    lost: int
    alerts_before: int
    alerts_after: int
    known_losses: list[str]


class RuleVersionShape(TypedDict):
    """A version of the rules; without `by` it was found in the file."""

    number: int
    at: str
    by: str | None
    reason: str
    config: str
    restored: int | None
    effect: RuleEffectShape | None
    text: str


class RuleVersionPageShape(TypedDict):
    """Versions, the newest first."""

    items: list[RuleVersionShape]
    next: str | None


class RuleHealthShape(TypedDict):
    """How a rule in force fares on the stored articles of 30 days."""

    name: str
    action: str
    hits: int
    hits_per_week: float
    last_at: str | None
    covered_by: str | None
    note: str | None


class RuleHealthListShape(TypedDict):
    """Every rule in force, in its order; none until the first trial has looked at the articles."""

    items: list[RuleHealthShape]
    next: None


class MarkedShareShape(TypedDict):
    """A share of marked articles with its interval (95 %); null while too few are marked."""

    hits: int
    n: int
    share: float | None
    low: float | None
    high: float | None


class TrialLoadShape(TypedDict):
    """The alerts that one subscription would have received."""

    key: str
    name: str
    alerts: int
    alerts_per_day: float
    busiest_day: int


class TrialSideShape(TypedDict):
    """The outcome of one set of rules."""

    flagged: int
    alerts: int
    alerts_per_day: float
    subscriptions: list[TrialLoadShape]
    precision: MarkedShareShape
    recall: MarkedShareShape


class TrialChangeShape(TypedDict):
    """An article that only one side flags."""

    key: str
    title: str
    seen_at: str
    score_before: float
    score_after: float
    causes: str


class TrialChangesShape(TypedDict):
    """How many articles only one side flags, and the newest of them."""

    count: int
    newest: list[TrialChangeShape]


class LostGoldenEventShape(TypedDict):
    """A golden event that would no longer be recalled."""

    id: str
    event: str


class TrialGoldenShape(TypedDict):
    """Golden events that each side recalls."""

    events: int
    before: int
    after: int
    lost: list[LostGoldenEventShape]


class TopicTrialShape(TypedDict):
    """What a draft would have done to one topic: its threshold, and the articles flagged for it."""

    topic: str
    threshold_before: float
    threshold: float
    flagged_before: int
    flagged: int


class TrialShape(TypedDict):
    """What a draft would have done."""

    sentence: str
    base: str
    config: str
    since: str
    until: str
    days: float
    articles: int
    instant: bool
    replay_reason: str | None
    before: TrialSideShape
    after: TrialSideShape
    same: int
    threshold: float
    at_threshold: str
    topics: list[TopicTrialShape]
    gained: TrialChangesShape
    lost: TrialChangesShape
    labelled: int
    golden: TrialGoldenShape | None
    known_losses: list[str]
    warnings: list[str]


class BacktestShape(TypedDict):
    """A trial, or how far it is: ask again with the same text."""

    state: Literal["running", "done"]
    sentence: str
    articles_done: int
    articles: int
    result: TrialShape | None
