"""Poisoned entries: one that makes our code raise while it is judged costs itself alone.

It is stored unjudged, with the reason, and its feed is degraded; all other entries are judged.  A
fault that a plain entry meets too is not the entry's: its feed fails, and nothing of the document
is taken as read.  (For faults while storing see `store/commit/faulty_articles.py`.)
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import TypeVar

from monitor.articles import identity
from monitor.articles.identity import NewEntry
from monitor.articles.unjudged import unjudged
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, RuleHit
from monitor.domain.errors import FetchError, MonitorError
from monitor.domain.feeds import Entry, Feed, Parsed, PollState, bare_entry
from monitor.domain.keys import key_of
from monitor.domain.ports import GiveWay, never_wait
from monitor.domain.reasons import FeedReason
from monitor.pipeline import stages
from monitor.pipeline.collection import FeedAnswer
from monitor.pipeline.poll_context import LiveSettings
from monitor.pipeline.stages import JudgedEntry, StepwiseJudge, Verdicts
from monitor.polling import poll_state
from monitor.store.repositories.articles import Articles

log = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
PLAIN = Entry(title="A plain headline", text="A plain text of a few words.")


def isolated(
    items: Sequence[ItemT], work: Callable[[Sequence[ItemT]], Sequence[ResultT]]
) -> list[ResultT | Exception]:
    """The result of `work` for each item, or what it raises for that item alone; by halving.

    Errors that we raise on purpose, as for a broken pack or database, are raised.
    """
    try:
        return list(work(items))
    except MonitorError:
        raise
    except Exception as error:  # noqa: BLE001 - a loop edge: one item harms only itself
        if len(items) == 1:
            return [error]
    half = len(items) // 2
    return [*isolated(items[:half], work), *isolated(items[half:], work)]


@dataclass(slots=True)
class EntryFaults:
    """What could not be judged in one group of answers, by feed key."""

    entries: dict[str, list[tuple[NewEntry, Exception]]] = field(default_factory=dict)
    feeds: dict[str, Exception] = field(default_factory=dict)  # whose answer can't be used at all

    def add(self, feed: Feed, new: NewEntry, error: Exception) -> None:
        """This entry can't be judged."""
        fields = {"feed": feed.url, "title": new.entry.title, "error": repr(error)}
        log.error("poll.faulty_entry", extra=fields, exc_info=error)
        self.entries.setdefault(feed.key, []).append((new, error))

    def add_feed(self, feed: Feed, error: Exception) -> None:
        """Nothing of this feed can be judged."""
        log.error("poll.faulty_feed", extra={"feed": feed.url}, exc_info=error)
        self.feeds[feed.key] = error

    def usable(self, answer: FeedAnswer) -> FeedAnswer:
        """The answer, or the error that stands for one that can't be used."""
        error = self.feeds.get(answer.feed.key)
        if error is None:
            return answer
        reason = FetchError(FeedReason.CRASH, f"its entries can't be judged: {error!r}")
        return FeedAnswer(claimed=answer.claimed, error=reason)

    def articles(self, feed: Feed, live: LiveSettings, now: datetime) -> list[Article]:
        """The entries of this feed that could not be judged, as articles to store."""
        articles = []
        for new, error in self.entries.get(feed.key, ()):
            entry = replace(new, page=f"not judged: {error!r}")
            decisions = new.before.decisions if new.before else (unjudged(live.config),)
            articles.append(identity.article_from(entry, feed, decisions, now, backlog=False))
        return articles

    def state(self, feed: Feed, state: PollState) -> PollState:
        """`state`, degraded where an entry of the feed could not be judged."""
        faults = self.entries.get(feed.key)
        if not faults:
            return state
        new, error = faults[0]
        noun = "entry" if len(faults) == 1 else "entries"
        title = f"the first ({new.entry.title[:80]!r})"
        sentence = f"{len(faults)} {noun} could not be judged; {title}: {error!r}"
        return poll_state.degraded(state, sentence)


def what_is_new(
    answers: Sequence[FeedAnswer],
    articles: Articles,
    now: datetime,
    faults: EntryFaults,
    give_way: GiveWay = never_wait,
) -> list[list[NewEntry]]:
    """Of each answer the new and edited entries, without those at fault."""
    outcomes = isolated(answers, lambda part: stages.what_is_new(part, articles, now, give_way))
    new: list[list[NewEntry]] = []
    for answer, outcome in zip(answers, outcomes, strict=True):
        if isinstance(outcome, Exception):
            new.append(_new_without_faulty(answer, articles, now, faults))
        else:
            new.append(outcome)
    return new


def _new_without_faulty(
    answer: FeedAnswer, articles: Articles, now: datetime, faults: EntryFaults
) -> list[NewEntry]:
    """Of one answer; its feed is at fault where its entries are not."""

    def rehearse(places: Sequence[int]) -> Sequence[int]:
        stages.what_is_new([_only(answer, places)], articles, now)
        return places

    count = answer.entry_count if answer.new_entries is None else len(answer.new_entries)
    outcomes = isolated(range(count), rehearse) if count else []
    sound = [place for place, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
    try:
        if not sound:
            stages.what_is_new([_plain(answer)], articles, now)
        (new,) = stages.what_is_new([_only(answer, sound)], articles, now)
    except MonitorError:
        raise
    except Exception as error:  # noqa: BLE001 - a loop edge: one feed harms only itself
        faults.add_feed(answer.feed, error)
        return []
    for place, outcome in enumerate(outcomes):
        if isinstance(outcome, Exception):
            faults.add(answer.feed, _named(answer, place), outcome)
    return new


def _only(answer: FeedAnswer, places: Sequence[int]) -> FeedAnswer:
    """The answer with the entries at these places."""
    if answer.new_entries is not None:
        return replace(answer, new_entries=[answer.new_entries[place] for place in places])
    parsed = answer.document.parsed
    part = replace(
        parsed,
        entries=tuple(parsed.entries[place] for place in places),
        seen=frozenset(index for index, place in enumerate(places) if place in parsed.seen),
    )
    return replace(answer, parsed=part)


def _plain(answer: FeedAnswer) -> FeedAnswer:
    return replace(answer, parsed=Parsed(entries=(PLAIN,)), new_entries=None)


def _named(answer: FeedAnswer, place: int) -> NewEntry:
    """An entry whose names can't be computed: named by all that it holds."""
    if answer.new_entries is not None:
        return answer.new_entries[place]
    entry = answer.document.parsed.entries[place]
    content = repr(entry).encode("utf-8", "backslashreplace").decode("utf-8")
    key = key_of(answer.feed.key, "unread", content)
    return NewEntry(key=key, alias=key, wording=key, entry=bare_entry(entry))


def judge(
    answers: Sequence[FeedAnswer],
    batches: Sequence[Sequence[NewEntry]],
    topics: StepwiseJudge,
    faults: EntryFaults,
) -> list[list[JudgedEntry]]:
    """Pair each entry with its verdicts, without those at fault; one call for all of them."""
    entries = [new.entry for new in chain.from_iterable(batches)]
    verdicts = isolated(entries, topics.judge) if entries else []
    errors = [verdict for verdict in verdicts if isinstance(verdict, Exception)]
    if errors and isinstance(isolated([PLAIN], topics.judge)[0], Exception):
        for answer, batch in zip(answers, batches, strict=True):
            if batch:
                faults.add_feed(answer.feed, errors[0])
        return [[] for _ in batches]
    entries_by_feed: list[list[JudgedEntry]] = []
    remaining = iter(verdicts)
    for answer, batch in zip(answers, batches, strict=True):
        outcomes = [(new, next(remaining)) for new in batch]
        entries_by_feed.append(_sound(answer.feed, outcomes, faults))
    return entries_by_feed


def _sound(
    feed: Feed, outcomes: Sequence[tuple[NewEntry, Verdicts | Exception]], faults: EntryFaults
) -> list[JudgedEntry]:
    judged_entries: list[JudgedEntry] = []
    for new, outcome in outcomes:
        if isinstance(outcome, Exception):
            faults.add(feed, new, outcome)
        else:
            judged_entries.append((new, outcome))
    return judged_entries


def decide(
    feed: Feed,
    entries: Sequence[JudgedEntry],
    live: LiveSettings,
    now: datetime,
    faults: EntryFaults,
    *,
    alert_backlog: bool,
) -> list[Article]:
    """The articles to store, those that could not be judged at the end."""

    def decide_on(part: Sequence[JudgedEntry]) -> list[Article]:
        return stages.decide(feed, part, live, now, alert_backlog=alert_backlog)

    outcomes = isolated(entries, decide_on) if entries else []
    articles = [outcome for outcome in outcomes if isinstance(outcome, Article)]
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    if errors and _is_of_rules(live):
        faults.add_feed(feed, errors[0])
        return []
    for (new, _), outcome in zip(entries, outcomes, strict=True):
        if isinstance(outcome, Exception):
            faults.add(feed, new, outcome)
    return articles + faults.articles(feed, live, now)


def _is_of_rules(live: LiveSettings) -> bool:
    """Whether the rules meet a plain entry no better."""

    def hits(part: Sequence[Entry]) -> list[list[RuleHit]]:
        return [list(chain.from_iterable(topic.rules.hits(part[0]) for topic in live.topics))]

    return isinstance(isolated([PLAIN], hits)[0], Exception)


def result(
    answer: FeedAnswer, faults: EntryFaults, poll_result: Callable[..., PollResult]
) -> PollResult:
    """The result of an answer, or that of a failure where it can't be computed."""
    (outcome,) = isolated([faults.usable(answer)], lambda part: [poll_result(part[0])])
    if isinstance(outcome, Exception):
        faults.add_feed(answer.feed, outcome)
        return poll_result(faults.usable(answer), articles=())
    return replace(outcome, state=faults.state(answer.feed, outcome.state))
