"""What exports say of an article that was read whole."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import RuleAction, RuleHit, Term
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.domain.tiers import Tier
from tests.fakes import NOW, article, decision, doubtful, entry


def test_entry_decision_and_topics_are_flat_values():
    hit = RuleHit(rule="Kursk", action=RuleAction.FLAG, terms=("Kursk",))
    flagged = decision(rules=(hit,), terms=(Term(text="Kursk", weight=1.5),))
    flagged = replace(flagged, pack="dprk-russia@1a2b3c4d5e6f", confirmed_by="kim")
    other = replace(decision(), pack="wolves@000000000000")
    whole = article("a", entry=entry("Sappers", published_at=NOW), decision=flagged)
    exported = ExportedArticle.of(replace(whole, other_decisions=(other,)))
    assert (exported.key, exported.title, exported.published_at) == ("a", "Sappers", NOW)
    assert (exported.rules, exported.terms) == (["Kursk"], [["Kursk", 1.5]])
    assert (exported.topic, exported.topics) == ("dprk-russia", ["dprk-russia", "wolves"])
    assert (exported.tier, exported.confirmed_by) == (Tier.ALERT, "kim")


def test_what_waits_for_review_is_for_no_topic():
    exported = ExportedArticle.of(doubtful())
    assert (exported.tier, exported.topics) == (Tier.REVIEW, [])
