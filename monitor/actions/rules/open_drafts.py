"""Drafts: what a person writes in the keyword lab, kept until it is put in force or given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.rules.rule_history import DiffLine, RulesInForce, diff_lines
from monitor.domain.errors import ConfigError
from monitor.store.rules.rule_version import RuleDraft

if TYPE_CHECKING:
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """The draft of a person beside the rules in force; without one, these are the draft."""

    draft: RuleDraft
    is_kept: bool  # there is one
    changes: tuple[DiffLine, ...]  # from the rules in force to the draft
    conflict: tuple[DiffLine, ...]  # what others changed in the rules since it was begun

    @property
    def has_conflict(self) -> bool:
        """Whether the rules in force are not those that the draft was begun with."""
        return bool(self.conflict)


def open_draft(store: Store, person: str, now_in_force: RulesInForce) -> OpenDraft:
    """The draft of the person with this key."""
    stored = store.rule_drafts.find(person)
    draft = stored or _begun(now_in_force, now_in_force.text, None)
    is_stale = draft.base != now_in_force.config
    return OpenDraft(
        draft=draft,
        is_kept=stored is not None,
        changes=diff_lines(now_in_force.text, draft.text),
        conflict=diff_lines(draft.base_text, now_in_force.text) if is_stale else (),
    )


def save_draft(
    store: Store, person: str, text: str, now_in_force: RulesInForce, now: datetime
) -> RuleDraft:
    """Keep what the person wrote; a new draft begins with the rules in force.

    Raise ConfigError when it is too long.
    """
    from monitor.settings.rule_text import MAX_RULE_TEXT

    if len(text) > MAX_RULE_TEXT:
        raise ConfigError(f"a draft has at most {MAX_RULE_TEXT:,} characters: use the file")
    stored = store.rule_drafts.find(person)
    draft = RuleDraft(
        text=text,
        base=stored.base if stored else now_in_force.config,
        base_text=stored.base_text if stored else now_in_force.text,
        saved_at=now,
    )
    store.rule_drafts.save(person, draft)
    return draft


def begin_anew(store: Store, person: str, now_in_force: RulesInForce, now: datetime) -> None:
    """Let the draft rest on the rules in force: what others changed was seen."""
    stored = store.rule_drafts.find(person)
    if stored is not None:
        store.rule_drafts.save(person, _begun(now_in_force, stored.text, now))


def discard_draft(store: Store, person: str) -> None:
    """Give the draft up."""
    store.rule_drafts.remove(person)


def _begun(now_in_force: RulesInForce, text: str, now: datetime | None) -> RuleDraft:
    from datetime import UTC

    never = datetime(1970, 1, 1, tzinfo=UTC)
    return RuleDraft(
        text=text, base=now_in_force.config, base_text=now_in_force.text, saved_at=now or never
    )
