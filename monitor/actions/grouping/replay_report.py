"""The report of a story replay: what would differ from the stored stories, as a job stores it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain import json_fields

MOST_LISTED = 100  # of joined stories, of split ones, and of moved articles
MOST_SHARES = 20  # of one joined or split story


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedStory:
    """A story for readers: of a stored one the key, with the name that a person may have given."""

    key: str | None  # None: it would begin with the replay
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryShare:
    """A story, and how many articles it shares with another one."""

    story: NamedStory
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedStories:
    """Stored stories of which articles would be in one story."""

    story: NamedStory
    stored: tuple[StoryShare, ...]  # the largest first
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitStory:
    """A stored story whose articles would be in several stories."""

    story: NamedStory
    replayed: tuple[StoryShare, ...]  # the largest first
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedArticle:
    """An article that would be in another story."""

    article: str  # its key
    title: str
    in_review: bool
    stored: NamedStory
    replayed: NamedStory
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """What would differ.  Lists have the first `MOST_LISTED`; the counts are of all."""

    since: datetime
    until: datetime
    topic: str
    story_data: str  # digest of the pack's data for stories
    encoder: bool  # whether articles were compared by the sentence encoder, too
    articles: int  # compared: in a stored story, and grouped anew
    copies: int  # go where their original goes
    without_story: int  # in no stored story, and would be in one
    stories_stored: int
    stories_replayed: int
    stories_same: int
    agreement: float  # B³ F1 of the replayed stories, with the stored ones as reference
    precision: float
    recall: float
    joined_count: int
    split_count: int
    moved_count: int
    joined: tuple[JoinedStories, ...]
    split: tuple[SplitStory, ...]
    moved: tuple[MovedArticle, ...]

    def as_json(self) -> dict[str, object]:
        """The result of the job."""
        return json_fields.from_dataclass(self)

    @classmethod
    def from_json(cls, result: Mapping[str, object]) -> ReplayReport:
        """The report that a job has stored.  Raise ValueError for another one's result."""
        from pydantic import TypeAdapter

        return TypeAdapter(cls).validate_python(result)

    @property
    def sentence(self) -> str:
        """ "12 of 15 stories would be the same, 2 joined, 1 split; 4 of 60 articles would move" """
        return (
            f"{self.stories_same:,} of {self.stories_stored:,} stories would be the same,"
            f" {self.joined_count:,} joined, {self.split_count:,} split;"
            f" {self.moved_count:,} of {self.articles:,} articles would move"
        )
