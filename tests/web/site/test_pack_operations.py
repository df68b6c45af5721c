"""A training that is started from a page is a job; a second one of its topic is refused."""

from __future__ import annotations

import pytest

from monitor.access.caller import local_caller
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import JobKind
from monitor.runtime import clock
from monitor.web.site.pack_operations import PackOperations
from tests.web.conftest import Visitor
from tests.web.wolves import mark_all, site_settings, topic, wolves

__all__ = ["site_settings", "topic", "wolves"]


async def test_a_training_is_a_job(wolves: Visitor) -> None:
    packs, caller = PackOperations(wolves.site), local_caller("Otto", clock.now())
    with pytest.raises(ConfigError, match="none to learn from"):
        await packs.start_training(caller, "")
    mark_all(wolves)
    job = await packs.start_training(caller, "the circus came")
    assert (job.kind, job.options) == (JobKind.TRAINING, {})
    with pytest.raises(ConfigError, match="by Otto is waiting already"):
        await packs.start_training(caller, "", "wolves")
    with pytest.raises(ConfigError, match="bears: no such topic is watched"):
        await packs.start_training(caller, "", "bears")
