"""Stories for jobs: data for them in the pack of the wolves, and relevant articles."""

from __future__ import annotations

import asyncio
import shutil

from monitor.settings import resources
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import FIRST, SECOND, arrive, grouping, news


def give_stories(wolves: Settings, store: Store) -> None:
    """The pack gets the data of the shipped topic; two articles of one story are stored."""
    source = resources.path("models", "dprk-russia") / "stories"
    shutil.copytree(source, wolves.folder / "wolves" / "stories")
    watched(store, feed("grouped"))
    asyncio.run(arrive(store, grouping(), news(FIRST), news(SECOND, 1), key="grouped"))
