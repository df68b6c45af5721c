"""Trial plan: what a draft changes in the rules in force, and which articles that may concern."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.rules.rule_questions import question_of_rules
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.classify.rules.keywords import KeywordRule
from monitor.domain.articles import RuleAction, Verdict
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.runtime import build, topic_pack, topics
from monitor.search.question import Node

if TYPE_CHECKING:
    from monitor.classify.packs.pack import Pack
    from monitor.domain.alerts import Subscription
    from monitor.domain.ports import Classifier
    from monitor.settings.sections import KeywordRuleSettings, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPlan:
    """One topic of a plan: its settings, and its rules in force and drafted."""

    name: str
    pack_id: str
    before: Settings  # with this topic first
    after: Settings
    before_rules: DecisionRules
    after_rules: DecisionRules

    @property
    def changes_threshold(self) -> bool:
        """Whether an article needs another score."""
        return self.before_rules.threshold != self.after_rules.threshold

    @property
    def changes_review(self) -> bool:
        """Whether other articles wait for review."""
        return self.before_rules.review_threshold != self.after_rules.review_threshold

    @property
    def changes_lexicon(self) -> bool:
        """Whether articles with some words are scored differently."""
        return self.before.topic.lexicon != self.after.topic.lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPlan:
    """The rules in force and the drafted ones, checked and ready to decide."""

    before: Settings
    after: Settings
    before_rules: DecisionRules
    after_rules: DecisionRules
    topics: tuple[TopicPlan, ...]  # the first one first
    packs: Mapping[str, Pack]  # in use, by topic

    @property
    def pack_ids(self) -> tuple[str, ...]:
        """The id of the pack of each topic."""
        return tuple(topic.pack_id for topic in self.topics)

    @property
    def changed_rules(self) -> tuple[KeywordRule, ...]:
        """Every rule that is only on one side, or differs."""
        old, new = self.before.keywords.rules, self.after.keywords.rules
        return tuple(_rule(rule) for rule in (*old, *new) if (rule in old) != (rule in new))

    @property
    def changes_threshold(self) -> bool:
        """Whether an article needs another score for any topic."""
        return any(topic.changes_threshold for topic in self.topics)

    @property
    def changes_lexicon(self) -> bool:
        """Whether articles with some words are scored differently for any topic."""
        return any(topic.changes_lexicon for topic in self.topics)

    @property
    def drafted_lexicons(self) -> str:
        """The drafted lexicon entries of all topics as a text: what tells two drafts apart."""
        return json.dumps([topic.after.topic.lexicon for topic in self.topics], sort_keys=True)

    @property
    def scores(self) -> tuple[float, float] | None:
        """The lowest and highest score of articles that another threshold concerns."""
        if not self.changes_threshold:
            return None
        thresholds = self.before_rules.threshold, self.after_rules.threshold
        return min(thresholds), max(thresholds)

    def why_replay(self, subscriptions: Sequence[Subscription]) -> str:
        """Why every article has to be decided again; "" where the search index says which.

        A sentence for people.
        """
        if self.changes_lexicon:
            return "entries of the lexicon change scores, so every article is judged again"
        if self.changes_threshold and len(self.topics) > 1:
            return "with several topics, another threshold concerns every article"
        if self.changes_threshold and self.before.topic.lexicon:
            return "with lexicon entries of your own, another threshold concerns every article"
        if self.changes_threshold and any(subscription.filter for subscription in subscriptions):
            return "filters of subscriptions may depend on the threshold"
        if self.before.topic.memory != self.after.topic.memory:
            return "whether similar articles move a score concerns every article"
        if any(topic.changes_review for topic in self.topics):
            return "the threshold of the review concerns every confirmed article"
        return self._why_rules_replay()

    def _why_rules_replay(self) -> str:
        """`why_replay` as far as the rules themselves need it."""
        if not _keeps_order_of_boosts(_rules(self.before), _rules(self.after)):
            return "boosts were put into another order"
        rules = self._concerned_rules()
        if rules and question_of_rules(rules) is None:
            return "a rule has only a pattern, which the search index can't look up"
        return ""

    def reads_whole_articles(self, subscriptions: Sequence[Subscription]) -> bool:
        """Whether more decides than words, language and the stored verdict.

        Filters of subscriptions may ask for anything; entries of the lexicon have articles judged
        again.
        """
        has_filter = any(subscription.filter for subscription in subscriptions)
        return has_filter or any(topic.after.topic.lexicon for topic in self.topics)

    def question(self) -> Node | None:
        """The words of the articles that the change of rules concerns; None: it changes none."""
        rules = self._concerned_rules()
        return question_of_rules(rules) if rules else None

    def _concerned_rules(self) -> tuple[KeywordRule, ...]:
        """The changed rules; with another threshold also all boosts, which move the score."""
        rules = self.changed_rules
        if self.changes_threshold:
            rules_of_both = (*_rules(self.before), *_rules(self.after))
            boosts = (rule for rule in rules_of_both if rule.action == RuleAction.BOOST)
            rules = tuple(dict.fromkeys((*rules, *boosts)))
        return rules


def plan_trial(
    before: Settings, after: Settings, packs: Mapping[str, Pack], *, file: Path | None = None
) -> TrialPlan:
    """The plan for a draft; `packs` are those in use, by topic.

    `file` is where the draft is, if not in the settings' own file.  Raise ConfigError with the line
    for rules or lexicon entries that are wrong.
    """
    old_folder, new_folder = topic_pack.pack_folder(before), topic_pack.pack_folder(after)
    if old_folder.resolve() != new_folder.resolve():
        raise ConfigError("the topic's pack can't be changed here: change topic.pack in the file")
    old_entries, new_entries = topics.lexicon_entries(before), topics.lexicon_entries(after)
    entries = {name: old_entries[name] | new_entries[name] for name in old_entries}
    before_rules = topics.rulebook(before, packs, _LateJudge, entries=entries)
    after_rules = topics.rulebook(after, packs, _LateJudge, file=file, entries=entries)
    sides = zip(
        topics.settings_by_topic(before).items(),
        topics.settings_by_topic(after).values(),
        before_rules.of_topics,
        after_rules.of_topics,
        strict=True,
    )
    of_topics = tuple(
        TopicPlan(
            name=name,
            pack_id=packs[name].id,
            before=old,
            after=new,
            before_rules=old_rules,
            after_rules=new_rules,
        )
        for (name, old), new, old_rules, new_rules in sides
    )
    return TrialPlan(
        before=before,
        after=after,
        before_rules=before_rules,
        after_rules=after_rules,
        topics=of_topics,
        packs=packs,
    )


class _LateJudge:
    """The classifier of a pack, made when an article has to be judged."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._classifier: Classifier | None = None

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        """One verdict for each entry, in order."""
        if self._classifier is None:
            self._classifier = build.classifier(self._pack)
        return self._classifier.judge(entries)


def _rules(settings: Settings) -> tuple[KeywordRule, ...]:
    return tuple(map(_rule, settings.keywords.rules))


def _rule(rule: KeywordRuleSettings) -> KeywordRule:
    return KeywordRule(**rule.model_dump(exclude={"topic"}))


def _keeps_order_of_boosts(old: Sequence[KeywordRule], new: Sequence[KeywordRule]) -> bool:
    """Whether boosts that stay keep their order: sums of floats depend on it in the last digit."""
    kept_old = [rule for rule in old if rule.action == RuleAction.BOOST and rule in new]
    kept_new = [rule for rule in new if rule.action == RuleAction.BOOST and rule in old]
    return kept_old == kept_new
