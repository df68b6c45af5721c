"""Since then: what the newest rules decided otherwise than those before them would have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.actions.rules.trial_plan import plan_trial
from monitor.store.rules.rule_version import RuleVersion

if TYPE_CHECKING:
    from monitor.classify.packs.pack import Pack
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

MOST_ARTICLES = 2_000  # decided again; later ones are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceThen:
    """The difference that the newest version has made so far."""

    version: RuleVersion
    previous: RuleVersion
    articles: int  # that the newest version decided
    gained: int  # flagged, and would not have been
    lost: int  # not flagged, and would have been

    @property
    def sentence(self) -> str:
        """ "Version 12 has decided 40 articles: 3 are flagged that would not have been." """
        name = f"Version {self.version.number}"
        if not self.articles:
            return f"{name} has decided no article yet."
        noun = "article" if self.articles == 1 else "articles"
        decided = f"{name} has decided {self.articles:,} {noun}"
        if not self.gained and not self.lost:
            return f"{decided}, all as version {self.previous.number} would have."
        return (
            f"{decided}: {self.gained:,} flagged that would not have been, {self.lost:,} not"
            f" flagged that would have been."
        )


def since_then(store: Store, current: Settings, packs: Mapping[str, Pack]) -> SinceThen | None:
    """What the rules in force changed since they are in force; `packs` are those in use, by topic.

    None when they were not put in force here, or are the first.
    """
    from monitor.settings.rule_text import draft_settings

    newest = store.rule_versions.newest()
    if newest is None or newest.config != current.decision_digest:
        return None
    previous = store.rule_versions.find(newest.number - 1)
    if previous is None:
        return None
    plan = plan_trial(current, draft_settings(current, previous.text), packs)
    decided = gained = lost = 0
    for article in store.articles.with_texts(newest.at):
        if article.decision.config != newest.config:
            continue
        before = plan.after_rules.decide(article)
        decided += 1
        gained += article.decision.relevant and not before.relevant
        lost += before.relevant and not article.decision.relevant
        if decided >= MOST_ARTICLES:
            break
    return SinceThen(
        version=newest, previous=previous, articles=decided, gained=gained, lost=lost
    )  # fmt: skip
