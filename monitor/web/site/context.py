"""The context of the pages: settings, clock, and a store of their own in its own thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.ports import RunInStore
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.web.site.prometheus import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContext:
    """What the routes need; made by `application.open_site`."""

    settings: Settings
    store: Store
    run_in_store: RunInStore
    clock: Callable[[], datetime]
    started_at: datetime
    counting_since: Callable[[], datetime]  # the start, or the last step of the clock
    topic: str  # the name of the topic pack
    topic_title: str  # what it is about, for readers
    theme_titles: Mapping[str, str]
    fault_checks: Mapping[str, Callable[[], str]]  # name → a sentence, or "" when all is well
    metrics: Metrics
