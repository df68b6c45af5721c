"""The Apprise channel keeps the whole URL private and shows only its scheme."""

from __future__ import annotations

import pytest

from monitor.deliver.channels.apprise import APPRISE
from monitor.domain.errors import ConfigError


def test_the_tokens_are_in_the_private_url_only() -> None:
    destination = APPRISE.parse_address(" slack://TokenA/TokenB/#channel ", ())
    assert destination.private_url == "slack://TokenA/TokenB/#channel"
    assert destination.address == "slack://…"
    assert "TokenA" not in repr(destination)


@pytest.mark.parametrize("text", ["", "slack", "slack:/x", "json://a\nb", "json://" + "x" * 2_000])
def test_a_text_that_is_no_apprise_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="no Apprise address"):
        APPRISE.parse_address(text, ())
