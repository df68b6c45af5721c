"""The pack of the settings is loaded when the first entry is judged."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.runtime import build, topic_pack
from monitor.runtime.late_pack import LatePack
from monitor.settings import loader


def test_a_pack_that_can_not_be_loaded_is_an_error_of_the_first_entry(tmp_path):
    (tmp_path / "monitor.toml").write_text("[topic]\npack = './nowhere'\n")
    late = LatePack(loader.load(tmp_path / "monitor.toml", environment={}), build.classifier)
    with pytest.raises(ConfigError):
        late.judge([Entry(title="Rain")])


def test_a_given_pack_is_used_as_it_is(tmp_path):
    (tmp_path / "monitor.toml").write_text("")
    settings = loader.load(tmp_path / "monitor.toml", environment={})
    pack = topic_pack.load_pack(settings)
    late = LatePack(settings, build.classifier, pack)
    assert late.judge([Entry(title="Rain")])[0].pack == pack.id
    assert late.vectoriser() is pack.model.vectoriser
