"""Shapes of teaching: progress, packs, trainings and comparisons."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class MarkProgressShape(TypedDict):
    """How many articles are marked, and how many are missing until the next lesson."""

    sentence: str
    relevant: int
    irrelevant: int
    contested: int
    to_learn: int
    held_out: int
    until_lesson: int


class DisagreeingMarkShape(TypedDict):
    """A mark that says the opposite of what the pack said."""

    key: str
    title: str
    language: str | None
    relevant: bool
    by: str
    marked_at: str
    score: float
    threshold: float
    pack: str


class DisagreeingMarksShape(TypedDict):
    """Those of which the pack was most sure, and how many there are."""

    total: int
    items: list[DisagreeingMarkShape]


class PacksShape(TypedDict):
    """The id of the pack in each role."""

    in_use: str
    candidate: str | None
    previous: str | None
    fault: str | None


class TrainingShape(TypedDict):
    """A training: what it does, or what became of it."""

    state: Literal["running", "done", "failed"]
    step: str
    started_at: str
    started_by: str
    ended_at: str | None
    fault: str
    marks: int
    current: str
    candidate: str


class LostEventShape(TypedDict):
    """A golden event that the candidate does not recall."""

    key: str
    date: str
    event: str


class ChangedArticleShape(TypedDict):
    """A stored article whose outcome the candidate changes."""

    key: str
    title: str
    language: str | None
    seen_at: str
    score_before: float
    score_after: float


class PackChangesShape(TypedDict):
    """What the candidate changes in the articles of the last days."""

    articles: int
    days: int
    flagged_before: int
    newly: int
    no_longer: int
    newly_flagged: list[ChangedArticleShape]
    no_longer_flagged: list[ChangedArticleShape]


class PackComparisonShape(TypedDict):
    """The candidate against the pack in use; `rows` are figure, in use, candidate in words."""

    held_out: int
    says_little: bool
    mended: int
    broken: int
    rows: list[list[str]]
    figures: dict[str, object]
    golden_lost: list[LostEventShape]
    changes: PackChangesShape


class JudgingProcessShape(TypedDict):
    """A running process, and the pack that it judges by."""

    pid: int
    role: str
    pack: str


class TeachingShape(TypedDict):
    """Everything about teaching."""

    progress: MarkProgressShape
    disagreeing: DisagreeingMarksShape
    packs: PacksShape
    last_training: TrainingShape | None
    comparison: PackComparisonShape | None
    processes: list[JudgingProcessShape]


class PackSwitchShape(TypedDict):
    """The pack in use before and now; `faults` say why better packs were passed over."""

    before: str
    in_use: str
    faults: list[str]


class RecallStratumShape(TypedDict):
    """A range of scores, and the answers to the articles that were drawn of it."""

    name: str
    flagged: bool
    articles: int
    mean_score: float
    drawn: int
    answered: int
    relevant: int


class RecallShape(TypedDict):
    """The estimated recall with its 95 % interval; null without any answer.

    `topic` is null for all topics together.
    """

    topic: str | None
    weeks: int
    recall: float | None
    interval: list[float] | None
    missed: float | None
    answers: int
    answers_to_halve: int | None
    widest: str | None
    strata: list[RecallStratumShape]
    sentence: str
