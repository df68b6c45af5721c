"""Reload of the configuration while the service runs: good edits take effect, bad are refused.

The file is read whole at every look: it is small, and its time and size may miss an edit.  An edit
counts when two looks in a row read the same content: a half-written file may be valid by itself,
and would drop every rule for a second.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError, MonitorError
from monitor.runtime import clock, status_file
from monitor.runtime.status_file import RunningSettings
from monitor.text.formats import rfc3339

if TYPE_CHECKING:
    from monitor.pipeline.poll_context import LiveSettings
    from monitor.runtime.live_changes.pack_watch import PackWatch
    from monitor.settings.sections import Settings

log = logging.getLogger(__name__)

# Settings that take effect while the service runs; the last one is read by commands only.  All
# others are built into connections, processes and channels, and need a restart.
LIVE = frozenset(
    {
        "keywords.rules", "topic.threshold", "topic.review_threshold", "topic.memory",
        "topic.lexicon", "poll.every", "poll.fastest", "poll.slowest", "keywords.alert_budget",
    }
)  # fmt: skip
MAX_BYTES = 4 * 2**20


class SettingsReload:
    """Watches one configuration file for one running service; used by one thread at a time."""

    def __init__(
        self,
        file: Path,
        started: Settings,
        *,
        role: str,
        packs: PackWatch | None = None,
        address: str = "",
        update: Callable[[Settings], LiveSettings | None],
    ) -> None:
        """`packs` holds the pack that this process judges by, None where it does not judge;
        `address` is that of its pages.

        `update` checks edited settings and returns what decides by them, or None in a process that
        does not judge; it raises MonitorError for settings that are wrong.
        """
        self._file = file.absolute()  # not resolved: a symbolic link may change
        self._started = self._current = started
        self._update = update
        self._packs = packs
        # At the last look: the content, or why it can't be read.
        self._seen: bytes | str | None = None
        self._judged: bytes | str | None = None
        self._status_unwritable = False
        self._steps = clock.StepDetector()
        self._status = RunningSettings(
            pid=os.getpid(),
            role=role,
            config=started.decision_digest,
            since=rfc3339(clock.now()),
            pack=packs.ids if packs else "",
            address=address,
            steady_since=rfc3339(self._steps.since()),
        )
        status_file.remove_left_behind(self._file, clock.now())
        self._publish(self._status)

    def look(self) -> LiveSettings | None:
        """Look whether the file was edited or another pack was promoted.

        The new live settings, if that changes them.
        """
        content = self._read()
        settled, self._seen = content == self._seen, content
        live = None
        if settled and content != self._judged:
            self._judged = content
            live = self._judge(content)
        live = self._look_at_pack() or live
        steady_since = rfc3339(self._steps.since())
        if steady_since != self._status.steady_since:
            self._publish(replace(self._status, steady_since=steady_since))
        self._touch()
        return live

    def _look_at_pack(self) -> LiveSettings | None:
        """What decides with a pack that was promoted since the last look; None without one."""
        live = self._packs.look(self._current) if self._packs else None
        if self._packs and live:
            self._publish(replace(self._status, pack=self._packs.ids))
        return live

    def fault(self) -> str:
        """Why the current content of the file is refused; empty when it is not."""
        return self._status.fault

    def close(self) -> None:
        """Remove the status file, at the end of the service."""
        status_file.remove(self._file, self._status.role, self._status.pid)

    def _read(self) -> bytes | str:
        try:
            with self._file.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            return f"{self._file}: can't be read: {error.strerror}"
        if len(content) > MAX_BYTES:
            return f"{self._file}: longer than {MAX_BYTES:,} bytes"
        return content

    def _judge(self, content: bytes | str) -> LiveSettings | None:
        try:
            edited = self._load(content)
            live = self._checked(edited)
        except MonitorError as error:
            self._refuse(str(error))
            return None
        decides_anew = (
            _packs(edited) == _packs(self._started)
            and edited.decision_digest != self._current.decision_digest
        )
        self._take(edited, decides_anew=decides_anew)
        return live if decides_anew else None

    def _load(self, content: bytes | str) -> Settings:
        from monitor.settings import layers, loader

        if isinstance(content, str):
            raise ConfigError(content)
        try:
            text = layers.decode(content)
        except UnicodeDecodeError as error:
            raise ConfigError(f"{self._file}: can't be read: {error}; save it as UTF-8") from error
        return loader.load(self._file, text=text)

    def _checked(self, edited: Settings) -> LiveSettings | None:
        """Check the edit; what decides by it.  None where that waits for a restart: another pack,
        whose themes the rules are written for.
        """
        from monitor.runtime import build

        if _packs(edited) == _packs(self._started):
            return self._update(edited)
        build.check_rules(edited)
        return None

    def _refuse(self, fault: str) -> None:
        if fault != self._status.fault:
            log.error("config.refused", extra={"error": fault.replace("\n", "; ")})
        self._publish(replace(self._status, fault=fault))

    def _take(self, edited: Settings, *, decides_anew: bool) -> None:
        waiting = [name for name in changed(self._started, edited) if name not in LIVE]
        has_other_packs = _packs(edited) != _packs(self._started)
        if not has_other_packs and "topic.further" in waiting:  # their thresholds are live
            waiting.remove("topic.further")
        if has_other_packs:
            waiting += [name for name in changed(self._current, edited) if name in LIVE]
        applied = [name for name in changed(self._current, edited) if name not in waiting]
        status = replace(self._status, fault="", restart=tuple(sorted(waiting)))
        if decides_anew:
            since = rfc3339(clock.now())
            status = replace(status, config=edited.decision_digest, since=since)
        if applied or self._status.fault:
            log.info("config.taken", extra={"changed": ", ".join(applied), "config": status.config})
        if status.restart and status.restart != self._status.restart:
            log.warning("config.needs_restart", extra={"settings": ", ".join(status.restart)})
        if not has_other_packs:
            self._current = edited
        self._publish(status)

    # The folder may be read-only; the log has the same information.

    def _publish(self, status: RunningSettings) -> None:
        self._status = status
        try:
            status_file.write(self._file, status)
        except OSError as error:
            self._complain(error)

    def _touch(self) -> None:
        try:
            status_file.touch(self._file, self._status.role, self._status.pid)
        except FileNotFoundError:
            self._publish(self._status)
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._status_unwritable:
            self._status_unwritable = True
            fields = {"error": error.strerror, "folder": str(self._file.parent)}
            log.warning("config.status_unwritable", extra=fields)


def _packs(settings: Settings) -> tuple[str, ...]:
    """The packs of the topics, as they are written."""
    return (settings.topic.pack, *(further.pack for further in settings.topic.further))


def changed(before: Settings, after: Settings) -> list[str]:
    """The names of the settings that differ: "poll.timeout"."""
    names: list[str] = []
    for section, table in after:
        if section != "path":
            old = getattr(before, section)
            names += [f"{section}.{key}" for key, value in table if value != getattr(old, key)]
    return names
