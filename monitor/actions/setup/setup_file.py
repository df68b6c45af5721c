"""The setup file: feeds, subscriptions and silences in TOML, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from monitor.actions.option_values import in_utc
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions
from monitor.domain.alerts import About, ChannelKind
from monitor.domain.delivery_schedule import Frequency
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.settings.value_faults import value_fault

AUTOMATIC = "auto"
NONE = "none"
_LARGEST = 10 * 2**20  # bytes


class _Entry(BaseModel):
    """A table of the file; a key that is not there leaves a value as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedEntry(_Entry):
    """A feed, known by its address."""

    url: str
    title: str | None = None  # empty: the publisher's
    language: str | None = None  # empty: the publisher's
    every: str | None = None  # "30m"; "auto": as it publishes
    tags: tuple[str, ...] | None = None
    note: str | None = None
    full_text: bool | None = None
    paused: bool | None = None


class SubscriptionEntry(_Entry):
    """A subscription, known by its name; exactly one of the addresses."""

    name: str
    email: str | None = None
    webhook: str | None = None
    apprise: str | None = None
    topics: tuple[str, ...] | None = None
    themes: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    feeds: tuple[str, ...] | None = None  # addresses, or whole keys
    min_score: float | None = Field(None, ge=0, le=1)
    filter: str | None = None  # empty: none
    about: tuple[About, ...] | None = Field(None, min_length=1)
    repeat: Repeat | None = None
    tier: WantedTier | None = None
    cadence: Frequency | None = None
    at: str | None = None
    on: str | None = None
    zone: str | None = None
    quiet: str | None = None  # "22:00-07:00" or "none"
    budget: int | Literal["none"] | None = None
    group: str | None = None  # "10m" or "none"
    empty_digest: bool | None = None
    paused: bool | None = None

    def destination(self) -> tuple[ChannelKind, str]:
        """The channel and the address.  Raise ConfigError unless there is exactly one."""
        addresses = {
            ChannelKind.EMAIL: self.email,
            ChannelKind.WEBHOOK: self.webhook,
            ChannelKind.APPRISE: self.apprise,
        }
        stated_addresses = [(kind, text) for kind, text in addresses.items() if text is not None]
        if len(stated_addresses) != 1:
            raise ConfigError(
                f"subscription {self.name!r}: say where to: one of email, webhook and apprise"
            )
        return stated_addresses[0]

    def schedule(self) -> ScheduleOptions:
        """The keys of the schedule, as a person types them."""
        return ScheduleOptions(
            frequency=self.cadence,
            at=self.at,
            on=self.on,
            zone=self.zone,
            quiet=self.quiet,
            budget=None if self.budget is None else str(self.budget),
            group=self.group,
            empty=self.empty_digest,
        )


class SilenceEntry(_Entry):
    """A silence, known by what it silences."""

    reason: str
    until: Annotated[datetime, AfterValidator(in_utc)]  # without a zone: UTC
    subscription: str | None = None  # name
    feed: str | None = None  # address
    theme: str | None = None
    term: str | None = None
    every: str | None = None  # "mon-fri 22:00-06:00"
    zone: str | None = None  # of `every`


class SetupFile(_Entry):
    """The whole file; None: it says nothing of this kind."""

    feeds: tuple[FeedEntry, ...] | None = None
    subscriptions: tuple[SubscriptionEntry, ...] | None = None
    silences: tuple[SilenceEntry, ...] | None = None


def read_setup(path: Path) -> SetupFile:
    """Read a setup file.  Raise ConfigError, naming the key, for one that can't be used."""
    try:
        with path.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise ConfigError(f"{path}: is larger than {_LARGEST // 2**20} MB: it is no setup file")
    try:
        return read_setup_text(content)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def read_setup_text(content: bytes) -> SetupFile:
    """The setup of a file's content.  Raise ConfigError, naming the key."""
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"the setup is no TOML: {error}") from None
    return parse_setup(table)


def parse_setup(table: Mapping[str, Any]) -> SetupFile:
    """The setup of a parsed file.  Raise ConfigError, naming the key."""
    try:
        setup = SetupFile.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ConfigError(f"{_place(first['loc'])}: {_fault(first)}") from None
    for subscription in setup.subscriptions or ():
        subscription.destination()
    _check_unique("feeds", [feed.url for feed in setup.feeds or ()])
    _check_unique("subscriptions", [entry.name for entry in setup.subscriptions or ()])
    return setup


def _place(location: tuple[int | str, ...]) -> str:
    """ "subscriptions[2].cadence", counted from 1."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _fault(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "there is no such key: docs/setup.md lists them"
    return value_fault(fault)


def _check_unique(kind: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"{kind}: {name!r} is there more than once")
