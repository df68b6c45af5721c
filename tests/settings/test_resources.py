"""Shipped files are found in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.settings import resources
from tests.house.files import path_of


def test_in_a_checkout_the_files_lie_beside_the_package():
    assert resources.path("config", "defaults.toml") == path_of("config/defaults.toml")
    assert resources.path("config", "defaults.toml").is_file()


def test_installed_they_lie_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "_shipped").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    assert resources.path("models") == tmp_path / "_shipped" / "models"
