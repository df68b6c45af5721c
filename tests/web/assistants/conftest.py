"""A site with two articles, and desks of callers with all or few rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.access.caller import Caller, Door
from monitor.access.roles import PersonRole, Scope
from monitor.actions.reading.explanations import ExplainerCache
from monitor.domain.alerts import PollResult
from monitor.web.assistants.tool_desk import ToolDesk
from tests.fakes import article, entry, feed
from tests.web.conftest import Visitor

KEYS = {name: name * 16 for name in ("aaaa", "bbbb")}
READER = Caller(name="desk", role=PersonRole.VIEWER, door=Door.API, scopes=frozenset(Scope))


@pytest.fixture
def web_settings() -> dict[str, object]:
    return {"console": True, "public_url": "https://alerts.example"}


@pytest.fixture
def articles(visitor: Visitor) -> Visitor:
    """Two flagged articles of one feed; the text of one is very long."""
    visitor.store.feeds.add_all([feed("f" * 64, title="Harbour Wire")])
    stored = (
        article(KEYS["aaaa"], feed_key="f" * 64, entry=entry("Sappers leave", language="en")),
        article(KEYS["bbbb"], feed_key="f" * 64, entry=entry("Long", text="word " * 8_000)),
    )
    state = feed("f" * 64).poll
    visitor.store.commit([PollResult(feed_key="f" * 64, state=state, articles=stored)])
    return visitor


@pytest.fixture
def desk_of(visitor: Visitor) -> Callable[..., ToolDesk]:
    """Makes a desk for a caller with these changes."""
    site = visitor.site

    def make(**changes: object) -> ToolDesk:
        return ToolDesk(
            settings=site.settings,
            read=site.read,
            explainer=ExplainerCache(site.settings).explainer,
            clock=site.clock,
            caller=replace(READER, **changes),
        )

    return make
