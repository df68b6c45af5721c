"""Silent parties: who was expected to speak of a story, published other things, and said nothing.

Whether a party without a word was silent is known only where a feed of its own outlets is watched
and has brought an article since the story began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.domain.stories import Story

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

Outlets = Mapping[str, Sequence[str]]  # each party that is expected to speak → hosts


def expected_outlets(settings: Settings) -> Outlets:
    """The outlets of the topic's expected parties.  Raise PackError, ConfigError."""
    from monitor.figures.pack_files import load_outlets
    from monitor.runtime import topic_pack

    return load_outlets(topic_pack.figures_folder(settings))


def silent_since(store: Store, outlets: Outlets, story: Story) -> dict[str, datetime]:
    """The expected parties whose outlets published since the story began, and since when.

    Those of them that an article of the story reports are not silent: the matrix leaves them out.
    """
    published = store.stories.parties_that_published(outlets, story.first_at)
    return dict.fromkeys(sorted(published), story.first_at)
