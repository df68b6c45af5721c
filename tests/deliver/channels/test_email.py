"""The e-mail channel takes mail addresses."""

from __future__ import annotations

import pytest

from monitor.deliver.channels.email import EMAIL
from monitor.domain.errors import ConfigError


def test_an_address_is_stored_as_the_server_gets_it() -> None:
    assert EMAIL.parse_address("Me@BÜCHER.example", ()).address == "Me@xn--bcher-kva.example"


def test_a_text_that_is_no_address_is_refused() -> None:
    with pytest.raises(ConfigError, match="exactly one"):
        EMAIL.parse_address("nobody", ())
