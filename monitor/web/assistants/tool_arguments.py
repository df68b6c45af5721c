"""Arguments of the tools of assistants, checked as strictly as queries of the API."""

from __future__ import annotations

from pydantic import Field

from monitor.web.api.conventions.api_models import ApiModel, Whole
from monitor.web.api.resources.search_resource import LONGEST_QUESTION

LONGEST_LIST, USUAL_LIST = 50, 20
_SINCE = "Since `2d` ago, or a date or time; empty: no limit."
_AFTER = "The cursor `next` of the page before; empty: the first page."


class ListArguments(ApiModel):
    """Which part of a list."""

    limit: Whole = Field(USUAL_LIST, ge=1, le=LONGEST_LIST, description="Items at most.")
    after: str = Field("", max_length=200, description=_AFTER)


class SearchArguments(ListArguments):
    """Which articles."""

    question: str = Field(
        "",
        max_length=LONGEST_QUESTION,
        description="Words, and conditions such as `theme:arms`, `is:flagged`, `score>0.7`,"
        ' `since:7d`, `lang:ko`, `feed:NAME`, "an exact phrase", `-not`, `one OR other`,'
        " `sort:score`; empty: every article, the newest first.",
    )


class KeyArguments(ApiModel):
    """Which article."""

    key: str = Field(
        min_length=4, max_length=200, description="The key of an article, or its beginning."
    )


class StoryListArguments(ListArguments):
    """Which stories."""

    since: str = Field("", max_length=40, description=_SINCE)
    least_articles: Whole = Field(1, ge=1, le=10_000, description="With so many articles or more.")


class StoryArguments(ApiModel):
    """Which story."""

    key: str = Field(
        min_length=4, max_length=200, description="The key of a story, or its beginning."
    )


class FigureListArguments(ListArguments):
    """Which figures."""

    kind: str = Field("", max_length=100, description="Such as `soldiers`; empty: every kind.")
    claimant: str = Field("", max_length=200, description="A party, or a part of the claimant.")
    story: str = Field("", max_length=64, description="The key of a story.")
    since: str = Field("", max_length=40, description=_SINCE)


class JudgeArguments(ApiModel):
    """A text to judge."""

    title: str = Field(min_length=1, max_length=1_000, description="The headline.")
    text: str = Field("", max_length=50_000, description="What follows the headline.")
    topic: str = Field(
        "", max_length=200, description="Judge it for this topic; empty: for the first one."
    )


class SpanArguments(ApiModel):
    """Which span of time, until now."""

    since: str = Field("24h", min_length=2, max_length=20, description="Such as `24h`, `7d`.")
