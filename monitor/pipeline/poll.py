"""Poll: ask the feeds that are due, judge what is new, and commit it with the alerts it causes.

    feeds that are due → collect → what is new → judge → decide
                                                           │      ONE transaction, all or nothing
                             group copies → group stories → match → commit   poll state + articles +
                                                                 decisions + stories + alerts

The store and the classifier live in one worker thread (`run_in_store`).  Copies and stories are
grouped and alerts matched in the transaction: of two processes each must see the other's articles.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from monitor import failpoints
from monitor.domain.alerts import PollCounts, PollResult
from monitor.domain.articles import Article
from monitor.domain.feeds import ClaimedFeed
from monitor.pipeline import outcome_logs, poisoned, stages
from monitor.pipeline.collection import AnswerQueue, FeedAnswer, collect
from monitor.pipeline.lease_renewal import LeaseRenewer
from monitor.pipeline.poisoned import EntryFaults
from monitor.pipeline.poll_context import PollContext, running_clock
from monitor.pipeline.poll_results import poll_result
from monitor.store.commit.polls import LookUps


async def poll(
    claimed: Sequence[ClaimedFeed],
    now: datetime,
    context: PollContext,
    *,
    alert_backlog: bool = False,
    started: float | None = None,
    on_commit: Callable[[Sequence[PollResult]], None] = lambda results: None,
) -> list[PollCounts]:
    """Ask each of these feeds once; store what is new with its alerts.

    Answers are committed in groups as they come, and `on_commit` is called with each group: a slow
    publisher delays nobody.  Nothing a publisher sends makes this raise; a StoreError does.
    The feeds were claimed at `now`, when `time.monotonic()` was `started`; None: this moment.
    """
    answers = AnswerQueue(context.documents, awaited=len(claimed))
    tasks: list[asyncio.Task[None]] = []
    counts: list[PollCounts] = []
    clock = running_clock(now, started)
    leases = LeaseRenewer(
        claimed,
        lambda pending, until: context.run_in_store(
            partial(context.store.feeds.extend, pending, until)
        ),
        clock=clock,
        lease=context.lease,
        until=now + context.lease,
    )
    try:
        memories = await _memories(claimed, context)
        for claim in claimed:
            memory = memories.get(claim.feed.key, b"")
            collecting = collect(
                claim, memory, context, answers, leases.while_held, alert_backlog=alert_backlog
            )
            tasks.append(asyncio.create_task(collecting))
        async with leases:
            while answers.awaited:
                group = await answers.next_group()
                work = partial(judge_and_commit, group, now, context, alert_backlog, clock)
                results = await context.run_in_store(work)
                for answer in group:
                    leases.done(answer.claimed.token)
                counts += [result.counts() for result in results]
                on_commit(results)
                del group, work, results  # no document is held while the next is waited for
    finally:
        for task in tasks:
            task.cancel()
        answers.close()
        if leases.pending:  # on shutdown, and late ones: release the feeds that are still due
            release = partial(context.store.feeds.release, leases.pending)
            await asyncio.shield(context.run_in_store(release))
    return counts


async def _memories(claimed: Sequence[ClaimedFeed], context: PollContext) -> Mapping[str, bytes]:
    """By feed key, what the parser remembers of the documents that were read before."""
    keys = [claim.feed.key for claim in claimed if claim.feed.poll.first_ok_at]
    return await context.run_in_store(partial(context.store.feeds.memories, keys)) if keys else {}


def judge_and_commit(
    answers: Sequence[FeedAnswer],
    now: datetime,
    context: PollContext,
    alert_backlog: bool,
    clock: Callable[[], datetime],
) -> list[PollResult]:
    """Judge what is new or edited in these answers and commit all that they changed."""
    live, store, faults = context.live.get(), context.store, EntryFaults()
    give_way = context.give_way
    new_entries = poisoned.what_is_new(answers, store.articles, now, faults, give_way)
    judge = stages.StepwiseJudge(live.topics, give_way)
    judged_entries = poisoned.judge(answers, new_entries, judge, faults)
    judged_entries = stages.remember(judged_entries, live.topics, store.remembered, now)
    results: list[PollResult] = []
    before: dict[str, Article] = {}  # by key, what edited articles were
    for answer, new, entries in zip(answers, new_entries, judged_entries, strict=True):
        feed = answer.feed
        articles = poisoned.decide(feed, entries, live, now, faults, alert_backlog=alert_backlog)
        before |= {entry.key: entry.before for entry in new if entry.before}
        compute = partial(
            poll_result,
            articles=articles,
            edited_keys=before.keys(),
            now=now,
            intervals=live.intervals,
            limits=context.staleness,
        )
        results.append(poisoned.result(answer, faults, compute))
    audience = stages.audience(before, now, context.store, clock()) if any(judged_entries) else None
    if audience is not None and context.stories is not None:
        context.stories.encode(results, give_way)

    def group_and_match(polls: Sequence[PollResult], look_ups: LookUps) -> Sequence[PollResult]:
        if audience is None:
            return polls
        copied = stages.group_copies(polls, look_ups.find_candidates, audience, give_way)
        grouped = stages.group_stories(copied, look_ups.stories, context.stories, give_way)
        matched = stages.match_alerts(grouped, audience)
        return stages.tell_of_stories(matched, look_ups.stories, audience, context.stories)

    failpoints.hit(failpoints.Point.JUDGED)
    committed = store.commit(results, group_and_match)
    failpoints.hit(failpoints.Point.COMMITTED)
    outcome_logs.log_new_failures(answers, committed)
    return committed
