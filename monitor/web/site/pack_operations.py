"""Training and switching of packs, for the console and the API of one site.

A training runs in a process of its own; a switch compares packs, so it gets a thread of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from monitor.access.caller import Caller
from monitor.actions.operations.configuration import settings_now
from monitor.actions.option_values import settings_of_topic
from monitor.actions.teaching import candidates, training_process, trainings
from monitor.actions.teaching.candidates import PackSwitch
from monitor.settings.sections import Settings
from monitor.store.teaching.pack_training import PackTraining
from monitor.web.site.context import SiteContext


class PackOperations:
    """Begins trainings, which end with the site, and changes the pack in use."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin_training(self, caller: Caller, reason: str, topic: str = "") -> PackTraining:
        """Begin a training for a topic, "": the first one; it goes on by itself.

        Raise ConfigError when none may begin, InvalidOption for a topic that is not watched.
        """
        site = self._site
        begin = partial(
            trainings.begin_training,
            settings=settings_of_topic(site.settings, topic),
            caller=caller,
            now=site.clock(),
            reason=reason,
        )
        training = await site.write(begin)
        self.follow(training)
        return training

    def follow(self, training: PackTraining) -> None:
        """Do a training that was begun; its outcome is stored with it."""
        task = asyncio.create_task(self._train(training.key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _train(self, key: str) -> None:
        site = self._site
        try:
            process = await training_process.start_process(site.settings.path, key)
            fault = await training_process.wait_for_end(process)
        except OSError as error:
            fault = f"no process could be started to train: {error.strerror}"
        if fault:
            await site.write(lambda store: store.pack_trainings.fail(key, site.clock(), fault))

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
