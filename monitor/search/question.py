"""The tree of a search question: words, conditions on fields, and their combinations."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from monitor.domain.errors import ConfigError


class QuestionError(ConfigError):
    """A question that can't be understood: the place, the fault and a suggestion."""

    def __init__(self, question: str, place: int, fault: str) -> None:
        self.question = question
        self.place = place  # offset of the first wrong character
        self.fault = fault
        super().__init__(f"search, {self.with_place()}")

    def with_place(self) -> str:
        """The fault with its place, the question below it and a mark below that place."""
        pointer = " " * self.place + "^"
        return f"character {self.place + 1}: {self.fault}\n  {self.question}\n  {pointer}"


class QuestionTooSlow(ConfigError):
    """A question whose answer takes longer than a question may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the search took longer than {seconds:g} s: add a word that fewer articles have, a"
            " feed or a time (since:30d), or take a part of it out"
        )


class Where(enum.StrEnum):
    """The part of an article in which words are searched."""

    ANYWHERE = "anywhere"  # headline or text
    TITLE = "title"
    TEXT = "text"
    AUTHOR = "author"
    TAG = "tag"  # of the publisher


class ArticleState(enum.StrEnum):
    """A state that `is:` names."""

    FLAGGED = "flagged"
    REJECTED = "rejected"
    NEAR = "near"  # within 0.05 of its threshold
    REVIEW = "review"  # doubtful: in the tier that a person is asked about
    MARKED = "marked"
    UNMARKED = "unmarked"
    RELEVANT = "relevant"  # as marked by a person
    IRRELEVANT = "irrelevant"
    CONTESTED = "contested"  # people disagree
    BACKLOG = "backlog"
    EDITED = "edited"
    COPIED = "copied"  # another feed has it, too
    TOLD = "told"  # an alert about it was accepted
    SILENCED = "silenced"
    HELD = "held"


class Sort(enum.StrEnum):
    """The order of the answers."""

    NEW = "new"  # the last stored first
    OLD = "old"
    SCORE = "score"  # the highest first, the last stored among equals


@dataclass(frozen=True, slots=True)
class SearchPosition:
    """A place in the order of the answers: that of an article."""

    number: int  # of the article
    score: float


class Comparison(enum.StrEnum):
    """How a number is compared."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Words:
    """Words in a row; `any_ending`: the last is the beginning of a word."""

    words: str
    where: Where = Where.ANYWHERE
    any_ending: bool = False


@dataclass(frozen=True, slots=True)
class MatchesPattern:
    """A regular expression (RE2) matches somewhere in headline and text; case does not count."""

    pattern: str


@dataclass(frozen=True, slots=True)
class OfTheme:
    """The article counts for the theme."""

    slug: str


@dataclass(frozen=True, slots=True)
class OfTopic:
    """The article is relevant for the topic."""

    name: str


@dataclass(frozen=True, slots=True)
class InStory:
    """The article is in the story whose key begins so; also one that was merged into it."""

    key: str


@dataclass(frozen=True, slots=True)
class StatesFigure:
    """The article states a figure of the kind, and one of its values meets the comparison."""

    kind: str
    comparison: Comparison | None = None  # None: any value
    number: float = 0.0


@dataclass(frozen=True, slots=True)
class NamesClaimant:
    """A figure of the article is claimed by the party, or by somebody whose name contains this."""

    name: str


@dataclass(frozen=True, slots=True)
class ThemeProbability:
    """The probability of a theme, compared with a number from 0 to 1."""

    slug: str
    comparison: Comparison
    number: float


@dataclass(frozen=True, slots=True)
class Score:
    """The score, compared with a number from 0 to 1."""

    comparison: Comparison
    number: float


@dataclass(frozen=True, slots=True)
class NearLine:
    """The score is at most so far from its threshold, above or below."""

    distance: float


@dataclass(frozen=True, slots=True)
class FromFeed:
    """The feed by its key (4 digits or more), a part of its title, or a tag of the operator."""

    reference: str


@dataclass(frozen=True, slots=True)
class Language:
    """The language: "en" includes "en-GB"."""

    code: str


@dataclass(frozen=True, slots=True)
class Site:
    """The host of the article's address; "example.org" includes "www.example.org"."""

    host: str


@dataclass(frozen=True, slots=True)
class RuleMatched:
    """A keyword rule with this name matched."""

    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason of the decision, a value of `DecisionReason`."""

    reason: str


@dataclass(frozen=True, slots=True)
class DecisiveTerm:
    """A term that the decision names, in any capitals."""

    text: str


@dataclass(frozen=True, slots=True)
class InState:
    """The article is in this state."""

    state: ArticleState


@dataclass(frozen=True, slots=True)
class Period:
    """Seen or published from `since` until before `until`; None: without this limit."""

    field: str  # "seen" | "published"
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that the part does not find."""

    part: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """Articles that every part finds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Articles that any part finds."""

    parts: tuple[Node, ...]


Condition: TypeAlias = (
    Words
    | MatchesPattern
    | OfTheme
    | OfTopic
    | InStory
    | StatesFigure
    | NamesClaimant
    | ThemeProbability
    | Score
    | NearLine
    | FromFeed
    | Language
    | Site
    | RuleMatched
    | Reason
    | DecisiveTerm
    | InState
    | Period
)
Node: TypeAlias = Condition | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed question; `tree` is None where it asks for everything."""

    tree: Node | None
    sort: Sort = Sort.NEW
    # Each pattern of the tree, ready to be looked for in a text; patterns need a library.
    patterns: Mapping[str, Callable[[str], bool]] = field(compare=False, default_factory=dict)


def required_words(node: Node | None) -> Node | None:
    """Words that every article of the question has, as a tree of words; None: there are none."""
    if isinstance(node, AllOf):
        parts = [words for part in node.parts if (words := required_words(part))]
        return AllOf(tuple(parts)) if parts else None
    if isinstance(node, AnyOf):
        alternatives = [required_words(part) for part in node.parts]
        nonempty = [words for words in alternatives if words]
        return AnyOf(tuple(nonempty)) if len(nonempty) == len(alternatives) else None
    return node if isinstance(node, Words) else None


def leaves(node: Node | None) -> Iterator[Condition]:
    """Every condition of the tree, from left to right."""
    if isinstance(node, AllOf | AnyOf):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif node is not None:
        yield node
