"""A file of settings with rules, a topic that is judged in a blink, and stored articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.access.caller import Caller, Door
from monitor.access.roles import PersonRole
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.classify import toy_topic

OPERATOR = Caller(name="Otto", role=PersonRole.OPERATOR, door=Door.CONSOLE, person_key="otto")
FILE = """# our settings
[topic]
pack = "{pack}"

[keywords]
alert_budget = 5

# shepherds are always of interest
[[keywords.rules]]
name = "shepherds"  # asked for by the desk
any = ["shepherd*"]
action = "flag"

# not the club
[[keywords.rules]]
name = "club"
any = ["coach", "league"]
action = "drop"

[email]
password = "do not show"
"""


@pytest.fixture(scope="session")
def wolves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a trained pack."""
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
def settings(tmp_path: Path, wolves: Path) -> Settings:
    file = tmp_path / "monitor.toml"
    file.write_text(FILE.format(pack=wolves))
    return loader.load(file, environment={})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings.database_url) as opened:
        yield opened
