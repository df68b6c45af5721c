"""The pack that a running process judges by: a promotion or a rollback replaces it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from monitor.domain.errors import MonitorError, PackError
from monitor.runtime import build, topic_pack

if TYPE_CHECKING:
    from monitor.classify.packs.pack_registry import PackInUse
    from monitor.pipeline.poll_context import LiveSettings
    from monitor.settings.sections import Settings

log = logging.getLogger(__name__)


class PackWatch:
    """Holds the pack in use of one process; used by one thread at a time, `fault` by any."""

    def __init__(self, settings: Settings) -> None:
        """Load the pack that the settings name.  Raise PackError, ConfigError."""
        self._folder = topic_pack.first_pack_folder(settings)
        self._in_use = topic_pack.in_use(settings)
        self._refusal = ""

    @property
    def in_use(self) -> PackInUse:
        """The pack that this process judges by."""
        return self._in_use

    def fault(self) -> str:
        """Why the promoted pack is not the one in use, in a sentence; empty when it is."""
        return "; ".join(filter(None, (*self._in_use.faults, self._refusal)))

    def live_settings(self, settings: Settings) -> LiveSettings:
        """What decides by these settings, with the pack in use.  Raise ConfigError."""
        return build.live_settings(settings, self._in_use.pack)

    def look(self, settings: Settings) -> LiveSettings | None:
        """What decides from now on, if another pack was promoted since the last look; else None.

        A pack that can't be used is logged once, and the pack in use stays.
        """
        folder = topic_pack.first_pack_folder(settings)
        if folder == self._folder:
            return None
        self._folder = folder
        try:
            promoted = topic_pack.find_pack(settings)
            if promoted.faults:  # the pack in use is as good as one that is only fallen back to
                raise PackError("; ".join(promoted.faults))
            live = build.live_settings(settings, promoted.pack)
        except MonitorError as error:
            fault = str(error).replace("\n", "; ")
            self._refusal = f"{fault}; {self._in_use.pack.id} stays in use"
            log.error("pack.refused", extra={"error": fault, "stays": self._in_use.pack.id})
            return None
        before, self._in_use, self._refusal = self._in_use.pack.id, promoted, ""
        log.info("pack.taken", extra={"pack": promoted.pack.id, "instead_of": before})
        return live
