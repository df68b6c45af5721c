"""Option values as a person types them: durations and instants; errors name the option.

Options have neutral names here ("since"); the command line prints its own spelling ("--since").
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.domain.errors import ConfigError


class InvalidOption(ConfigError):
    """An option whose value can't be used; `problem` is what follows its name in the sentence."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(f"{option} {problem}")
        self.option = option
        self.problem = problem


def parse_duration(text: str, option: str) -> timedelta:
    """ "1h30m" → timedelta.  Raise InvalidOption."""
    from monitor.settings.values import duration

    try:
        return duration(text)
    except ValueError as error:
        raise InvalidOption(option, f"{text!r}: {error}") from None


def parse_instant(text: str, option: str, now: datetime) -> datetime:
    """A time ago ("2d"), or a date or time; without a zone it is UTC.  Raise InvalidOption."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return now - parse_duration(text, option)
        except (InvalidOption, OverflowError):
            raise InvalidOption(
                option,
                f'{text!r}: give a time ago, such as "6h" or "2d", or a date, such as'
                ' "2025-06-17" or "2025-06-17T12:00" (UTC if it has no zone)',
            ) from None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
