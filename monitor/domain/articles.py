"""Articles, and what was decided about them: the nouns of judging."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SimilarArticles
from monitor.domain.tiers import Tier, tier_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the text and its weight in the score (log-odds; negative: against)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The pack's classification of one entry, before the operator's rules."""

    score: float  # 0..1, calibrated probability that the entry is relevant
    threshold: float  # the pack's
    review_threshold: float | None = None  # of the tier `review`; None: there is none
    themes: Mapping[str, float]  # slug → its probability if the entry is relevant
    theme_thresholds: Mapping[str, float]
    terms: tuple[Term, ...] = ()  # strongest first
    pack: str = ""  # "dprk-russia@1a2b3c4d5e6f": name and digest
    own_score: float | None = None  # without similar articles; None: it does not pass the gate
    similar: SimilarArticles | None = None  # that moved the score


class RuleAction(enum.StrEnum):
    FLAG = "flag"  # relevant, whatever the score
    BOOST = "boost"  # add to the score
    DROP = "drop"  # not relevant, whatever the score


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """An operator's keyword rule that matched an entry."""

    rule: str
    action: RuleAction
    terms: tuple[str, ...]  # as written in the text
    boost: float = 0.0  # added to the score by a boost rule
    theme: str | None = None


class DecisionReason(enum.StrEnum):
    """What the decision rests on."""

    SCORE = "score"  # at or above the threshold
    BELOW = "below"  # below the threshold
    BOOSTED = "boosted"  # a rule moved the score across the threshold
    FLAGGED = "flagged"  # by a rule
    DROPPED = "dropped"  # by a rule
    CONFIRMED = "confirmed"  # in review, whatever the score
    UNJUDGED = "unjudged"  # judging or storing it failed: the article says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an article is relevant, and everything needed to explain why."""

    relevant: bool
    reason: DecisionReason
    score: float  # 0..1, boosts included
    pack_score: float  # 0..1, without boosts: where other rules would start
    threshold: float
    themes: Mapping[str, float]
    labels: tuple[str, ...]  # its themes, the most probable first
    terms: tuple[Term, ...] = ()
    rules: tuple[RuleHit, ...] = ()
    pack: str = ""
    config: str = ""  # digest of the settings that the decision depends on
    review_threshold: float | None = None  # the least score of the tier `review`
    confirmed_by: str = ""  # who confirmed it in review
    own_score: float | None = None  # of the pack alone; None: it does not pass the gate
    similar: SimilarArticles | None = None  # that moved the score

    @property
    def topic(self) -> str:
        """The topic that was decided on: the name of its pack; empty of an unjudged entry."""
        return topic_of(self.pack)

    @property
    def tier(self) -> Tier:
        """Who hears of the article."""
        return tier_for(self.reason, self.score, self.review_threshold, self.relevant)


def topic_of(pack: str) -> str:
    """The topic of a pack's name and digest: "dprk-russia" of "dprk-russia@1a2b3c4d5e6f"."""
    return pack.partition("@")[0]


def tier_for(
    reason: DecisionReason, score: float, review_threshold: float | None, relevant: bool
) -> Tier:
    """The tier of a decision: only what is rejected by its score can be in review."""
    by_score = reason in (DecisionReason.BELOW, DecisionReason.BOOSTED)
    return tier_of(score, review_threshold if by_score else None, relevant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A stored entry; irrelevant ones are stored, too."""

    key: str  # digest of the feed and the guid, URL or title
    copy_key: str  # the same for copies of one article in all feeds
    feed_key: str
    alias: str = ""  # identifies it under any guid: mostly its URL
    entry: Entry
    decision: Decision  # the leading one: see `topics.topic_decisions`
    other_decisions: tuple[Decision, ...] = ()  # on the installation's other topics
    seen_at: datetime
    own_text: str | None = None  # the feed's text, if the entry's includes the page's
    page: str = ""  # what came of fetching its page; of an entry that can't be judged: why
    backlog: bool = False  # published before we monitored the feed; causes no alert
    edits: int = 0  # by its publisher; earlier wordings are stored as revisions
    edited_at: datetime | None = None
    text_pruned_at: datetime | None = None  # its text was removed then, as `[retention]` says

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decision on each topic, the leading one first."""
        return (self.decision, *self.other_decisions)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that the article is relevant for."""
        return tuple(decision.topic for decision in self.decisions if decision.relevant)

    @property
    def feed_entry(self) -> Entry:
        """The entry with the feed's text: edits and copies are recognised by it."""
        return self.entry if self.own_text is None else replace(self.entry, text=self.own_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed that published an article or a copy of it."""

    article_key: str  # of the copy
    feed_key: str
    feed_title: str
    url: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A person's judgement of an article on one topic; training examples for its pack."""

    article_key: str
    topic: str = ""  # that it answers for; empty: what leads the article when it is stored
    relevant: bool
    themes: tuple[str, ...] = ()  # of a relevant article; empty: not stated
    marked_at: datetime
    by: str = "operator"
    note: str = ""  # what the person says about it
