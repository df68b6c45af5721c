"""A console on wolves whose file has rules, and helpers of its forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.settings import loader
from monitor.settings.sections import Settings
from tests.web.conftest import Answer
from tests.web.console.conftest import Member
from tests.web.wolves import site_settings as wolves_settings
from tests.web.wolves import topic, wolves

__all__ = ["topic", "wolves", "wolves_settings"]

RULES = """
# the circus is no news
[[keywords.rules]]
name = "circus"  # asked for by the desk
any = ["circus"]
action = "drop"
"""


@pytest.fixture
def site_settings(wolves_settings: Settings) -> Settings:
    return with_rules(wolves_settings, RULES)


def with_rules(settings: Settings, rules: str) -> Settings:
    """The settings after these rules were added to their file."""
    file = settings.path
    assert file is not None
    file.write_text(file.read_text() + rules)
    return loader.load(file, environment={})


def file_text(settings: Settings) -> str:
    assert isinstance(settings.path, Path)
    return settings.path.read_text()


async def follow(member: Member, answer: Answer) -> str:
    """The page that a browser shows after a form, with its one-time message."""
    assert answer.status == 303, answer.text
    cookie = answer.headers.get("set-cookie", "").partition(";")[0]
    headers = {"cookie": f"{member.cookie}; {cookie}"}
    return (await member.get(answer.headers["location"], headers=headers)).text


def fields(**changes: str) -> dict[str, str]:
    """The form as the page has it, with the rule that is in force."""
    form = {
        "view": "form", "rules": "1", "threshold": "0.0", "name-0": "circus", "any-0": "circus",
        "action-0": "drop", "where-0": "anywhere",
    }  # fmt: skip
    return {**form, **changes}
