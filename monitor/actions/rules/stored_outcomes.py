"""Outcomes by stored decisions: what the rules in force say, without deciding every article again.

A stored decision names the digest of the settings and the pack that made it.  Where both are in
force, deciding the article again gives the same decision, so it is taken as it is; only articles
that other settings or another pack decided are read with their texts and decided.  So are
confirmed ones: their themes may be those that a person chose.

Decisions of rules that were in force earlier stand as well where it is known what has changed
since: only the articles that the change may concern are decided.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from monitor.actions.rules.outcomes import REPORTED, OutcomeCounts, Outcomes, outcome_of
from monitor.actions.rules.relevant_articles import RelevantArticle, RelevantOutcome
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.alerts import match
from monitor.charts.score_bars import score_point
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Article, Decision, DecisionReason, topic_of
from monitor.domain.feeds import Entry
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.store.rules.rule_candidates import CandidateScore
from monitor.store.rules.stored_decisions import DecidedArticle, DecidedBy, StoredDecision

if TYPE_CHECKING:
    from monitor.store.store import Store

_SPAN = timedelta(days=1)  # of one read: between two others have a turn
_PAGE = 250  # articles with their texts of one read
_FLAGGED = (DecisionReason.FLAGGED, DecisionReason.CONFIRMED)  # which meet any minimum score


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDecisions:
    """Decisions of rules that were in force earlier, of which most stand."""

    configs: frozenset[str] = frozenset()  # digests of their settings
    # By the key of the article: these may not stand.
    concerned: Mapping[str, CandidateScore] = field(default_factory=dict)

    def within(self, start: datetime, end: datetime) -> Iterator[tuple[str, float]]:
        """Key and score of the concerned articles that were seen in this span."""
        for key, (seen_at, score) in self.concerned.items():
            if start <= seen_at < end:
                yield key, score


NO_EARLIER = EarlierDecisions()

# An outcome with what orders it: when the article was seen, and its key.
_SeenOutcome = tuple[datetime, str, RelevantArticle]


class StoredReplay:
    """One run over the articles of a window by the rules in force."""

    def __init__(
        self,
        store: Store,
        rules: DecisionRules,
        window: BacktestWindow,
        on_progress: Callable[[int], None] = lambda count: None,
        *,
        earlier: EarlierDecisions = NO_EARLIER,
    ) -> None:
        """`on_progress` is called with the number of articles that are done."""
        self._store = store
        self._rules = rules
        self._window = window
        self._on_progress = on_progress
        self._subscriptions = store.subscriptions.list()
        self._receivers = _Receivers(self._subscriptions)
        packs = [topic.pack for topic in rules.of_topics]
        self._earlier = earlier
        self._decided_by = DecidedBy(
            configs=(rules.config, *sorted(earlier.configs)), packs=tuple(packs)
        )
        self._places = {pack: place for place, pack in enumerate(packs) if pack}
        self._counts = OutcomeCounts(rules, window)
        self._pruned_texts = 0
        # Of articles that the rules decide otherwise; None: nobody asks for them.
        self._stored_outcomes: dict[str, RelevantArticle | None] | None = None

    def in_force(self) -> Outcomes:
        """The outcomes of the rules."""
        for start, end in _spans(self._window):
            self._on_progress(self._counts.articles)
            self._add_span(start, end)
        *_, (_, end) = _spans(self._window)
        first = self._store.stored_decisions.first_seen(self._window.since, end)
        return self._counts.outcomes(first, self._pruned_texts)

    def stored_and_in_force(self) -> tuple[Outcomes, Outcomes]:
        """The outcomes of the stored decisions, whatever made them, and those of the rules.

        Both have the counts of the rules: of the stored side only the relevant articles count.
        """
        stored_outcomes: dict[str, RelevantArticle | None] = {}
        self._stored_outcomes = stored_outcomes
        by_rules = self.in_force()
        stored = by_rules.relevant.with_changes(stored_outcomes)
        return replace(by_rules, relevant=stored), by_rules

    def _add_span(self, start: datetime, end: datetime) -> None:
        """Count the articles of one span; those without a row of their own by their scores."""
        scores = Counter(self._store.stored_decisions.rejected_scores(start, end))
        in_force: list[DecidedArticle] = []
        outdated: list[str] = []
        listed: set[str] = set()
        for article in self._store.stored_decisions.noteworthy(start, end, self._decided_by):
            listed.add(article.key)
            leading = article.decisions[0]
            if not leading.relevant:
                scores[score_point(leading.score)] -= 1
            if article.is_pruned:
                self._pruned_texts += 1
            elif self._is_in_force(article):
                in_force.append(article)
            else:
                outdated.append(article.key)
        for key, score in self._earlier.within(start, end):
            if key not in listed:
                scores[score_point(score)] -= 1
                outdated.append(key)
        self._count_plain(scores)
        outcomes = [*self._as_stored(in_force), *self._decided_again(outdated)]
        for _seen_at, _key, outcome in sorted(outcomes, key=itemgetter(0, 1)):
            self._counts.add_relevant(outcome)

    def _is_in_force(self, article: DecidedArticle) -> bool:
        """Whether deciding the article again would give its stored decisions."""
        decisions = article.decisions
        places = {self._places.get(decision.pack) for decision in decisions}
        if not article.is_readable or None in places or 0 not in places:
            return False
        config = decisions[0].config
        is_earlier = config in self._earlier.configs and article.key not in self._earlier.concerned
        if not is_earlier and config != self._rules.config:
            return False
        return len(places) == len(decisions) and all(
            decision.config == config and decision.reason is not DecisionReason.CONFIRMED
            for decision in decisions
        )

    def _count_plain(self, scores: Mapping[int, int]) -> None:
        """Count articles that are rejected by their score, on the first topic alone."""
        for point, number in scores.items():
            if number > 0:
                self._counts.articles += number
                self._counts.packs[self._rules.pack] += number
                topic = self._rules.topic
                self._counts.count_score(topic, point, relevant=False, number=number)

    def _as_stored(self, articles: Sequence[DecidedArticle]) -> Iterator[_SeenOutcome]:
        """Count these articles by their stored decisions; the outcomes of the relevant ones."""
        self._counts.articles += len(articles)
        self._count_decisions(articles)
        whole: dict[str, RelevantArticle] = {}  # a filter asks for their texts
        for article in articles:
            if not article.decisions[0].relevant:
                continue
            shared = self._receivers.outcome_of(article, self._places)
            outcome = RelevantArticle(article.key, article.copy_key, shared)
            if self._receivers.has_filter(shared.receivers):
                whole[article.key] = outcome
            else:
                yield article.seen_at, article.key, outcome
        for with_text in self._whole(list(whole)):
            admitted = self._filtered(with_text, whole[with_text.key])
            yield with_text.seen_at, with_text.key, admitted

    def _count_decisions(self, articles: Sequence[DecidedArticle]) -> None:
        """Count the packs, scores and rules of these articles."""
        numbers: Counter[tuple[str, int, bool]] = Counter()
        for article in articles:
            for decision in article.decisions:
                numbers[decision.pack, score_point(decision.score), decision.relevant] += 1
                if decision.rules:
                    self._counts.count_hits(decision.rules, article.seen_at)
        for (pack, point, relevant), number in numbers.items():
            self._counts.packs[pack] += number
            topic = self._counts.topic_of(topic_of(pack))
            self._counts.count_score(topic, point, relevant=relevant, number=number)

    def _filtered(self, article: Article, outcome: RelevantArticle) -> RelevantArticle:
        """The outcome with only those receivers whose filters admit the article."""
        in_order = sorted(article.decisions, key=lambda each: self._places.get(each.pack, -1))
        wanting = [each for each in self._subscriptions if each.key in outcome.outcome.receivers]
        receivers = match.recipients(with_decisions(article, in_order), wanting)
        admitted = replace(outcome.outcome, receivers=tuple(each.key for each in receivers))
        return replace(outcome, outcome=admitted)

    def _decided_again(self, keys: Sequence[str]) -> Iterator[_SeenOutcome]:
        """Decide these articles; the outcomes of the relevant ones."""
        for article in self._whole(keys):
            if article.text_pruned_at is not None:  # since its decision was read
                continue
            if self._counts.articles % REPORTED == 0:
                self._on_progress(self._counts.articles)
            decisions = self._rules.decisions(article, with_terms=False)
            self._counts.add(article, decisions)
            outcome = outcome_of(article, decisions, self._subscriptions)
            if self._stored_outcomes is not None:
                stored = outcome_of(article, article.decisions, self._subscriptions)
                if stored != outcome:
                    self._stored_outcomes[article.key] = stored
            if outcome is not None:
                yield article.seen_at, article.key, outcome

    def _whole(self, keys: Sequence[str]) -> Iterator[Article]:
        """These articles with their texts."""
        for start in range(0, len(keys), _PAGE):
            yield from self._store.articles.by_keys(keys[start : start + _PAGE]).values()


class _Receivers:
    """Who would be alerted of an article, filters aside; asked once for articles alike in that.

    Several subscriptions for each of tens of thousands of articles would take most of the time.
    """

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self._filtered = {each.key for each in subscriptions if each.filter}
        self._subscriptions = [replace(each, filter=None) for each in subscriptions]
        self._min_scores = sorted({each.min_score for each in subscriptions})
        self._asks_for_feeds = any(each.feeds for each in subscriptions)
        self._receivers: dict[tuple[object, ...], tuple[str, ...]] = {}
        self._day: date | None = None
        self._outcomes: dict[tuple[object, ...], RelevantOutcome] = {}  # of this day

    def has_filter(self, receivers: Sequence[str]) -> bool:
        """Whether one of these subscriptions has a filter, which has to see the article."""
        return bool(self._filtered) and not self._filtered.isdisjoint(receivers)

    def outcome_of(self, article: DecidedArticle, places: Mapping[str, int]) -> RelevantOutcome:
        """The outcome of a relevant article; `places` are those of the packs of its topics."""
        relevant = [decision for decision in article.decisions if decision.relevant]
        if len(relevant) > 1:
            relevant.sort(key=lambda decision: places[decision.pack])
        asked = (
            article.backlog,
            article.feed_key if self._asks_for_feeds else "",
            article.language,
            *[(each.pack, each.labels, self._band(each)) for each in relevant],
        )
        day = article.seen_at.date()
        if day != self._day:
            self._day, self._outcomes = day, {}
        outcome = self._outcomes.get(asked)
        if outcome is None:
            outcome = self._outcomes[asked] = RelevantOutcome(
                topics=tuple(topic_of(decision.pack) for decision in relevant),
                receivers=self._wanting(article, relevant, asked),
                day=day,
            )
        return outcome

    def _wanting(
        self,
        article: DecidedArticle,
        relevant: Sequence[StoredDecision],
        asked: tuple[object, ...],
    ) -> tuple[str, ...]:
        """The keys of the subscriptions that want an article with these relevant decisions."""
        receivers = self._receivers.get(asked)
        if receivers is None:
            decided = _decided(article, relevant)
            wanting = () if article.backlog else match.recipients(decided, self._subscriptions)
            receivers = self._receivers[asked] = tuple(each.key for each in wanting)
        return receivers

    def _band(self, decision: StoredDecision) -> int:
        """How many of the minimum scores the decision meets; -1: all, whatever they are."""
        if decision.reason in _FLAGGED:
            return -1
        return bisect_right(self._min_scores, decision.score)


def _decided(article: DecidedArticle, relevant: Sequence[StoredDecision]) -> Article:
    """What a subscription without a filter reads of an article."""
    leading, *others = map(_decision, relevant)
    return Article(
        key=article.key,
        copy_key=article.copy_key,
        feed_key=article.feed_key,
        entry=Entry(title="", text="", language=article.language),
        decision=leading,
        other_decisions=tuple(others),
        seen_at=article.seen_at,
    )


def _decision(stored: StoredDecision) -> Decision:
    return Decision(
        relevant=stored.relevant,
        reason=stored.reason,
        score=stored.score,
        pack_score=stored.score,
        threshold=0.0,
        themes={},
        labels=stored.labels,
        pack=stored.pack,
    )


def _spans(window: BacktestWindow) -> Iterator[tuple[datetime, datetime]]:
    """The window in parts, each up to the start of the next; its last instant is in the last."""
    start, end = window.since, window.until + timedelta(microseconds=1)
    while start < end:
        following = min(start + _SPAN, end)
        yield start, following
        start = following
