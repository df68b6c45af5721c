"""Shapes of articles, their explanations and their marks."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

Probabilities = dict[str, float]

TierWord = Literal["alert", "review", "rejected"]


class SourceShape(TypedDict):
    """A feed that brought the article."""

    article: str
    feed: str
    feed_title: str
    url: str | None
    seen_at: str


class FullTextShape(TypedDict):
    """Whether the text is that of the article's page, and what came of reading the page."""

    taken: bool
    said: str | None


class ListedArticleShape(TypedDict):
    """An article as lists have it; `themes` and `labels` are older names of the next two.

    `topic` (of the decision) and `topics` (that it is relevant for) are there where it was judged
    for several topics.
    """

    key: str
    feed: str
    url: str | None
    title: str
    language: str | None
    published_at: str | None
    seen_at: str
    score: float
    relevant: bool
    tier: TierWord
    topic: NotRequired[str]
    topics: NotRequired[list[str]]
    themes: Probabilities
    labels: list[str]
    theme_probabilities: Probabilities
    theme_slugs: list[str]
    rules: list[str]
    backlog: bool
    full_text: FullTextShape
    edits: int
    edited_at: str | None
    text_pruned_at: str | None
    sources: list[SourceShape]


class ArticlePageShape(TypedDict):
    """A page of articles; `total_at_least` stands where counting all would take too long."""

    items: list[ListedArticleShape]
    next: str | None
    total: NotRequired[int]
    total_at_least: NotRequired[int]
    question: str
    indexed: NotRequired[int]
    articles: NotRequired[int]


class ArticleDocumentShape(TypedDict):
    """Everything that a question finds."""

    items: list[ListedArticleShape]


class TermShape(TypedDict):
    """A word that moved the score, in log-odds."""

    text: str
    weight: float


class RuleHitShape(TypedDict):
    """A keyword rule that matched."""

    rule: str
    action: str
    terms: list[str]
    theme: str | None


class MemoryShape(TypedDict):
    """Similar articles of the three days before; `shift` is what they added, in log-odds."""

    articles: int
    flagged: int
    own_score: float
    shift: float
    sentence: str


class DecisionShape(TypedDict):
    """What was decided, and by which versions."""

    relevant: bool
    tier: TierWord
    confirmed_by: str | None
    review_threshold: float | None
    reason: str
    score: float
    threshold: float
    themes: Probabilities
    labels: list[str]
    theme_probabilities: Probabilities
    theme_slugs: list[str]
    terms: list[TermShape]
    rules: list[RuleHitShape]
    pack: str
    config: str
    memory: MemoryShape | None


class OtherDecisionShape(DecisionShape):
    """A decision on a topic beside that of the leading decision."""

    topic: str


class ArticleShape(ListedArticleShape):
    """An article with its whole text."""

    feed_title: str
    author: str | None
    tags: list[str]
    text: str
    decision: DecisionShape
    other_decisions: NotRequired[list[OtherDecisionShape]]


class OutcomeShape(TypedDict):
    """What became of the article for one subscription, and why."""

    subscription: str
    state: str
    at: str | None
    why: str


# "from" is a keyword of Python; the article was so from then on.
RevisionShape = TypedDict(
    "RevisionShape", {"from": str, "title": str, "text": str, "decision": DecisionShape}
)


class SourceListShape(TypedDict):
    """Every feed that brought an article."""

    items: list[SourceShape]
    next: None


class RevisionListShape(TypedDict):
    """An article as it was before each edit, the oldest first."""

    items: list[RevisionShape]
    next: None


class OutcomeListShape(TypedDict):
    """What became of an article, for each subscription."""

    items: list[OutcomeShape]
    next: None


class MarkOfArticleShape(TypedDict):
    """The mark of one person, and the topic that it answers for."""

    by: str
    topic: str | None
    relevant: bool
    theme_slugs: list[str]


class StoryPlaceShape(TypedDict):
    """The story of an article, and why it is there."""

    key: str
    title: str
    articles: int
    why: dict[str, object]
    in_review: bool
    sentence: str


class SecondReadingShape(TypedDict):
    """What the second reader answered; `relevant` is null when it gave no usable answer."""

    at: str
    relevant: bool | None
    reason: str
    fault: str
    model: str
    prompt: str
    reused: bool
    sentence: str


class TopicReadingShape(SecondReadingShape):
    """What the second reader answered about a topic that does not lead the article."""

    topic: str


class JudgedShape(TypedDict):
    """A decision explained; `sentence` has the largest weight, `otherwise` what would change it."""

    title: str
    language: str | None
    feed_title: str
    text: str
    decision: DecisionShape
    sentence: dict[str, object] | None
    otherwise: dict[str, object] | None
    story: StoryPlaceShape | None
    no_story: NotRequired[str]
    second_reading: SecondReadingShape | None
    other_second_readings: NotRequired[list[TopicReadingShape]]
    subscriptions: list[OutcomeShape]


class ExplainedArticleShape(JudgedShape):
    """A stored article with its decision explained, its edits and its marks."""

    key: str
    feed: str
    url: str | None
    published_at: str | None
    seen_at: str
    score: float
    relevant: bool
    themes: Probabilities
    labels: list[str]
    theme_probabilities: Probabilities
    theme_slugs: list[str]
    rules: list[str]
    backlog: bool
    full_text: FullTextShape
    edits: int
    edited_at: str | None
    text_pruned_at: str | None
    sources: list[SourceShape]
    revisions: list[RevisionShape]
    marks: list[MarkOfArticleShape]
    contested: bool
