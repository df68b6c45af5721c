"""Preferences of a person: the time zone of pages, and the keys that act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person has chosen."""

    time_zone: str = ""  # "Asia/Seoul"; empty: that of the browser
    key_choice: str = ""  # "off", or changes such as "r=a x=d"; empty: the usual keys


def set_preferences(store: Store, caller: Caller, preferences: Preferences) -> None:
    """Keep the choice of the caller, for every browser.

    Raise ConfigError for a zone that there is not, and when the person was removed meanwhile.
    """
    zone = preferences.time_zone
    if zone and zone not in available_timezones():
        raise ConfigError(f"There is no time zone {zone[:60]!r}: choose one of the list.")
    if not store.people.set_preferences(caller.person_key, zone, preferences.key_choice):
        raise ConfigError("There is no such person any more: sign in again.")
