"""`monitor mcp` refuses what it can't use; tests/web/assistants has it at work."""

from __future__ import annotations

import pytest

from monitor.web.assistants import sdk_extra
from tests.cli.conftest import Terminal


def test_options_that_do_not_fit_are_refused(watch: Terminal):
    assert "--token-file is for --url" in watch.refused("mcp", "--token-file", "token")
    url = ("mcp", "--url", "https://watch.example/api/mcp")
    assert "--token-file is needed" in watch.refused(*url)
    assert "can't be read" in watch.refused(*url, "--token-file", "none")
    (watch.folder / "token").write_text("wpt_wrong", encoding="utf-8")
    assert "has no access token" in watch.refused(*url, "--token-file", "token")


@pytest.mark.parametrize("url", ["http://watch.example/api/mcp", "watch.example", "https://["])
def test_a_token_is_not_sent_in_plain_text(watch: Terminal, url: str):
    assert "--url" in watch.refused("mcp", "--url", url, "--token-file", "token")


def test_without_the_extra_the_command_says_how_to_install_it(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sdk_extra, "find_spec", lambda name: None)
    assert "pip install 'watchpost[mcp]'" in watch.refused("mcp")
