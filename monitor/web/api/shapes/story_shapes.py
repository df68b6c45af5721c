"""Shapes of stories and of the figures that they state."""

from __future__ import annotations

from typing_extensions import TypedDict

from monitor.domain.stories import Stance, StoryEventKind, StoryPhase
from monitor.stories.volume_spikes import SpikeSubject


class StoryHeadShape(TypedDict):
    """A story: one event in every outlet and language."""

    key: str
    title: str
    language: str | None
    renamed_by: str | None
    phase: StoryPhase
    first_at: str
    last_at: str
    articles: int
    merged_into: str | None


class ListedStoryShape(StoryHeadShape):
    """A story with its outlets and origins; `days` has its articles by day from the first one.

    Articles that wait for review are counted in `in_review` only.
    """

    outlets: int
    origins: int
    days: list[int]
    in_review: int


class StoryPageShape(TypedDict):
    """A page of stories, the one with the latest article first."""

    items: list[ListedStoryShape]
    next: str | None


class GroupingReasonShape(TypedDict):
    """Why an article is in its story."""

    sentence: str
    shared: list[str]
    nearest: str | None
    probability: float
    mean: float
    hours_apart: float
    next_best_mean: float | None


class StoryArticleShape(TypedDict):
    """An article of a story; `strand` groups those that are more alike."""

    key: str
    title: str
    url: str | None
    language: str | None
    feed: str
    feed_title: str
    at: str
    origin: str
    copy_of: str | None
    strand: int
    by_person: bool
    in_review: bool
    why: GroupingReasonShape


class ClaimSourceShape(TypedDict):
    """A sentence that states a claim."""

    article: str
    quote: str
    sentence: str


class ClaimShape(TypedDict):
    """A value of a kind by a claimant; an open end is null."""

    kind: str
    claimant: str
    party: str | None
    value_min: float | None
    value_max: float | None
    approx: bool
    first_at: str
    last_at: str
    superseded_by: int | None
    differs_from: list[int]
    sources: list[ClaimSourceShape]


class StoryEventShape(TypedDict):
    """What changed a story."""

    key: str
    kind: StoryEventKind
    at: str
    by: str
    reason: str
    story: str | None
    other: str | None
    articles: list[str]
    undone: bool


class MatrixCellShape(TypedDict):
    """What a party says about a claim, and in which sentence of which article.

    A party that was expected to speak and is silent has no sentence and no article: null.
    """

    stance: Stance
    sentence: str
    article: str | None
    at: str


class MatrixRowShape(TypedDict):
    """A claim, and what each party (by its slug) says about it."""

    claim: str
    cells: dict[str, MatrixCellShape]


class MatrixShape(TypedDict):
    """Which parties assert, confirm or deny each claim, or decline to comment."""

    parties: list[str]
    rows: list[MatrixRowShape]


class HeldBackShape(TypedDict):
    """An article that a subscription was not told, because it brings nothing new."""

    article: str
    subscription: str
    at: str
    reason: str


class StoryDetailShape(ListedStoryShape):
    """A story with its articles in order of time, its claims and its history."""

    articles_listed: list[StoryArticleShape]
    articles_omitted: int
    claims: list[ClaimShape]
    matrix: MatrixShape
    held_back: list[HeldBackShape]
    events: list[StoryEventShape]


class UsualBandShape(TypedDict):
    """The usual volume of a window, and how many comparable windows it was computed from."""

    low: float
    median: float
    high: float
    windows: int


class VolumeShape(TypedDict):
    """The articles of a theme or a story in the window that ends now.

    `usual` is null while too few comparable windows are known: then nothing is a spike.
    """

    subject: SpikeSubject
    name: str
    title: str
    volume: int
    hours: int
    usual: UsualBandShape | None
    windows: int
    is_spike: bool
    sentence: str


class SpikeShape(TypedDict):
    """A time in which a theme or a story was reported far more than usual."""

    key: str
    subject: SpikeSubject
    name: str
    title: str
    began_at: str
    last_at: str
    ended_at: str | None
    volume: int
    peak: int
    usual: UsualBandShape


class SpikeReportShape(TypedDict):
    """The volumes of now, and the spikes of a span, the newest first."""

    at: str
    since: str
    volumes: list[VolumeShape]
    spikes: list[SpikeShape]


class DecidedStoriesShape(TypedDict):
    """The stories after a decision by a person."""

    kind: StoryEventKind
    articles: list[str]
    story: StoryHeadShape
    other: StoryHeadShape | None


class StatedFigureShape(TypedDict):
    """A number of a kind that an article states; an open end is null."""

    key: str
    article: str
    title: str
    story: str | None
    value_min: float | None
    value_max: float | None
    approx: bool
    kind: str
    claimant: str
    party: str | None
    through: str | None
    at: str
    quote: str
    sentence: str
    corrected: bool


class FigurePageShape(TypedDict):
    """A page of figures, the newest first."""

    items: list[StatedFigureShape]
    next: str | None
