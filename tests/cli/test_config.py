"""`monitor config check`: settings that can not work."""

from __future__ import annotations

import os

from tests.cli.conftest import Terminal


def test_mail_settings_that_can_not_work_are_refused_before_the_service_starts(watch: Terminal):
    os.environ["MONITOR_EMAIL__HOST"] = "127.0.0.1"
    os.environ["MONITOR_EMAIL__DKIM_KEY"] = "missing.pem"
    assert "email.dkim_selector" in watch.refused("config", "check")
    os.environ["MONITOR_EMAIL__DKIM_SELECTOR"] = "news"
    for words in (("config", "check"), ("run",), ("deliver",)):
        result = watch(*words)
        assert result.code == 2
        assert "missing.pem can't be read" in result.err
