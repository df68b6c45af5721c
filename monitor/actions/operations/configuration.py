"""The configuration: check it whole, and show the settings in force with secrets masked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError
from monitor.runtime import build, topic_pack, topics, transports

if TYPE_CHECKING:
    from monitor.settings.sections import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedConfiguration:
    """A configuration in which everything is right."""

    path: Path | None  # None: defaults and environment only
    topic: str  # the name of its pack
    rules: int  # keyword rules


def check_configuration(settings: Settings) -> CheckedConfiguration:
    """Check database address, topic pack, keyword rules and mail settings.

    Raise ConfigError or PackError naming the first thing that is wrong.
    """
    build.sqlite_file(settings)
    transports.mail_channel(settings)
    for topic in topics.settings_by_topic(settings).values():
        topic_pack.keyword_rules(topic, topic_pack.load_pack(topic))
    pack = topic_pack.load_pack(settings)
    rules = len(settings.keywords.rules)
    return CheckedConfiguration(path=settings.path, topic=pack.name, rules=rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveSetting:
    """A setting in force."""

    section: str
    key: str
    value: object  # ready for JSON; secrets are masked
    place: str  # "monitor.toml:12", an environment variable; "" for the shipped default

    @property
    def name(self) -> str:
        """ "poll.every" """
        return f"{self.section}.{self.key}"

    @property
    def text(self) -> str:
        """The value in a line; a list or table as JSON."""
        plain = isinstance(self.value, str)
        return str(self.value) if plain else json.dumps(self.value, ensure_ascii=False)

    def as_json(self) -> JsonObject:
        """Its name, its value, and where it was set; null for the shipped default."""
        return {"setting": self.name, "value": self.value, "place": self.place or None}


def effective_settings(settings: Settings) -> list[EffectiveSetting]:
    """Every setting in the order of the file, with the file and line that set it."""
    effective = []
    for section, table in shown_settings(settings).items():
        for key, value in table.items():
            place = settings.place_of(section, key)
            effective.append(EffectiveSetting(section=section, key=key, value=value, place=place))
    return effective


def shown_settings(settings: Settings) -> dict[str, dict[str, Any]]:
    """Section → key → value of the settings in force; secrets are masked."""
    values: dict[str, dict[str, Any]] = settings.model_dump(mode="json")
    values["database"]["url"] = mask_password(settings.database_url)
    return values


def mask_password(url: str) -> str:
    """A database URL without its password."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")).geturl()


def settings_now(started: Settings, file: Path | None = None) -> tuple[Settings, str]:
    """The settings of the file now; where it is refused those of the start, and why it is.

    `file` is by default the one that `started` were read from.
    """
    from monitor.settings import loader

    file = file or started.path
    if file is None:
        return started, ""
    try:
        return loader.load(file), ""
    except ConfigError as error:
        return started, str(error)


def settings_of_file(started: Settings, file: Path | None = None) -> Settings:
    """The settings of the file now.  Raise ConfigError when it is refused as it is.

    `file` is by default the one that `started` were read from.
    """
    settings, fault = settings_now(started, file)
    if fault:
        raise ConfigError(f"the file is wrong as it is, so repair it first: {fault}")
    return settings


class WatchedSettings:
    """The settings of a file as it is now, loaded anew when its content has changed."""

    def __init__(self, started: Settings) -> None:
        self._started = started
        self._content: bytes | None = None  # that was loaded last
        self._settings = started

    def current(self) -> Settings:
        """The settings of the file.  Raise ConfigError when it is refused as it is."""
        file = self._started.path
        if file is None:
            return self._started
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ConfigError(f"{file}: can't be read: {error.strerror}") from error
        if content != self._content:
            self._settings, self._content = settings_of_file(self._started), content
        return self._settings
