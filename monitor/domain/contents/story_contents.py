"""What messages say about stories: mentions, news, changes; with their stored JSON.

`from_json` reads the JSON of other versions too (see `json_fields`).  The keys are part of a
webhook's `data` (docs/webhooks): a contract.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from monitor.domain.json_fields import JsonObject, instant, integer, nested, objects, text, texts
from monitor.domain.messages import Content, MessageType


class NewsKind(enum.StrEnum):
    """What is new in an article."""

    STORY = "story"  # the first article of its story that the subscription gets
    FIGURE = "figure"  # a value that was not told yet
    CLAIMANT = "claimant"  # somebody else states a value that was told
    THEME = "theme"  # a theme that the story did not have yet
    STANCE = "stance"  # a party confirms or denies for the first time, or breaks its silence


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One new thing in an article, in words."""

    kind: str  # a value of NewsKind
    text: str  # "Seoul now says 600 killed"

    @classmethod
    def from_json(cls, json: JsonObject) -> News:
        return cls(kind=text(json, "kind"), text=text(json, "text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMention:
    """A story as a message names it, as it was then."""

    key: str
    title: str
    articles: int

    @classmethod
    def from_json(cls, json: JsonObject) -> StoryMention:
        return cls(
            key=text(json, "key"), title=text(json, "title"), articles=integer(json, "articles")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleMention:
    """An article as a message names it."""

    key: str
    title: str
    url: str | None

    @classmethod
    def from_json(cls, json: JsonObject) -> ArticleMention:
        return cls(key=text(json, "key"), title=text(json, "title"), url=text(json, "url") or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """A story of a digest, as it was when the digest was closed."""

    key: str
    title: str
    articles: int  # in all, copies included
    outlets: int
    origins: int
    new_articles: tuple[str, ...]  # keys of those that are in the digest
    news: tuple[News, ...]  # since the last digest
    figures: tuple[str, ...]  # the claims that stand, in words, the latest first
    held_back: int  # articles since the last digest that were not told

    @classmethod
    def from_json(cls, json: JsonObject) -> DigestStory:
        return cls(
            key=text(json, "key"),
            title=text(json, "title"),
            articles=integer(json, "articles"),
            outlets=integer(json, "outlets"),
            origins=integer(json, "origins"),
            new_articles=texts(json, "new_articles"),
            news=tuple(map(News.from_json, objects(json, "news"))),
            figures=texts(json, "figures"),
            held_back=integer(json, "held_back"),
        )


class StoryChange(enum.StrEnum):
    """How a story changed."""

    NEWS = "news"  # an article brought something new
    MERGED = "merged"  # a person moved all its articles to another story
    SPLIT = "split"  # a person made some of its articles another story
    UNDONE = "undone"  # a person put the articles of a merge, a split or a move back


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryUpdated(Content):
    """A story changed: an article brought something new, or a person merged or split it."""

    type = MessageType.STORY
    change: str = StoryChange.NEWS.value  # a value of StoryChange
    at: datetime | None = None
    story: StoryMention = field(default_factory=lambda: StoryMention(key="", title="", articles=0))
    news: tuple[News, ...] = ()  # of an article
    article: ArticleMention | None = None  # that brought the news
    other: StoryMention | None = None  # where a person put the articles
    moved: int = 0  # how many articles a person moved
    by: str = ""  # the person
    reason: str = ""  # the person's

    @classmethod
    def from_json(cls, json: JsonObject) -> StoryUpdated:
        article, other = nested(json, "article"), nested(json, "other")
        return cls(
            change=text(json, "change") or StoryChange.NEWS.value,
            at=instant(json, "at"),
            story=StoryMention.from_json(nested(json, "story")),
            news=tuple(map(News.from_json, objects(json, "news"))),
            article=ArticleMention.from_json(article) if article else None,
            other=StoryMention.from_json(other) if other else None,
            moved=integer(json, "moved"),
            by=text(json, "by"),
            reason=text(json, "reason"),
        )
