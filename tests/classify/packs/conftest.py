"""Packs of a toy topic."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.classify import toy_topic


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("trained") / "wolves")


@pytest.fixture
def folder(trained, tmp_path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "wolves"))
