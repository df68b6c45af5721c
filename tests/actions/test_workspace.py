"""Set-up of a workspace: complete, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.workspace import create_workspace
from monitor.domain.errors import ConfigError
from monitor.runtime import build
from monitor.settings import loader
from tests.fakes import NOW


@pytest.mark.parametrize(("with_starter", "least"), [(True, 25), (False, 0)])
def test_a_workspace_has_a_configuration_and_a_database(tmp_path: Path, with_starter, least):
    workspace = create_workspace(tmp_path / "new", with_starter=with_starter, now=NOW)
    settings = loader.load(workspace.config_file, environment={})
    with build.open_store(settings) as store:
        assert len(store.feeds.list()) == workspace.feeds_added >= least


def test_a_configuration_that_is_there_is_left_alone(tmp_path: Path):
    (tmp_path / "monitor.toml").write_text("# mine\n")
    with pytest.raises(ConfigError, match="is there already"):
        create_workspace(tmp_path, with_starter=False, now=NOW)
    assert (tmp_path / "monitor.toml").read_text() == "# mine\n"


def test_a_folder_that_can_not_be_written_is_an_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't be written"):
        create_workspace(tmp_path / "file", with_starter=False, now=NOW)
