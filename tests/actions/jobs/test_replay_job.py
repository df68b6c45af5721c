"""A replay as a job reports how far it is, leaves nothing when it is cancelled, and is checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

import pytest

from monitor.access.caller import local_caller
from monitor.actions.jobs import replay_job
from monitor.actions.jobs.job_site import JobEnded
from monitor.actions.jobs.replay_requests import ReplayOptions, start_replay
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import PackError
from monitor.domain.jobs.job import Job, JobProgress
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.jobs.job_sites import a_job_site
from tests.jobs.story_data import give_stories


@pytest.fixture
def wolves_with_stories(wolves: Settings, wolf_store: Store) -> Settings:
    give_stories(wolves, wolf_store)
    return wolves


def started(store: Store, settings: Settings, **options: str) -> Job:
    now = clock.now()
    job = start_replay(store, settings, ReplayOptions(**options), local_caller("Otto", now), now)
    running = store.jobs.start(job.key, "one", now)
    assert running is not None
    return running


def test_how_far_it_is_is_reported(
    wolves_with_stories: Settings, wolf_store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(replay_job, "_ARTICLES_PER_STEP", 1)
    job = started(wolf_store, wolves_with_stories, since=" 3650d ", reason="new pack")
    assert job.options == {"since": "3650d"}
    assert job.basis.startswith("stories wolves@")
    reports: list[JobProgress] = []
    site = a_job_site(wolf_store, wolves_with_stories, report=reports.append)
    result = replay_job.run(site, job)
    assert (result["articles"], result["stories_stored"], result["agreement"]) == (2, 1, 1.0)
    assert JobProgress(step="grouping articles", done=1, total=2) in reports
    assert reports[-1].step == "comparing stories"


def test_a_cancelled_replay_leaves_nothing(wolves_with_stories: Settings, wolf_store: Store):
    def cancelled(progress: JobProgress) -> NoReturn:
        raise JobEnded

    job = started(wolf_store, wolves_with_stories, since="3650d")
    with pytest.raises(JobEnded):
        replay_job.run(a_job_site(wolf_store, wolves_with_stories, report=cancelled), job)
    assert [story.articles for story in wolf_store.stories.list(in_review=True)] == [2]
    stored = wolf_store.jobs.find(job.key)
    assert stored is not None
    assert stored.result is None


def test_what_can_not_be_replayed_is_no_job(wolves_with_stories: Settings, wolf_store: Store):
    for options, named in (
        ({"since": "soon"}, "since 'soon'"),
        ({"since": "1s"}, "since no article"),
        ({"topic": "bears"}, "topic bears: no such topic"),
    ):
        with pytest.raises(InvalidOption, match=named):
            started(wolf_store, wolves_with_stories, **options)
    (wolves_with_stories.folder / "wolves" / "stories" / "vetoes.toml").write_text("[")
    with pytest.raises(PackError, match=r"vetoes\.toml"):
        started(wolf_store, wolves_with_stories, since="3650d")
    assert wolf_store.jobs.list() == []


def test_a_worker_with_other_data_for_stories_leaves_it_to_others(wolves_with_stories: Settings):
    before = replay_job.basis(wolves_with_stories, {})
    file = wolves_with_stories.folder / "wolves" / "stories" / "vetoes.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert replay_job.basis(wolves_with_stories, {}) != before


def test_the_period_is_counted_back_from_the_request(
    wolves_with_stories: Settings, wolf_store: Store
):
    job = started(wolf_store, wolves_with_stories, since="3650d")
    result: Mapping[str, object] = replay_job.run(a_job_site(wolf_store, wolves_with_stories), job)
    until = datetime.fromisoformat(str(result["until"]))
    assert abs((until - job.asked_at).total_seconds()) < 1
