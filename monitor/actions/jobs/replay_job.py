"""Story replay as a job: a period's articles are grouped anew, and the stories compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.grouping.story_replays import (
    DEFAULT_SINCE,
    StoryReplayRequest,
    check_replay,
    replay_request,
    replay_stories,
)
from monitor.actions.jobs.job_site import JobSite
from monitor.domain.jobs.job import Job
from monitor.runtime import topic_pack

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

OPTIONS: Mapping[str, str] = {
    "since": f"articles seen from then on: a time ago or a date, by default {DEFAULT_SINCE}",
    "until": "articles seen before then: a time ago or a date, by default the time of the request",
    "topic": "of which topic, by default the first one: it is the one with stories",
}
_ARTICLES_PER_STEP = 50


def check(store: Store, settings: Settings, options: Mapping[str, str], now: datetime) -> None:
    """Raise InvalidOption for a wrong period or topic, PackError for faulty data for stories."""
    check_replay(store, _request(settings, options, now))
    topic_pack.load_story_pack(settings)


def basis(settings: Settings, options: Mapping[str, str]) -> str:
    """The pack's data for stories: what a replay depends on."""
    return f"stories {topic_pack.pack_folder(settings).name}@{topic_pack.story_digest(settings)}"


def run(site: JobSite, job: Job) -> Mapping[str, object]:
    """Group the articles anew and compare; nothing is stored but the result.

    Raise InvalidOption, ConfigError, PackError.
    """
    site.step("reading the pack")
    request = _request(site.settings, job.options, job.asked_at)

    def follow(done: int, total: int) -> None:
        if done % _ARTICLES_PER_STEP == 0 or done == total:
            site.step("grouping articles", done, total)

    report = replay_stories(site.store, site.settings, request, follow)
    site.step("comparing stories")
    return report.as_json()


def _request(
    settings: Settings, options: Mapping[str, str], asked_at: datetime
) -> StoryReplayRequest:
    """The period is counted back from the request of the job."""
    return replay_request(settings, asked_at, **options)
