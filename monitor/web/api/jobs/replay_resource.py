"""Story replays: the job that groups the articles of a period anew, and changes nothing."""

from __future__ import annotations

from functools import partial

from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.jobs.offered_files import whole_job_as_json
from monitor.actions.jobs.replay_requests import ReplayOptions, start_replay
from monitor.web.api.conventions.api_models import ApiModel, NoQuery
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.shapes import job_shapes as shapes

api = ApiRouter()


class StoryReplayBody(ApiModel):
    """Which articles: those that were seen in a period."""

    since: str = Field(
        "", max_length=40, description="A time ago, as `30d` (the default), or a date or time."
    )
    until: str = Field(
        "", max_length=40, description="A time ago, or a date or time; by default now."
    )
    topic: str = Field(
        "", max_length=200, description="Of this topic; one without stories is refused."
    )
    reason: str = Field("", max_length=1_000, description="For the audit log.")


@api.create("/stories/replays", Act.CHANGE_JOBS, StoryReplayBody, shapes.WholeJobShape)
async def start_story_replay(call: Call[NoQuery, StoryReplayBody]) -> Answer:
    """Start the job that groups the articles of a period anew, and says what would differ.

    `/jobs/KEY` has its result.  Nothing is changed: the pack and the settings are those of now, and
    what people merged, split and renamed holds.
    """
    body = call.body
    options = ReplayOptions(
        since=body.since, until=body.until, topic=body.topic, reason=body.reason
    )
    start = partial(
        start_replay, settings=call.site.settings, replay=options, caller=call.caller, now=call.now
    )
    job = await call.write(start)
    address = call.request.url.path.removesuffix("/stories/replays")
    location = {"location": f"{address}/jobs/{job.key}"}
    return Answer(content=whole_job_as_json(job), status=201, headers=location)
