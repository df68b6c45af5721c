"""Articles, and what was decided about them: the nouns of judging."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.domain.feeds import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the text that moved the score, and how far (log-odds; below zero: against)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The pack's answer for one entry, before any rule of the operator's."""

    score: float  # 0..1, calibrated chance that the entry belongs to the topic
    threshold: float  # the pack's
    themes: Mapping[str, float]  # slug → probability
    theme_thresholds: Mapping[str, float]
    terms: tuple[Term, ...] = ()  # strongest first
    pack: str = ""  # "dprk-russia@1a2b3c4d5e6f": name and digest


class RuleAction(enum.StrEnum):
    FLAG = "flag"  # relevant, whatever the score
    BOOST = "boost"  # add to the score
    DROP = "drop"  # not relevant, whatever the score


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """An operator's keyword rule that applied to an entry."""

    rule: str
    action: RuleAction
    terms: tuple[str, ...]  # as they stand in the text
    boost: float = 0.0  # added to the score by a boost rule
    theme: str | None = None


class DecisionReason(enum.StrEnum):
    """What settled it."""

    SCORE = "score"  # at or above the threshold
    BELOW = "below"  # under it
    BOOSTED = "boosted"  # a rule lifted or lowered it across the threshold
    FLAGGED = "flagged"  # a rule said yes
    DROPPED = "dropped"  # a rule said no


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Does it matter, all told; and everything needed to say why."""

    relevant: bool
    reason: DecisionReason
    score: float  # 0..1, boosts included
    pack_score: float  # 0..1, the pack's own: what other rules would start from
    threshold: float
    themes: Mapping[str, float]
    labels: tuple[str, ...]  # the themes it counts for, strongest first
    terms: tuple[Term, ...] = ()
    rules: tuple[RuleHit, ...] = ()
    pack: str = ""
    config: str = ""  # digest of the settings that decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An entry we kept: all are kept, the rejected too."""

    key: str  # digest of feed and guid, url or title
    copy_key: str  # equal for copies of one article, in whichever feed
    feed_key: str
    alias: str = ""  # what it is known by under any guid: its address, mostly
    entry: Entry
    decision: Decision
    seen_at: datetime
    own_text: str | None = None  # the feed's, where the entry's has the page's in it
    page: str = ""  # what came of asking its page: "4,120 characters from the page"; "": not asked
    backlog: bool = False  # it was there before we watched; never alerts by itself
    edits: int = 0  # by its publisher since: this is the newest wording, the others are kept
    edited_at: datetime | None = None

    @property
    def feed_entry(self) -> Entry:
        """The entry with the feed's text: edits and copies are recognised by it."""
        return self.entry if self.own_text is None else replace(self.entry, text=self.own_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One of the feeds that brought an article, in these words or nearly."""

    article_key: str  # of the copy
    feed_key: str
    feed_title: str
    url: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a person said of an article; the pack learns from it."""

    article_key: str
    relevant: bool
    themes: tuple[str, ...] = ()  # of a relevant one; none: not said which
    marked_at: datetime
    by: str = "operator"
