"""Put rules in force: write them into the configuration file, and keep them as a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.operations.configuration import settings_of_file
from monitor.actions.rules.rule_history import diff_text
from monitor.domain.errors import ConfigError
from monitor.runtime import config_file
from monitor.store.rules.rule_version import RuleVersion

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

PUT_IN_FORCE = "put rules in force"  # in the audit log
FOUND = "found in the file"  # the reason of a version that somebody wrote into the file


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """Rules to put in force."""

    text: str
    base: str  # `Settings.decision_digest` of the rules that the caller has seen
    base_text: str = ""  # those rules, to show what somebody else changed
    reason: str = ""
    restored: int | None = None  # the number of the version that they repeat
    effect: Mapping[str, Any] | None = None  # what the trial said, kept with the version


class RulesChanged(ConfigError):
    """Somebody else changed the rules since the caller has seen them."""

    def __init__(self, base_text: str, current_text: str, current: str) -> None:
        self.diff = diff_text(base_text, current_text) if base_text else ""
        self.current_text = current_text
        self.current = current  # digest of the rules in force
        super().__init__(
            "the rules were changed meanwhile, so nothing was put in force: look at what changed"
            + (f"\n{self.diff}" if self.diff else "")
        )


class NothingChanged(ConfigError):
    """The rules are in force already."""


def put_in_force(
    store: Store, started: Settings, change: RuleChange, caller: Caller, now: datetime
) -> RuleVersion:
    """Write rules, thresholds and lexicons into the file; running services take it within 5 s.

    Comments and all other settings stay.  Rules that somebody wrote into the file become a version
    of their own first.  Raise RulesChanged, NothingChanged, or ConfigError when the text is wrong
    or the file can't be written; then nothing was changed.
    """
    from monitor.settings.rule_edits import with_rules
    from monitor.settings.rule_text import draft_settings, rule_text

    if started.path is None:
        raise ConfigError(f"rules can't be put in force: {config_file.why_not_writable(None)}")
    with config_file.locked_file(started.path) as file:
        current = settings_of_file(started, file.path)
        if current.decision_digest != change.base:
            raise RulesChanged(change.base_text, rule_text(current), current.decision_digest)
        draft = draft_settings(current, change.text)
        _check_rules(draft)
        if draft.decision_digest == current.decision_digest:
            raise NothingChanged("these rules are in force already")
        edited = with_rules(file.text, current, draft)
        _keep_found(store, current, now)
        file.replace(edited)
    version = RuleVersion(
        at=now,
        by=caller.name,
        door=caller.door,
        reason=change.reason.strip(),
        text=rule_text(draft),
        config=draft.decision_digest,
        restored=change.restored,
        effect=change.effect,
    )
    diff = {"change": diff_text(rule_text(current), version.text)[:_LONGEST_DIFF]}
    changed = Changed(before={"config": change.base}, after={"config": version.config} | diff,
                      reason=change.reason)  # fmt: skip
    entry = audit_log.entry_of(caller, PUT_IN_FORCE, str(started.path.name), now, changed)
    return store.rule_versions.add(version, entry)


_LONGEST_DIFF = 4_000  # characters, in the audit log


def _check_rules(draft: Settings) -> None:
    """Raise ConfigError when a service would refuse the rules or the lexicon."""
    from monitor.runtime import build, topic_pack, topics

    for topic in topics.settings_by_topic(draft).values():
        if topic.topic.lexicon:
            topic_pack.load_pack(topic)
    build.check_rules(draft)


def _keep_found(store: Store, current: Settings, now: datetime) -> None:
    """Store the rules of the file as a version, unless they are the newest one."""
    from monitor.settings.rule_text import rule_text

    newest = store.rule_versions.newest()
    if newest is None or newest.config != current.decision_digest:
        text, config = rule_text(current), current.decision_digest
        store.rule_versions.add(RuleVersion(at=now, by="", reason=FOUND, text=text, config=config))
