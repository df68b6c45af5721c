"""The packs that a running process judges by: a promotion or a rollback replaces one."""

from __future__ import annotations

import logging
from itertools import chain
from typing import TYPE_CHECKING

from monitor.domain.errors import MonitorError, PackError
from monitor.runtime import build, topic_pack, topics

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.classify.packs.pack import Pack
    from monitor.classify.packs.pack_registry import PackInUse
    from monitor.pipeline.poll_context import LiveSettings
    from monitor.settings.sections import Settings

log = logging.getLogger(__name__)


class PackWatch:
    """Holds the packs in use of one process; used by one thread at a time, `fault` by any."""

    def __init__(self, settings: Settings) -> None:
        """Load the packs that the settings name.  Raise PackError, ConfigError."""
        self._settings, self._by_topic = settings, topics.settings_by_topic(settings)
        self._folders = _first_folders(self._by_topic)
        self._in_use = {name: topic_pack.in_use(topic) for name, topic in self._by_topic.items()}
        self._refusal = ""

    @property
    def packs(self) -> Mapping[str, Pack]:
        """The packs that this process judges by, by topic."""
        return {name: in_use.pack for name, in_use in self._in_use.items()}

    @property
    def ids(self) -> str:
        """Their names and digests in the order of the topics: "wolves@1a2b, bears@3c4d"."""
        return ", ".join(pack.id for pack in self.packs.values())

    def fault(self) -> str:
        """Why the promoted pack is not the one in use, in a sentence; empty when it is."""
        faults = chain.from_iterable(in_use.faults for in_use in self._in_use.values())
        return "; ".join(filter(None, (*faults, self._refusal)))

    def live_settings(self, settings: Settings) -> LiveSettings:
        """What decides by these settings, with the packs in use.  Raise ConfigError."""
        return build.live_settings(settings, self.packs)

    def look(self, settings: Settings) -> LiveSettings | None:
        """What decides from now on, if another pack was promoted since the last look; else None.

        A pack that can't be used is logged once, and the pack in use stays.
        """
        if settings is not self._settings:  # an edit, which was checked before
            self._settings, self._by_topic = settings, topics.settings_by_topic(settings)
        folders = _first_folders(self._by_topic)
        promoted = [name for name in folders if folders[name] != self._folders[name]]
        if not promoted:
            return None
        self._folders = folders
        packs_in_use = dict(self._in_use)
        self._refusal = ""
        for name in promoted:
            try:
                packs_in_use[name] = _usable(self._by_topic[name])
            except MonitorError as error:
                self._refuse(str(error), self._in_use[name].pack)
        changed = [name for name in promoted if packs_in_use[name] is not self._in_use[name]]
        if not changed:
            return None
        live = build.live_settings(
            settings, {name: pack.pack for name, pack in packs_in_use.items()}
        )
        for name in changed:
            before, now = self._in_use[name].pack.id, packs_in_use[name].pack.id
            log.info("pack.taken", extra={"pack": now, "instead_of": before})
        self._in_use = packs_in_use
        return live

    def _refuse(self, error: str, stays: Pack) -> None:
        fault = error.replace("\n", "; ")
        self._refusal = f"{fault}; {stays.id} stays in use"
        log.error("pack.refused", extra={"error": fault, "stays": stays.id})


def _usable(settings: Settings) -> PackInUse:
    """The promoted pack of one topic, which its rules fit.  Raise PackError, ConfigError."""
    promoted = topic_pack.find_pack(settings)
    if promoted.faults:  # the pack in use is as good as one that is only fallen back to
        raise PackError("; ".join(promoted.faults))
    topic_pack.keyword_rules(settings, promoted.pack)
    return promoted


def _first_folders(by_topic: Mapping[str, Settings]) -> dict[str, Path]:
    """Topic → the folder of the pack that should be in use."""
    return {name: topic_pack.first_pack_folder(topic) for name, topic in by_topic.items()}
