"""A training whose process fails is stored as failed, with the reason."""

from __future__ import annotations

import asyncio

from monitor.access.caller import local_caller
from monitor.actions.teaching import trainings
from monitor.domain.articles import Mark
from monitor.runtime import clock
from monitor.store.teaching.pack_training import PackTraining
from monitor.web.site.pack_operations import PackOperations
from tests.web.conftest import Visitor
from tests.web.wolves import add_wolves, site_settings, topic, wolves

__all__ = ["site_settings", "topic", "wolves"]

BOUND = 60  # seconds


async def test_a_process_that_can_not_read_the_settings_is_a_failure(wolves: Visitor) -> None:
    for article in add_wolves(wolves.store):
        wolves.store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=clock.now()))
    settings, caller = wolves.site.settings, local_caller("Otto", clock.now())
    training = trainings.begin_training(wolves.store, settings, caller, clock.now())
    assert settings.path is not None
    settings.path.write_text("[topic\n")
    PackOperations(wolves.site).follow(training)
    ended = await asyncio.wait_for(_ended(wolves, training.key), BOUND)
    assert ended.fault.startswith("the process that trained failed: ")
    assert "not valid TOML" in ended.fault


async def _ended(visitor: Visitor, key: str) -> PackTraining:
    while True:
        training = await visitor.site.read(
            lambda store: store.pack_trainings.find(key, clock.now())
        )  # fmt: skip
        assert training is not None
        if not training.is_running:
            return training
