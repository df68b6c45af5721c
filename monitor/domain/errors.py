"""Errors: every exception that this program raises on purpose, and what to do about each.

MonitorError
├── ConfigError          the operator can correct it: exit code 2, nothing half-done
├── PackError            the topic pack is missing, altered or of another version: exit code 2
├── StoreError           the database is unreadable, read-only, full or newer than the program
│   └── StoreBusy        another writer holds it: try again
├── FetchError           one feed, one poll: counted, backed off, shown
├── ParseError           the document is not a feed: counted, backed off, shown
└── DeliveryError
    ├── Unreachable      try again later
    └── Refused          never try again
"""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.reasons import DeliveryReason, FeedReason


class MonitorError(Exception):
    """The root; its text is one sentence: what is wrong and what to do."""


class ConfigError(MonitorError):
    """A wrong setting, argument, file or folder that the operator can correct."""


class PackError(MonitorError):
    """A topic pack that can't be used; the text names the file and the cause."""


class StoreError(MonitorError):
    """A database that can't be used as it is; `cause` is why without its address, or empty."""

    cause: str = ""


class StoreBusy(StoreError):
    """Another process holds the write lock for too long; the same call may succeed later."""


class FetchError(MonitorError):
    """A request to a publisher failed, or its answer can't be used."""

    status: int | None = None  # of the HTTP answer, where that is the reason

    def __init__(
        self, reason: FeedReason, detail: str, *, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after  # from the server, clamped


class ParseError(MonitorError):
    """The answer is not a feed that can be read."""

    def __init__(self, reason: FeedReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class DeliveryError(MonitorError):
    """A message was not accepted; `reason` is a metric label, the text carries no secret."""

    def __init__(self, reason: DeliveryReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Unreachable(DeliveryError):
    """A temporary failure: the same message, with the same key, is tried again."""

    def __init__(
        self, reason: DeliveryReason, detail: str, *, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after  # from the receiver, clamped


class Refused(DeliveryError):
    """A permanent refusal of this message; with `disable`, of every message."""

    def __init__(self, reason: DeliveryReason, detail: str, *, disable: bool = False) -> None:
        super().__init__(reason, detail)
        self.disable = disable
