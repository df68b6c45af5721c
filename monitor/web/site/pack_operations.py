"""Training and switching of packs, for the console and the API of one site.

A training is a job; a switch compares packs, so it gets a thread of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from monitor.access.caller import Caller
from monitor.actions.jobs.job_requests import JobRequest, start_job
from monitor.actions.operations.configuration import settings_now
from monitor.actions.option_values import settings_of_topic
from monitor.actions.teaching import candidates
from monitor.actions.teaching.candidates import PackSwitch
from monitor.domain.jobs.job import Job, JobKind
from monitor.settings.sections import Settings
from monitor.web.site.context import SiteContext


class PackOperations:
    """Starts trainings, which any worker does, and changes the pack in use."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site

    async def start_training(self, caller: Caller, reason: str, topic: str = "") -> Job:
        """Start the job that trains a candidate for a topic, "": the first one.

        Raise ConfigError when none may begin, InvalidOption for a topic that is not watched.
        """
        site = self._site
        options = {"topic": topic} if topic else {}
        request = JobRequest(kind=JobKind.TRAINING, options=options, reason=reason)
        start = partial(
            start_job, settings=site.settings, request=request, caller=caller, now=site.clock()
        )
        return await site.write(start)

    async def switch(
        self,
        switch_pack: Callable[[Settings], PackSwitch],
        caller: Caller,
        reason: str,
        topic: str = "",
    ) -> PackSwitch:
        """Promote or roll back with the settings of the file as it is now, and record it.

        It is about one topic, "": the first.

        Raise ConfigError, PackError when the switch is refused.
        """
        site = self._site
        settings, _ = await asyncio.to_thread(settings_now, site.settings)
        of_topic = settings_of_topic(settings, topic)
        switch = await asyncio.to_thread(switch_pack, of_topic)
        record = partial(
            candidates.record_switch, caller=caller, switch=switch, now=site.clock(), reason=reason
        )
        await site.write(record)
        return switch
