"""Late pack: the pack of the settings, loaded at the first entry that is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry
from monitor.runtime import topic_pack

if TYPE_CHECKING:
    from monitor.classify.features.vectors import Vectoriser
    from monitor.classify.packs.pack import Pack
    from monitor.domain.ports import Classifier
    from monitor.settings.sections import Settings


class LatePack:
    """A pack and its classifier; without one it is loaded when first used.  Raise PackError then.

    Most rounds by hand or cron find nothing new, and need not wait for it.
    """

    def __init__(
        self,
        settings: Settings,
        open_classifier: Callable[[Pack], Classifier],
        pack: Pack | None = None,
    ) -> None:
        self._settings = settings
        self._open_classifier = open_classifier
        self._given = pack

    @cached_property
    def _pack(self) -> Pack:
        return self._given or topic_pack.load_pack(self._settings)

    @cached_property
    def _classifier(self) -> Classifier:
        return self._open_classifier(self._pack)

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        """One verdict per entry, in order."""
        return self._classifier.judge(entries)

    def vectoriser(self) -> Vectoriser:
        """What compares texts."""
        return self._pack.model.vectoriser
