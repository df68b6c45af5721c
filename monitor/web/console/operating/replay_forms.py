"""The form on the place Stories that starts a replay of the stored stories as a job."""

from __future__ import annotations

from fastapi import Request, Response

from monitor.access.permissions import Act
from monitor.actions.jobs.replay_requests import ReplayOptions, start_replay
from monitor.domain.errors import ConfigError, PackError
from monitor.domain.jobs.job import Job
from monitor.store.store import Store
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import see_other
from monitor.web.console.operating import job_place
from monitor.web.site.context import SiteContext


def add_replay_form(place: PlaceRouter, site: SiteContext, path: str) -> None:
    """The form of the place at `path`; it leads to the page of the job."""

    @place.post(path + "/replays", Act.CHANGE_JOBS)
    async def replay(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        options = ReplayOptions(
            since=form.text("since"),
            until=form.text("until"),
            topic=form.text("topic"),
            reason=form.text("reason"),
        )

        def start(store: Store) -> Job:
            return start_replay(store, site.settings, options, caller, now)

        try:
            job = await site.write(start)
        except (ConfigError, PackError) as error:
            return see_other(path, Flash(text=str(error), is_fault=True))
        text = f"Started {job.kind} {job.key[:8]}; a free worker does it."
        return see_other(f"{job_place.PATH}/{job.key}", Flash(text=text))
