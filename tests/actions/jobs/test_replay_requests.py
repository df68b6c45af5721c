"""A replay that was asked for is a job with its options and an entry in the audit log."""

from __future__ import annotations

from monitor.access.caller import local_caller
from monitor.actions.jobs.replay_requests import ReplayOptions, start_replay
from monitor.domain.jobs.job import JobKind, JobState
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.jobs.story_data import give_stories


def test_it_is_stored_with_what_was_typed_and_why(wolves: Settings, wolf_store: Store):
    give_stories(wolves, wolf_store)
    now = clock.now()
    replay = ReplayOptions(since="2000-01-01", until="", topic="wolves", reason="new dictionary")
    job = start_replay(wolf_store, wolves, replay, local_caller("Otto", now), now)
    (stored,) = wolf_store.jobs.list(kind=JobKind.STORY_REPLAY)
    assert (stored.key, stored.state) == (job.key, JobState.WAITING)
    assert stored.options == {"since": "2000-01-01", "topic": "wolves"}
    (entry,) = wolf_store.audit_log.list(AuditFilter(target=job.key[:8]), 2)
    assert (entry.act, entry.reason) == ("start job", "new dictionary")
