"""Findings about stories: whether articles are compared by the encoder, and which are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.actions.operations.findings import Finding, ok, warning
from monitor.runtime import topic_pack

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


def story_findings(store: Store, settings: Settings) -> Iterator[Finding]:
    """Whether stories are grouped with the encoder, and what a change of that means.

    Raise PackError, ConfigError.
    """
    if not topic_pack.has_stories(settings):
        return
    status = topic_pack.encoder_status(settings)
    window = store.stories.open_window()
    manner = "without it" if status.is_used else "with it"
    others = window.articles - window.embedded if status.is_used else window.embedded
    sentence = status.sentence
    if others:
        sentence += (
            f"; {others} of {window.articles} open articles came {manner}: they stay in their"
            " stories and are compared without it"
        )
    yield warning("stories", sentence) if status.is_faulty else ok("stories", sentence)
