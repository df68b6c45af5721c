"""Option values as a person types them: durations and instants; errors name the option.

Options have neutral names here ("since"); the command line prints its own spelling ("--since").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError
from monitor.text.formats import YEARS, duration_text
from monitor.text.languages import primary_subtag

if TYPE_CHECKING:
    from monitor.settings.sections import Settings

SHORTEST_INTERVAL, LONGEST_INTERVAL = timedelta(minutes=1), timedelta(days=30)


class InvalidOption(ConfigError):
    """An option whose value can't be used; `problem` is what follows its name in the sentence."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(f"{option} {problem}")
        self.option = option
        self.problem = problem


def check_language(text: str, option: str = "lang") -> str:
    """The language tag as typed.  Raise InvalidOption for what is no language code."""
    if primary_subtag(text) is None:
        raise InvalidOption(
            option,
            f'{text!r}: no such language; give its two letters (ISO 639-1), such as "en", "ko"',
        )
    return text.strip()


def is_interval(interval: timedelta) -> bool:
    """Whether it can be the time between two polls: from a minute to thirty days."""
    return SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL


def check_interval(interval: timedelta, option: str = "every") -> timedelta:
    """The time between two polls.  Raise InvalidOption outside of a minute and thirty days."""
    if not is_interval(interval):
        shortest, longest = duration_text(SHORTEST_INTERVAL), duration_text(LONGEST_INTERVAL)
        length = duration_text(interval)
        raise InvalidOption(option, f"{length!r}: from {shortest} to {longest}")
    return interval


def parse_duration(text: str, option: str) -> timedelta:
    """ "1h30m" → timedelta, of a hundred years at most.  Raise InvalidOption."""
    from monitor.settings.values import duration

    try:
        return duration(text)
    except ValueError as error:
        raise InvalidOption(option, f"{text!r}: {error}") from None


def parse_length(text: str, option: str) -> timedelta:
    """How long a span is: a duration that is longer than zero.  Raise InvalidOption."""
    length = parse_duration(text, option)
    if not length:
        raise InvalidOption(option, f"{text!r}: must be longer than zero")
    return length


def parse_instant(text: str, option: str, now: datetime) -> datetime:
    """A time ago ("2d"), or a date or time; without a zone it is UTC.  Raise InvalidOption."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        return now - _parse_time_ago(text, option)
    try:
        return in_utc(instant)
    except ValueError as error:
        raise InvalidOption(option, f"{text!r} {error}") from None


def in_utc(instant: datetime) -> datetime:
    """The instant in UTC, which it also is without a zone.

    Raise ValueError, with what follows the instant in the sentence, outside of the years allowed.
    """
    if instant.year not in YEARS:
        raise ValueError(f"lies outside the years {YEARS[0]} to {YEARS[-1]}")
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _parse_time_ago(text: str, option: str) -> timedelta:
    from monitor.settings.values import TooLongDuration, duration

    try:
        return duration(text)
    except TooLongDuration as error:
        raise InvalidOption(option, f"{text!r}: {error}") from None
    except ValueError:
        raise InvalidOption(
            option,
            f'{text!r}: give a time ago, such as "6h" or "2d", or a date, such as'
            ' "2025-06-17" or "2025-06-17T12:00" (UTC if it has no zone)',
        ) from None


def check_topics(
    names: Sequence[str], watched: Collection[str], stored: Collection[str] = ()
) -> frozenset[str]:
    """The topics as a set.  Raise InvalidOption for one that is not watched.

    One of those `stored` in the subscription may stay: it was removed from the settings.
    """
    for name in names:
        if name not in watched and name not in stored:
            listed = ", ".join(watched)
            raise InvalidOption("topic", f"{name}: no such topic is watched; there are: {listed}")
    return frozenset(names)


def settings_of_topic(settings: Settings, name: str) -> Settings:
    """The settings with this topic first; "": as they are.

    Raise InvalidOption for one that is not watched; ConfigError, PackError.
    """
    if not name:
        return settings
    from monitor.runtime import topics

    by_topic = topics.settings_by_topic(settings)
    check_topics([name], by_topic)
    return by_topic[name]


def check_watched(settings: Settings, name: str) -> None:
    """Raise InvalidOption for a topic that is not watched; ConfigError, PackError.  "" is none."""
    settings_of_topic(settings, name)
