"""The table of past alerts."""

from __future__ import annotations

import pytest

from monitor.actions.subscribing.alert_history import PastAlert
from monitor.alerts import match
from monitor.cli.past_alert_table import print_past_alerts
from tests.fakes import article, entry, subscription


def test_an_alert_is_a_row_and_none_is_said(capsys: pytest.CaptureFixture[str]):
    desk, news = subscription(name="desk"), article(entry=entry("Sappers leave"))
    print_past_alerts([PastAlert(article=news, subscription=desk, alert=match.alert(news, desk))])
    output = capsys.readouterr().out
    assert "Sappers leave" in output
    assert "desk" in output
    print_past_alerts([])
    assert "no article of this time" in capsys.readouterr().err
