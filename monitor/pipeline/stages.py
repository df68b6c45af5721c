"""The stages between an answer and its commit: what is new, judge, decide, group, match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts import match, story_repeats, story_updates
from monitor.articles import copy_groups, identity
from monitor.articles.copy_groups import ComparableArticle
from monitor.articles.identity import NewEntry
from monitor.classify.rules import decision
from monitor.domain.alerts import About, Alert, PollResult, Subscription
from monitor.domain.articles import Article, Decision, Verdict
from monitor.domain.feeds import Entry, Feed
from monitor.domain.muting.silence import Silence
from monitor.domain.ports import GiveWay, never_wait
from monitor.domain.review.confirmation import with_confirmation
from monitor.domain.topics.topic_decisions import decision_on
from monitor.pipeline import new_entries
from monitor.pipeline.collection import FeedAnswer
from monitor.pipeline.full_text_stage import PAGE_NOT_READ, with_page
from monitor.pipeline.grouping import story_facts, untold_stories
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.pipeline.poll_context import LiveSettings, Topic
from monitor.store.commit.polls import FindCandidates
from monitor.store.repositories.articles import Articles
from monitor.store.repositories.remembered_articles import RememberedArticles
from monitor.store.store import Store
from monitor.store.stories.stored_stories import StoredStories

Verdicts = tuple[Verdict, ...]  # on one entry: one for each topic, in the order of the topics
JudgedEntry = tuple[NewEntry, Verdicts]

# Entries that are judged at once: some milliseconds; each of more would hardly cost less.
_STEP = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is told of what a group of polls brings, read before their transaction."""

    subscriptions: Sequence[Subscription]
    silences: Sequence[Silence]
    before: Mapping[str, Article]  # by key, what edited articles were
    decided_at: datetime


def audience(
    before: Mapping[str, Article], now: datetime, store: Store, decided_at: datetime
) -> Audience:
    """Who is told of what, as of now."""
    return Audience(
        subscriptions=store.subscriptions.list(),
        silences=store.silences.list(until_after=now),
        before=before,
        decided_at=decided_at,
    )


def what_is_new(
    answers: Sequence[FeedAnswer],
    articles: Articles,
    now: datetime,
    give_way: GiveWay = never_wait,
) -> list[list[NewEntry]]:
    """Of each answer the new and edited entries; one database read for all of them.

    An answer whose pages were read has its entries already.
    """
    unread = [number for number, answer in enumerate(answers) if answer.new_entries is None]
    documents = [answers[number].document for number in unread]
    entries_of = new_entries.new_entries(documents, articles) if documents else []
    looked_up = dict(zip(unread, entries_of, strict=True))
    new: list[list[NewEntry]] = []
    for number, answer in enumerate(answers):
        if answer.new_entries is not None:
            entries = answer.new_entries
        elif answer.feed.fulltext:
            entries = [with_page(entry, PAGE_NOT_READ) for entry in looked_up[number]]
        else:
            entries = looked_up[number]
        give_way()
        new.append(new_entries.completed(entries, answer.document, now))
    return new


class StepwiseJudge:
    """Judges a few entries at a time for every topic, and gives way in between."""

    def __init__(self, topics: Sequence[Topic], give_way: GiveWay) -> None:
        self._topics = topics
        self._give_way = give_way

    def judge(self, entries: Sequence[Entry], /) -> list[Verdicts]:
        """The verdicts on each entry, in order."""
        verdicts: list[Verdicts] = []
        for start in range(0, len(entries), _STEP):
            self._give_way()
            step = entries[start : start + _STEP]
            by_topic = [topic.classifier.judge(step) for topic in self._topics]
            verdicts += zip(*by_topic, strict=True)
        return verdicts


def remember(
    batches: Sequence[Sequence[JudgedEntry]],
    topics: Sequence[Topic],
    stored: RememberedArticles,
    now: datetime,
) -> list[list[JudgedEntry]]:
    """The entries with the verdicts that similar articles of each topic have moved."""
    moved = list(map(list, batches))
    for place, topic in enumerate(topics):
        if topic.memory is None:
            continue
        remembered = topic.memory.remember(
            [_of_topic(batch, place) for batch in moved], stored, now
        )
        moved = [
            _with_verdicts(batch, place, moved_batch)
            for batch, moved_batch in zip(moved, remembered, strict=True)
        ]
    return moved


def _of_topic(batch: Sequence[JudgedEntry], place: int) -> list[tuple[NewEntry, Verdict]]:
    """The entries with the verdicts of the topic at this place."""
    return [(new, verdicts[place]) for new, verdicts in batch]


def _with_verdicts(
    batch: Sequence[JudgedEntry], place: int, moved: Sequence[tuple[NewEntry, Verdict]]
) -> list[JudgedEntry]:
    """The entries with these verdicts in place of those of the topic at this place."""
    return [
        (new, (*verdicts[:place], verdict, *verdicts[place + 1 :]))
        for (new, verdicts), (_, verdict) in zip(batch, moved, strict=True)
    ]


def decide(
    feed: Feed,
    entries: Sequence[JudgedEntry],
    live: LiveSettings,
    now: datetime,
    *,
    alert_backlog: bool,
) -> list[Article]:
    """Settle verdicts and keyword rules: the articles to store, each with its decision."""
    return [
        identity.article_from(
            new,
            feed,
            _decisions(new, verdicts, live),
            now,
            backlog=not alert_backlog and identity.is_backlog(feed, new.entry),
        )
        for new, verdicts in entries
    ]


def _decisions(new: NewEntry, verdicts: Verdicts, live: LiveSettings) -> list[Decision]:
    """The decision on each topic; an edit keeps the confirmations of its article."""
    decisions = []
    for topic, verdict in zip(live.topics, verdicts, strict=True):
        decided = decision.decide(verdict, topic.rules.hits(new.entry), config=live.config)
        before = decision_on(new.before, decided.topic) if new.before else None
        decisions.append(with_confirmation(decided, before))
    return decisions


def group_copies(
    polls: Sequence[PollResult],
    find_candidates: FindCandidates,
    audience: Audience,
    give_way: GiveWay = never_wait,
) -> list[PollResult]:
    """Give new articles the copy key of what they are copies of, stored or in this group.

    An edited article may take another's copy key only when the edit causes alerts.
    """
    comparable: list[ComparableArticle] = []
    for poll in polls:
        give_way()
        comparable += [copy_groups.comparable(new, may_join=True) for new in poll.articles]
    for poll in polls:
        comparable += [
            copy_groups.comparable(edited, may_join=_causes_alerts(edited, audience))
            for edited in poll.edited
            if edited.decision.relevant
        ]
    fingerprinted = copy_groups.with_fingerprints(comparable)
    groups = copy_groups.group_copies(fingerprinted, find_candidates(fingerprinted))
    return [_grouped(poll, groups) for poll in polls]


def _causes_alerts(edited: Article, audience: Audience) -> bool:
    before = audience.before.get(edited.key)
    return not edited.backlog and bool(match.recipients(edited, audience.subscriptions, before))


def _grouped(poll: PollResult, groups: copy_groups.CopyGroups) -> PollResult:
    def regrouped(article: Article) -> Article:
        return replace(article, copy_key=groups.copy_keys.get(article.key, article.copy_key))

    articles = [*poll.articles, *poll.edited]
    return replace(
        poll,
        articles=tuple(map(regrouped, poll.articles)),
        edited=tuple(map(regrouped, poll.edited)),
        fingerprints={
            article.key: groups.fingerprints[article.key]
            for article in articles
            if article.key in groups.fingerprints
        },
    )


def group_stories(
    polls: Sequence[PollResult],
    stored: StoredStories,
    grouping: StoryGrouping | None,
    give_way: GiveWay = never_wait,
) -> list[PollResult]:
    """Give relevant articles their stories, and the figures that they state."""
    return list(polls) if grouping is None else grouping.group(polls, stored, give_way)


def match_alerts(polls: Sequence[PollResult], audience: Audience) -> list[PollResult]:
    """Add the alerts that the articles of each poll cause, created when it was decided."""
    matched = []
    for poll in polls:
        alerts = match.alerts(
            [article for article in (*poll.articles, *poll.edited) if not article.backlog],
            audience.subscriptions,
            audience.before,
            audience.silences,
        )
        created = tuple(replace(alert, created_at=audience.decided_at) for alert in alerts)
        matched.append(replace(poll, alerts=created))
    return matched


def tell_of_stories(
    polls: Sequence[PollResult],
    stored: StoredStories,
    audience: Audience,
    grouping: StoryGrouping | None,
) -> list[PollResult]:
    """Hold back alerts that bring nothing new of their story; add those about untold stories and
    about changes.
    """
    expected = grouping.expected if grouping else frozenset()
    settled = hold_back_repeats(polls, stored, audience, expected)
    completed = untold_stories.tell_untold(
        settled, stored, audience.subscriptions, audience.decided_at
    )
    return announce_updates(completed, stored, audience, expected)


def hold_back_repeats(
    polls: Sequence[PollResult],
    stored: StoredStories,
    audience: Audience,
    expected: frozenset[str] = frozenset(),
) -> list[PollResult]:
    """Say in each alert what is new in its story; hold back those that bring nothing new.

    `expected` are the parties whose silence about any story is noted.
    """
    if not any(poll.alerts and (poll.stories or poll.figures) for poll in polls):
        return list(polls)
    facts = story_facts.facts_of(polls, stored, expected)
    told_before = story_facts.told_stories(polls, facts, stored)
    repeats = {item.key: item.repeat for item in audience.subscriptions}
    return [
        replace(poll, alerts=tuple(story_repeats.settle(poll.alerts, repeats, facts, told_before)))
        for poll in polls
    ]


def announce_updates(
    polls: Sequence[PollResult],
    stored: StoredStories,
    audience: Audience,
    expected: frozenset[str] = frozenset(),
) -> list[PollResult]:
    """Add an alert for each story that an article brings something new, to those who ask for it."""
    readers = [item for item in audience.subscriptions if About.STORIES in item.about]
    if not readers or not any(poll.stories or poll.figures for poll in polls):
        return list(polls)
    facts = story_facts.facts_of(polls, stored, expected)
    known_stories = story_facts.known_stories(polls, facts, stored)
    announced = []
    for poll in polls:
        alerts: list[Alert] = []
        for update in story_updates.updates_of(_in_order(poll), facts, known_stories):
            alerts += story_updates.update_alerts(update, readers, audience.silences)
        created = (replace(alert, created_at=audience.decided_at) for alert in alerts)
        announced.append(replace(poll, alerts=(*poll.alerts, *created)))
    return announced


def _in_order(poll: PollResult) -> list[Article]:
    """The articles as they were grouped, then the edited ones; copies bring nothing."""
    articles = {article.key: article for article in (*poll.articles, *poll.edited)}
    copies = {place.article_key for place in poll.stories.grouped if place.copy_of}
    order = [place.article_key for place in poll.stories.grouped if place.article_key in articles]
    order += [article.key for article in poll.edited if article.key not in order]
    return [articles[key] for key in order if key not in copies]
