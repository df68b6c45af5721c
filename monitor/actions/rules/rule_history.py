"""Rules in force, and their history: each version with who put it in force, when and why."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.operations.configuration import settings_now
from monitor.domain.errors import ConfigError
from monitor.runtime import config_file, status_file
from monitor.store.rules.rule_version import RuleVersion

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


NO_VERSIONS = (
    "No change of the rules was put in force by the console or the API yet. The rules of the file"
    " are in force all the same; with the first such change they become a version."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProcess:
    """A running process, and whether it decides by the rules in force."""

    role: str
    pid: int
    has_current: bool
    fault: str  # why it refuses the file

    @property
    def sentence(self) -> str:
        """ "all (process 4711) decides by these rules." """
        name = f"{self.role} (process {self.pid})"
        if self.fault:
            return f"{name} refuses the file and keeps the last valid rules: {self.fault}"
        if self.has_current:
            return f"{name} decides by these rules."
        return f"{name} still decides by earlier rules; it takes a changed file within 5 s."


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rules that the file has now."""

    settings: Settings
    text: str  # as `settings.rule_text` writes it
    config: str  # `Settings.decision_digest`: names these rules
    version: RuleVersion | None  # None: they were never put in force here
    file: Path | None
    unwritable: str  # why no rules can be put in force; "" when they can
    fault: str  # why the file is refused as it is now; the rules are those of the start then
    processes: tuple[RuleProcess, ...]

    def as_json(self) -> JsonObject:
        """The rules for programs."""
        return {
            "config": self.config,
            "text": self.text,
            "threshold": self.settings.topic.threshold,
            "lexicon": _lexicon_as_json(self.settings.topic.lexicon),
            "further": [
                {
                    "pack": further.pack,
                    "threshold": further.threshold,
                    "lexicon": _lexicon_as_json(further.lexicon),
                }
                for further in self.settings.topic.further
            ],
            "rules": [rule.model_dump(mode="json") for rule in self.settings.keywords.rules],
            "version": self.version.number if self.version else None,
            "fault": self.fault or None,
            "unwritable": self.unwritable or None,
        }


def _lexicon_as_json(lexicon: Mapping[str, tuple[str, ...]]) -> JsonObject:
    return {name: list(entries) for name, entries in lexicon.items()}


def rules_in_force(store: Store, started: Settings, now: datetime) -> RulesInForce:
    """The rules of the file as it is now; `started` are the settings of the start."""
    from monitor.settings.rule_text import rule_text

    settings, fault = settings_now(started)
    config = settings.decision_digest
    newest = store.rule_versions.newest()
    running = status_file.read(settings.path.absolute(), now) if settings.path else ()
    return RulesInForce(
        settings=settings,
        text=rule_text(settings),
        config=config,
        version=newest if newest and newest.config == config else None,
        file=settings.path,
        unwritable=config_file.why_not_writable(settings.path) or _overruled(settings),
        fault=fault,
        processes=tuple(
            RuleProcess(
                role=process.role,
                pid=process.pid,
                has_current=process.config == config,
                fault=process.fault,
            )
            for process in running
            if process.pack  # the others judge nothing
        ),
    )


def _overruled(settings: Settings) -> str:
    """Which variable outranks the file, in a sentence; "" for none."""
    for section, key in (("keywords", "rules"), ("topic", "threshold"), ("topic", "lexicon")):
        place = settings.place_of(section, key)
        if place.startswith("environment variable"):
            return f"{place} sets {section}.{key}, and outranks the file"
    return ""


def version_as_json(version: RuleVersion, *, with_text: bool = False) -> JsonObject:
    """A version for programs."""
    shown: JsonObject = {
        "number": version.number,
        "at": as_json.instant(version.at),
        "by": version.by or None,
        "reason": version.reason,
        "config": version.config,
        "restored": version.restored,
        "effect": dict(version.effect) if version.effect is not None else None,
    }
    return shown | {"text": version.text} if with_text else shown


def list_versions(
    store: Store, *, before: int | None = None, limit: int = 50
) -> list[RuleVersion]:  # fmt: skip
    """The versions, the newest first."""
    return store.rule_versions.list(before=before, limit=limit)


def find_version(store: Store, number: int | str) -> RuleVersion:
    """The version with this number, also as typed.  Raise ConfigError when there is none."""
    digits = str(number)
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 10  # as columns hold
    version = store.rule_versions.find(int(digits)) if is_number else None
    if version is None:
        newest = store.rule_versions.newest()
        numbers = f"there are 1 to {newest.number}" if newest else "none was put in force yet"
        raise ConfigError(f"no version {number} of the rules: {numbers}")
    return version


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a comparison of two rule texts."""

    sign: str  # "+", "-" or ""
    text: str


def diff_lines(old: str, new: str) -> tuple[DiffLine, ...]:
    """What differs between two rule texts, with three lines around it; empty for equal ones."""
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm=""))[2:]
    return tuple(
        DiffLine("", "…") if line.startswith("@@") else DiffLine(line[0].strip(), line[1:])
        for line in lines
    )


def diff_text(old: str, new: str) -> str:
    """The same as text."""
    return "\n".join(f"{line.sign or ' '} {line.text}" for line in diff_lines(old, new))
