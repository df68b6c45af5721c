"""A console on two topics: the shipped pack of undersea cables first, wolves as a further one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.runtime import topics
from monitor.settings import loader
from monitor.settings.sections import Settings


@pytest.fixture
def two_topics(tmp_path: Path, topic: Path, sqlite_url: str) -> Settings:
    """Settings of a file, because the process that trains reads it."""
    shutil.copytree(topic, tmp_path / "wolves")
    file = tmp_path / "monitor.toml"
    file.write_text(
        '[topic]\npack = "undersea-cables"\n[[topic.further]]\npack = "wolves"\n'
        f'[database]\nurl = "{sqlite_url}"\n[web]\nconsole = true\n'
    )
    return loader.load(file, environment={})


@pytest.fixture
def site_settings(two_topics: Settings) -> Settings:
    """The settings of the site; a module with rules of its own overrides this."""
    return two_topics


@pytest.fixture
def site_topics(site_settings: Settings) -> Mapping[str, str]:
    """The topics of the site, name → title."""
    return topics.topic_titles(site_settings)
