"""The configuration while the service runs: a good edit takes effect, a bad one is refused.

The file is read whole at every look: it is small, and times and sizes miss an edit that keeps
both.  An edit counts once two looks in a row found the same: a file that is only half written may
well be right by itself, and would drop every rule for a second.
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
    from monitor.settings.sections import Settings

log = logging.getLogger(__name__)

# What takes effect while the service runs; the last is read by commands only.  All other
# settings are built into connections, processes and channels, and wait for a restart.
LIVE = frozenset(
    {
        "keywords.rules", "topic.threshold", "topic.lexicon", "poll.every", "poll.fastest",
        "poll.slowest", "keywords.alert_budget",
    }
)  # fmt: skip
MOST_BYTES = 4 * 2**20


class SettingsReload:
    """Watches one configuration file for one running service; used by one thread at a time."""

    def __init__(
        self,
        file: Path,
        started: Settings,
        *,
        role: str,
        update: Callable[[Settings], LiveSettings | None],
    ) -> None:
        """`update` checks edited settings and returns what decides by them, or None in a process
        that does not judge; it raises MonitorError for settings that are wrong.
        """
        self._file = file.absolute()  # not resolved: a link may be turned elsewhere
        self._started = self._current = started
        self._update = update
        self._seen: bytes | str | None = None  # at the last look: content, or why there is none
        self._judged: bytes | str | None = None
        self._mute = False
        self._said = RunningSettings(
            pid=os.getpid(),
            role=role,
            config=started.decision_digest,
            since=rfc3339(clock.now()),
        )
        self._say(self._said)

    def look(self) -> LiveSettings | None:
        """Look whether the file was edited; the new live settings, if an edit changes them."""
        content = self._read()
        settled, self._seen = content == self._seen, content
        live = None
        if settled and content != self._judged:
            self._judged = content
            live = self._judge(content)
        self._touch()
        return live

    def fault(self) -> str:
        """Why the file as it is now is refused; nothing when it is not."""
        return self._said.fault

    def close(self) -> None:
        """The service ends."""
        status_file.remove(self._file, self._said.role)

    def _read(self) -> bytes | str:
        try:
            with self._file.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            return f"{self._file}: can't be read: {error.strerror}"
        if len(content) > MOST_BYTES:
            return f"{self._file}: longer than {MOST_BYTES:,} bytes"
        return content

    def _judge(self, content: bytes | str) -> LiveSettings | None:
        try:
            edited = self._load(content)
            live = self._checked(edited)
        except MonitorError as error:
            self._refuse(str(error))
            return None
        decides_anew = (
            edited.topic.pack == self._started.topic.pack
            and edited.decision_digest != self._current.decision_digest
        )
        self._take(edited, decides_anew=decides_anew)
        return live if decides_anew else None

    def _load(self, content: bytes | str) -> Settings:
        from monitor.settings import loader

        if isinstance(content, str):
            raise ConfigError(content)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ConfigError(f"{self._file}: can't be read: {error}") from error
        return loader.load(self._file, text=text)

    def _checked(self, edited: Settings) -> LiveSettings | None:
        """Check the edit; what decides by it.  None where that waits for a restart: another pack,
        whose themes the rules are written for.
        """
        from monitor.runtime import topic_pack

        if edited.topic.pack == self._started.topic.pack:
            return self._update(edited)
        topic_pack.keyword_rules(edited, topic_pack.read_card(edited))
        return None

    def _refuse(self, fault: str) -> None:
        if fault != self._said.fault:
            log.error("config.refused", extra={"error": fault.replace("\n", "; ")})
        self._say(replace(self._said, fault=fault))

    def _take(self, edited: Settings, *, decides_anew: bool) -> None:
        waiting = [name for name in changed(self._started, edited) if name not in LIVE]
        if "topic.pack" in waiting:
            waiting += [name for name in changed(self._current, edited) if name in LIVE]
        taken = [name for name in changed(self._current, edited) if name not in waiting]
        said = replace(self._said, fault="", restart=tuple(sorted(waiting)))
        if decides_anew:
            since = rfc3339(clock.now())
            said = replace(said, config=edited.decision_digest, since=since)
        if taken or self._said.fault:
            log.info("config.taken", extra={"changed": ", ".join(taken), "config": said.config})
        if said.restart and said.restart != self._said.restart:
            log.warning("config.needs_restart", extra={"settings": ", ".join(said.restart)})
        if "topic.pack" not in waiting:
            self._current = edited
        self._say(said)

    # The folder may be read-only: the log says all of it, too.

    def _say(self, said: RunningSettings) -> None:
        self._said = said
        try:
            status_file.write(self._file, said)
        except OSError as error:
            self._complain(error)

    def _touch(self) -> None:
        try:
            status_file.touch(self._file, self._said.role)
        except FileNotFoundError:
            self._say(self._said)
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._mute:
            self._mute = True
            fields = {"error": error.strerror, "folder": str(self._file.parent)}
            log.warning("config.status_unwritable", extra=fields)


def changed(before: Settings, after: Settings) -> list[str]:
    """The names of the settings that differ: "poll.timeout"."""
    return [
        f"{section}.{key}"
        for section, table in after
        if section != "path"
        for key, value in table
        if value != getattr(getattr(before, section), key)
    ]
