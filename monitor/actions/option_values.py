"""Options as a person types them: durations and instants; errors name the option."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.domain.errors import ConfigError


def parse_duration(text: str, option: str) -> timedelta:
    """ "1h30m" → timedelta.  Raise ConfigError, which names the option."""
    from monitor.settings.values import duration

    try:
        return duration(text)
    except ValueError as error:
        raise ConfigError(f"{option} {text!r}: {error}") from None


def parse_instant(text: str, option: str, now: datetime) -> datetime:
    """A time ago ("2d"), or a date or time; without a zone it is UTC.

    Raise ConfigError, which names the option.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return now - parse_duration(text, option)
        except (ConfigError, OverflowError):
            raise ConfigError(
                f'{option} {text!r}: give a time ago, such as "6h" or "2d", or a date, such as'
                ' "2025-06-17" or "2025-06-17T12:00" (UTC, if no zone is said)'
            ) from None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
