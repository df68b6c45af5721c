"""What the newest rules decided otherwise than those before them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.actions.rules.rule_changes import RuleChange, put_in_force
from monitor.actions.rules.since_then import since_then
from monitor.classify.packs.pack import load_pack
from monitor.domain.alerts import PollResult
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.actions.rules.conftest import OPERATOR
from tests.classify import toy_topic
from tests.fakes import decision, feed

NOW = toy_topic.NOW


def test_articles_since_then_are_decided_by_the_rules_before(
    store: Store, settings: Settings, wolves: Path
):
    pack = load_pack(wolves)
    assert since_then(store, settings, {pack.name: pack}) is None
    put_in_force(store, settings, RuleChange(text="", base=settings.decision_digest), OPERATOR, NOW)
    current = loader.load(settings.path, environment={})
    since = since_then(store, current, {pack.name: pack})
    assert since is not None
    assert since.sentence == "Version 2 has decided no article yet."
    store.feeds.add_all([feed("f")])
    below = decision(
        relevant=False, score=0.1, pack_score=0.1, config=current.decision_digest, themes={}
    )
    articles = tuple(
        toy_topic.article(title, seen_at=NOW + timedelta(minutes=1), decision=below)
        for title in ("Shepherd dances", "Rain")
    )
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    since = since_then(store, current, {pack.name: pack})
    assert since is not None
    assert (since.articles, since.gained, since.lost) == (2, 0, 1)
    assert "1 not flagged that would have been" in since.sentence
