"""Stories: articles that report one event, in every outlet and language, and what changed them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.domain.keys import key_of

METHOD = "method"  # who did it, where no person did
QUIET_AFTER = timedelta(hours=48)  # without a new article; later ones may still join
CLOSED_AFTER = timedelta(days=8)


class StoryPhase(enum.StrEnum):
    """How long ago the last article came."""

    OPEN = "open"
    QUIET = "quiet"  # nothing for two days
    CLOSED = "closed"  # nothing for eight days: no article joins any more
    MERGED = "merged"  # into another one


class Repeat(enum.StrEnum):
    """Which further articles of a story that was told are told, too."""

    FACTS = "facts"  # those that bring something new: a figure, a claimant, a theme
    STORY = "story"  # none
    EVERY = "every"  # all of them


class Standing(enum.StrEnum):
    """Whether an article of a story counts: is told, counted, and states figures there."""

    RELEVANT = "relevant"  # since it came
    REVIEW = "review"  # not yet: a person is asked
    CONFIRMED = "confirmed"  # it came in review, and counts since somebody confirmed it


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One concrete happening or announcement, with its updates."""

    key: str
    number: int  # ascending in the order of creation
    title: str  # the first article's headline, or the name that a person gave
    renamed_by: str | None = None
    language: str | None = None  # of the title
    first_at: datetime
    last_at: datetime
    articles: int = 0  # copies included, those in review left out
    merged_into: str | None = None  # a story's key

    def phase(self, now: datetime) -> StoryPhase:
        """The phase at `now`."""
        if self.merged_into is not None:
            return StoryPhase.MERGED
        quiet = now - self.last_at
        if quiet > CLOSED_AFTER:
            return StoryPhase.CLOSED
        return StoryPhase.QUIET if quiet > QUIET_AFTER else StoryPhase.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingReason:
    """Why an article is in its story, as it was at its arrival."""

    sentence: str  # what kind of reason: "founded the story", "a copy of …"
    shared: tuple[str, ...] = ()  # concepts that it has in common with `nearest`
    nearest: str | None = None  # the article of the story that is most like it
    probability: float = 0.0  # that it and `nearest` report one event
    mean: float = 0.0  # the mean over the articles of the story
    hours_apart: float = 0.0  # from `nearest`
    next_story: int | None = None  # the number of the next best story
    next_mean: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedWords:
    """What was read of an article when it was grouped."""

    title: str
    opening: str
    language: str
    source: str
    embedding: str = ""  # as `stories.embeddings` writes it; empty: none was made


class Stance(enum.StrEnum):
    """What a party says about a claim."""

    ASSERTED = "asserted"  # says so itself, first or too
    CONFIRMED = "confirmed"
    DENIED = "denied"
    DECLINED = "declined"  # to comment
    SILENT = "silent"  # was asked and did not answer, or was expected to speak


SAYS_NOTHING = (Stance.DECLINED, Stance.SILENT)

_LONGEST_ABBREVIATION = 4  # of a party's slug: "un", "nato"


def party_title(slug: str) -> str:
    """A party for readers: "Moscow", "NATO"."""
    return slug.upper() if len(slug) <= _LONGEST_ABBREVIATION and slug != "kyiv" else slug.title()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One stance of one party, with the sentence of the article that reports it."""

    party: str  # a slug of the pack's parties
    stance: Stance
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedArticle:
    """An article of a story."""

    article_key: str
    story: int  # its number
    copy_key: str
    copy_of: str | None = None  # the grouped article that this one follows
    origin: str  # the agency that it cites, or its feed
    at: datetime  # published, or seen
    window_at: datetime | None = None  # its place in the window; None: `at`
    pinned: bool = False  # a person put it here, and the method leaves it here
    standing: Standing = Standing.RELEVANT
    words: GroupedWords | None = None  # None: a copy, or closed long ago
    links: Mapping[str, float] = field(default_factory=dict)  # earlier article → probability
    why: GroupingReason
    statements: tuple[Statement, ...] = ()  # of parties, in the order of its text


class StoryEventKind(enum.StrEnum):
    """What happened to a story."""

    REOPENED = "reopened"  # an article came after two quiet days
    MOVED = "moved"  # some articles went to another story
    MERGED = "merged"  # all of them did
    SPLIT = "split"  # some became a story of their own
    RENAMED = "renamed"
    UNDONE = "undone"  # a merge, a split or a move was taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """One change of a story: recorded for good, by whom and why."""

    story: int  # the story that changed: of a merge, the one that ended
    kind: StoryEventKind
    at: datetime
    by: str = METHOD
    reason: str
    other: int | None = None  # where the articles went
    articles: tuple[str, ...] = ()  # that went there
    pinned_before: tuple[str, ...] = ()  # of these and the story's: those a person had put there
    undone: bool = False

    @property
    def key(self) -> str:
        """The same for the same change, however often it is recorded."""
        return key_of(
            "story event",
            str(self.story),
            self.kind,
            self.at.isoformat(),
            self.by,
            str(self.other),
            *self.articles,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStory:
    """A story that begins, with the article that began it."""

    number: int
    article_key: str
    title: str
    language: str | None
    at: datetime

    @property
    def key(self) -> str:
        """Of the article, and of the number: an article may begin a story again after a split."""
        return key_of("story", self.article_key, str(self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedPlace:
    """An article that was in its story as one in review, and counts there from now on."""

    article_key: str
    story: int
    at: datetime  # published, or seen
    begins_story: bool = False  # no article counted there before
    statements: tuple[Statement, ...] = ()  # of parties, in the order of its text


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChanges:
    """What a group of new articles changes: stored with them, in their transaction."""

    created: tuple[NewStory, ...] = ()
    grouped: tuple[GroupedArticle, ...] = ()
    confirmed: tuple[ConfirmedPlace, ...] = ()
    renewed: tuple[NewStory, ...] = ()  # had articles in review only: begin with this one instead
    moves: tuple[tuple[str, int], ...] = ()  # article that was grouped before → story
    events: tuple[StoryEvent, ...] = ()
    state: str = ""  # the digest of all changes until now; empty: nothing was grouped
    forget_before: datetime | None = None  # words of earlier articles are not needed any more

    def __bool__(self) -> bool:
        return bool(self.grouped or self.confirmed)


NO_CHANGES = StoryChanges()
