"""The stages after the confirmation of an article in review: group, match, tell of its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts import match
from monitor.domain.alerts import Alert, PollResult
from monitor.domain.articles import Article
from monitor.pipeline import stages
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.store.commit.polls import CompletePolls, LookUps
from monitor.store.store import Store


def confirmation_stages(
    before: Article, now: datetime, store: Store, grouping: StoryGrouping | None
) -> CompletePolls:
    """Complete the poll whose one edit is the confirmed article.

    `before` is the article as it was; `grouping` is None where the pack has no data for stories.
    Raise StoreError when the subscriptions can't be read.
    """
    audience = stages.audience({before.key: before}, now, store, now)

    def complete(polls: Sequence[PollResult], look_ups: LookUps) -> Sequence[PollResult]:
        grouped = stages.group_stories(polls, look_ups.stories, grouping)
        matched = [replace(poll, alerts=_alerts(poll, audience)) for poll in grouped]
        return stages.tell_of_stories(matched, look_ups.stories, audience, grouping)

    return complete


def _alerts(poll: PollResult, audience: stages.Audience) -> tuple[Alert, ...]:
    return match.alerts(
        poll.edited,
        audience.subscriptions,
        audience.before,
        audience.silences,
        audience.decided_at,
    )
