"""Review: list the doubtful articles, confirm one or reject it.

A confirmation makes the article relevant and alerts its subscribers, whatever was answered before.
A rejection takes it off the list.  Either is a mark, from which the classifier learns.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from monitor.actions import as_json
from monitor.actions.access import audit_log
from monitor.actions.as_json import JsonObject
from monitor.actions.teaching.marks import check_themes
from monitor.domain.articles import Article, DecisionReason, Mark
from monitor.domain.errors import ConfigError
from monitor.domain.tiers import Tier
from monitor.store.one_transaction import in_one_transaction
from monitor.store.teaching.review_list import REVIEW_SPAN

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.pipeline.grouping.story_grouping import StoryGrouping
    from monitor.store.commit.taken_back import StandingAlert
    from monitor.store.store import Store

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingArticle:
    """An article that waits for an answer."""

    article: Article
    feed_title: str

    def as_json(self) -> JsonObject:
        """The article as `review list --json` shows it."""
        article, decision = self.article, self.article.decision
        return {
            "key": article.key,
            "title": article.entry.title,
            "url": article.entry.url,
            "language": article.entry.language,
            "feed": article.feed_key,
            "feed_title": self.feed_title,
            "seen_at": as_json.instant(article.seen_at),
            "published_at": as_json.instant(article.entry.published_at),
            "score": as_json.score(decision.score),
            "threshold": decision.threshold,
            "review_threshold": decision.review_threshold,
            "theme_slugs": list(decision.labels),
            "topic": decision.topic,
        }


class ReviewResult(enum.StrEnum):
    """What an answer changed."""

    CONFIRMED = "confirmed"  # the article is relevant now
    REJECTED = "rejected"  # it waits no more
    ALREADY_CONFIRMED = "already confirmed"  # by somebody else
    CONTESTED = "contested"  # it was confirmed before, and stays so
    TAKEN_BACK = "taken back"  # a second reader had confirmed it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAnswer:
    """What a person answers."""

    article: str  # its key, or the beginning of it
    relevant: bool
    themes: tuple[str, ...] = ()  # only of a relevant article; empty: as the pack says
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The result of an answer."""

    article: Article  # as it is now
    result: ReviewResult
    alerts: int = 0  # that it caused
    withdrawn: int = 0  # alerts that were not sent yet
    standing: tuple[StandingAlert, ...] = ()  # alerts that can't be taken back

    @property
    def _withdrawal(self) -> str:
        """ "1 alert that was not sent yet is withdrawn; sent before: to Desk (1a2b3c4d)" """
        noun = "alert that was" if self.withdrawn == 1 else "alerts that were"
        verb = "is" if self.withdrawn == 1 else "are"
        parts = [f"{self.withdrawn} {noun} not sent yet {verb} withdrawn"] if self.withdrawn else []
        if self.standing:
            names = ", ".join(f"{alert.subscription} ({alert.key[:8]})" for alert in self.standing)
            parts.append(f"alerts that can't be taken back: to {names}")
        return "; ".join(parts) or "nobody was alerted"

    @property
    def sentence(self) -> str:
        """ "Confirmed: 2 alerts go out." """
        by = self.article.decision.confirmed_by
        match self.result:
            case ReviewResult.CONFIRMED:
                alerts = "1 alert follows" if self.alerts == 1 else f"{self.alerts} alerts follow"
                return f"Confirmed: {alerts}."
            case ReviewResult.REJECTED:
                return "Rejected: nobody is alerted."
            case ReviewResult.TAKEN_BACK:
                return (
                    "The second reader's answer is taken back: the article is not relevant, and"
                    f" left its story; {self._withdrawal}."
                )
            case ReviewResult.ALREADY_CONFIRMED:
                return f"{by} has confirmed it already, and alerts were made then."
            case ReviewResult.CONTESTED:
                return (
                    f"{by} has confirmed it, and alerts can't be taken back.  Your answer is kept"
                    " as a mark: the article is contested."
                )

    def as_json(self) -> JsonObject:
        """The result as `review confirm --json` shows it."""
        return {
            "key": self.article.key,
            "result": self.result,
            "tier": self.article.decision.tier,
            "confirmed_by": self.article.decision.confirmed_by or None,
            "alerts": self.alerts,
            "withdrawn": self.withdrawn,
            "standing": [
                {"alert": alert.key, "subscription": alert.subscription, "state": alert.state}
                for alert in self.standing
            ],
            "sentence": self.sentence,
        }


def list_review(
    store: Store,
    now: datetime,
    *,
    since: datetime | None = None,
    limit: int = MOST,
    topic: str = "",
) -> list[WaitingArticle]:
    """The articles that wait for an answer, the newest first; by default of the last 30 days.

    Of one `topic` those that it leads; an empty one: of all.
    """
    first = since or now - REVIEW_SPAN
    waiting = store.review_list.list(since=first, limit=limit, topic=topic)
    titles = store.feeds.titles({article.feed_key for article in waiting})
    return [
        WaitingArticle(article=article, feed_title=titles.get(article.feed_key, ""))
        for article in waiting
    ]


@in_one_transaction
def answer_review(
    store: Store,
    answer: ReviewAnswer,
    caller: Caller,
    now: datetime,
    *,
    topic_themes: Collection[str],
    grouping: StoryGrouping | None,
) -> Reviewed:
    """Confirm or reject an article in review; the answer is a mark of the caller.

    An article that somebody has answered may be answered again: see `ReviewResult`.  Raise
    ConfigError when there is no such article, when it never was in review, or when a theme is not
    of the topic or is given to an irrelevant article.
    """
    check_themes(answer.relevant, answer.themes, topic_themes)
    article = store.articles.find(answer.article)
    if article is None:
        raise ConfigError(f"no article {answer.article!r}: `monitor review list` shows keys")
    _check_is_in_review(article)
    mark = Mark(
        article_key=article.key,
        relevant=answer.relevant,
        themes=answer.themes,
        marked_at=now,
        by=caller.name,
        note=answer.note,
    )
    if answer.relevant:
        return _confirm(store, article, mark, caller, grouping)
    return _reject(store, mark, caller)


def _check_is_in_review(article: Article) -> None:
    decision = article.decision
    if decision.reason is DecisionReason.CONFIRMED:
        return
    if decision.tier is Tier.REVIEW and not article.backlog:
        return
    if decision.relevant:
        why = "it is flagged already"
    elif article.backlog:
        why = "it was there before its feed was watched"
    else:
        why = f"its score is {decision.score:.2f}, or a rule drops it"
    raise ConfigError(
        f"the article {article.key[:8]} is not in review: {why}; `monitor marks` takes your mark"
    )


def _reject(store: Store, mark: Mark, caller: Caller) -> Reviewed:
    taken_back = store.take_back(mark, uuid4().hex)
    if taken_back is None:
        raise ConfigError(f"the article {mark.article_key[:8]} was removed meanwhile")
    article = taken_back.article
    if not taken_back.is_taken_back:
        is_confirmed = article.decision.reason is DecisionReason.CONFIRMED
        result = ReviewResult.CONTESTED if is_confirmed else ReviewResult.REJECTED
        return Reviewed(article=article, result=result)
    counts = {"withdrawn": taken_back.withdrawn, "standing": len(taken_back.standing)}
    changed = audit_log.Changed(after=counts)
    audit_log.record(store, caller, "take back confirmation", article.key, mark.marked_at, changed)
    return Reviewed(
        article=article,
        result=ReviewResult.TAKEN_BACK,
        withdrawn=taken_back.withdrawn,
        standing=taken_back.standing,
    )


def _confirm(
    store: Store, article: Article, mark: Mark, caller: Caller, grouping: StoryGrouping | None
) -> Reviewed:
    from monitor.pipeline.review.confirmation_stages import confirmation_stages
    from monitor.store.commit.confirmations import ConfirmationRequest

    now = mark.marked_at
    complete = confirmation_stages(article, now, store, grouping)
    request = ConfirmationRequest(
        article_key=article.key,
        by=caller.name,
        at=now,
        themes=mark.themes,
        mark=mark,
        act=uuid4().hex,
    )
    confirmation = store.confirm(request, complete)
    if confirmation is None:
        raise ConfigError(f"the article {article.key[:8]} was removed meanwhile")
    if not confirmation.is_new:
        return Reviewed(article=confirmation.article, result=ReviewResult.ALREADY_CONFIRMED)
    count = len(confirmation.alerts)
    changed = audit_log.Changed(after={"alerts": count})
    audit_log.record(store, caller, "confirm article", article.key, now, changed)
    return Reviewed(article=confirmation.article, result=ReviewResult.CONFIRMED, alerts=count)
