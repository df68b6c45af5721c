"""One step of applying a setup file: what it changes, and how it is done."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError, FetchError

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.store.store import Store


@contextmanager
def named_place(kind: str, number: int) -> Iterator[None]:
    """Name the entry in an error about it: "feeds[2]: …", counted from 1.

    Raise ConfigError in place of ConfigError and FetchError.
    """
    try:
        yield
    except (ConfigError, FetchError) as error:
        raise ConfigError(f"{kind}[{number}]: {error}") from None


class StepKind(enum.StrEnum):
    """What a step does with a thing."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


_SIGNS = {StepKind.ADD: "+", StepKind.CHANGE: "~", StepKind.REMOVE: "-"}

# Does the step; returns a signing secret that is shown now and never again, else nothing.
Perform = Callable[["Store", "Caller", datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """A step of the plan; `before` and `after` hold the fields that change."""

    kind: StepKind
    noun: str  # "feed", "subscription", "silence"
    name: str
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    perform: Perform = field(compare=False, repr=False)

    @property
    def sentence(self) -> str:
        """ "~ subscription desk: min_score 0.5 → 0.7" """
        changes = [
            f"{name} {_text(self.before.get(name))} → {_text(value)}"
            for name, value in self.after.items()
        ]
        details = f": {', '.join(changes)}" if changes else ""
        return f"{_SIGNS[self.kind]} {self.noun} {self.name}{details}"

    def as_json(self) -> JsonObject:
        """The step as `apply --json` prints it."""
        return {
            "act": self.kind.value,
            "kind": self.noun,
            "name": self.name,
            "before": dict(self.before),
            "after": dict(self.after),
        }


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):  # a delivery schedule
        return " ".join(f"{name}={part}" for name, part in value.items() if part)
    return "none" if value in (None, "") else str(value)
