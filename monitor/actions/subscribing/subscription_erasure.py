"""Erase a subscription: all that the database holds about it goes; what remains is stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.subscribing import subscriptions
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import JobKind
from monitor.text.formats import count_text

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.settings.sections import Settings
    from monitor.store.store import Store

_REASON = "it is being erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedSubscription:
    """What was erased, in numbers, and what the service can't erase."""

    key: str
    name: str  # "" of one that was removed before
    alerts: int
    attempts: int
    silences: int
    kept_answers: int
    remains: tuple[str, ...]  # a sentence each

    @property
    def summary(self) -> str:
        """ "12 messages with 14 attempts, 1 silence" """
        numbers = [
            count_text(self.alerts, "message"),
            count_text(self.attempts, "attempt"),
            count_text(self.silences, "silence"),
        ]
        return f"address, filters and {', '.join(numbers)} are gone from the database"

    def as_json(self) -> JsonObject:
        """The result as `subscriptions remove --erase --json` prints it."""
        return {
            "key": self.key,
            "name": self.name,
            "alerts": self.alerts,
            "attempts": self.attempts,
            "silences": self.silences,
            "kept_answers": self.kept_answers,
            "remains": list(self.remains),
        }


def erase_subscription(
    store: Store, key_or_name: str, settings: Settings, now: datetime
) -> ErasedSubscription:
    """Erase a subscription, also one that was removed earlier, by the beginning of its key.

    Nothing more is sent to it from the first moment.  An interrupted erasure is continued by
    calling again.  Raise ConfigError when there is no such subscription.
    """
    stored = store.subscriptions.find(key_or_name)
    key = stored.key if stored else _key_of_removed(store, key_or_name)
    store.subscriptions.unsubscribe(key, _REASON, now)
    alerts = attempts = 0
    after, is_last = "", False
    while not is_last:
        step = store.erasure.step(key, after)
        alerts, attempts = alerts + step.alerts, attempts + step.attempts
        after, is_last = step.last_key, step.is_last
    rest = store.erasure.finish(key)
    name = stored.name if stored else ""
    return ErasedSubscription(
        key=key,
        name=name,
        alerts=alerts,
        attempts=attempts,
        silences=rest.silences,
        kept_answers=rest.kept_answers,
        remains=tuple(_remains(store, name, settings, stored.channel if stored else None)),
    )


def _key_of_removed(store: Store, beginning: str) -> str:
    keys = store.erasure.keys_of_removed(beginning) if beginning else []
    if len(keys) > 1:
        raise ConfigError(f"several keys begin with {beginning!r}: give more of the key")
    if keys:
        return keys[0]
    return subscriptions.find_subscription(store, beginning).key  # raises


def _remains(
    store: Store, name: str, settings: Settings, channel: ChannelKind | None
) -> Iterator[str]:
    """What the service does not erase, and who can; no channel: it was removed earlier."""
    from monitor.store.access.audit_repository import AuditFilter

    is_named = bool(name) and bool(store.audit_log.list(AuditFilter(target=name), 1))
    if is_named:
        yield f"the audit log, which is never changed, keeps the name {name!r} without an address"
    exports = store.jobs.list(kind=JobKind.EXPORT) if name else []
    if any(job.options.get("subscription") == name for job in exports):
        yield f"export jobs that were restricted to {name!r} keep the name for 90 days"
    folder = settings.folder / settings.email.folder
    may_have_mails = channel in (ChannelKind.EMAIL, None) and not settings.email.host
    if may_have_mails and folder.is_dir():
        yield f"mails to it are files in {folder}: delete them there"
    yield (
        "backups made before, log files, a setup file that names it, and what its receiver has:"
        " erase it there"
    )
