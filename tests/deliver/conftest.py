"""Fixtures for the tests of delivery: an article, an alert about it, the shared corpora."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.alerts import Alert, ChannelKind, Claim, Subscription
from monitor.domain.articles import (
    Article,
    Decision,
    DecisionReason,
    RuleAction,
    RuleHit,
    Source,
    Term,
)
from monitor.domain.feeds import Entry
from monitor.domain.messages import Message

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
THEMES = {"troops": "Troops", "arms": "Arms", "labour": "Labour"}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material beside the checkout."""
    folder = (Path(__file__).parents[2] / "../shared").resolve()
    if not folder.is_dir():
        pytest.skip(f"the shared corpora are not here: {folder}")
    return folder


@pytest.fixture(scope="session")
def decision() -> Callable[..., Decision]:
    """Make a decision; what a test does not name is ordinary."""

    def make(**changes: Any) -> Decision:
        usual = {
            "relevant": True,
            "reason": DecisionReason.SCORE,
            "score": 0.93,
            "pack_score": 0.83,
            "threshold": 0.5,
            "themes": {"troops": 0.94, "arms": 0.62, "labour": 0.05},
            "labels": ("troops", "arms"),
            "terms": (
                Term(text="kursk", weight=2.31),
                Term(text="brigade", weight=1.4),
                Term(text="exercise", weight=-0.42),
            ),
            "rules": (
                RuleHit(
                    rule="sappers",
                    action=RuleAction.BOOST,
                    terms=("Sapper",),
                    boost=0.1,
                    theme=None,
                ),
            ),
            "pack": "dprk-russia@1a2b3c4d5e6f",
            "config": "abcdef012345",
        }
        return Decision(**(usual | changes))

    return make


@pytest.fixture(scope="session")
def article(decision: Callable[..., Decision]) -> Callable[..., Article]:
    """Make an article; `decided` changes its decision, the rest its entry."""

    def make(title: str = "Sappers seen in Kursk", **changes: Any) -> Article:
        decided = changes.pop("decided", {})
        key = changes.pop("key", "a" * 32)
        usual = {
            "title": title,
            "text": "A brigade arrived in January, officials in Seoul said.",
            "url": "https://news.example.org/2025/kursk?id=1&page=2",
            "language": "en",
            "published_at": NOW - timedelta(minutes=30),
        }
        return Article(
            key=key,
            copy_key="c" * 32,
            feed_key="f" * 32,
            entry=Entry(**(usual | changes)),
            decision=decision(**decided),
            seen_at=NOW,
        )

    return make


@pytest.fixture(scope="session")
def subscription() -> Callable[..., Subscription]:
    """Make a subscription."""

    def make(**changes: Any) -> Subscription:
        usual = {
            "key": "5" * 32,
            "name": "Europe desk",
            "channel": ChannelKind.EMAIL,
            "address": "desk@example.org",
            "created_at": NOW,
        }
        return Subscription(**(usual | changes))

    return make


@pytest.fixture(scope="session")
def claim(
    article: Callable[..., Article], subscription: Callable[..., Subscription]
) -> Callable[..., Claim]:
    """Make a claim of an alert about these articles; about one if none is given."""

    def make(*articles: Article, feed_title: str = "Yonhap News", **fields: Any) -> Claim:
        article_list = articles or (article(),)
        to = subscription(**fields)
        return Claim(
            alert=Alert(
                key="e" * 32,
                subscription_key=to.key,
                article_keys=tuple(member.key for member in article_list),
                created_at=NOW - timedelta(minutes=5),
                due_at=NOW,
            ),
            subscription=to,
            articles=article_list,
            feed_titles={"f" * 32: feed_title},
            token="token",
        )

    return make


@pytest.fixture(scope="session")
def message() -> Callable[..., Message]:
    """Make a message, as the renderer would."""

    def make(**changes: Any) -> Message:
        usual = {
            "key": "e" * 32,
            "subject": "[dprk-russia][troops] Sappers seen in Kursk",
            "text": "Sappers seen in Kursk\n",
            "html": "<!DOCTYPE html>\n<p>Sappers seen in Kursk</p>\n",
            "type": "article.flagged",
            "data": {"alert": "e" * 32, "article": {"title": "Sappers", "summary": "Seen."}},
            "topic": "dprk-russia",
            "thread_key": "e" * 32,
            "created_at": NOW - timedelta(minutes=5),
        }
        return Message(**(usual | changes))

    return make


@pytest.fixture(scope="session")
def theme_titles() -> dict[str, str]:
    return THEMES


def eleven_sources(article_list: Article) -> tuple[Source, ...]:
    """The article's own feed, and ten others with the same text."""
    return tuple(
        Source(
            article_key=str(number),
            feed_key=feed,
            feed_title=f"Outlet <{number}>",
            url=f"https://outlet{number}.example/a" if number else None,
            seen_at=article_list.seen_at,
        )
        for number, feed in enumerate([article_list.feed_key, *"abcdefghij"])
    )
