"""Tests of rendering: addresses of our own, and redirects after forms."""

from __future__ import annotations

import pytest

from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.rendering import own_address, see_other

OWN = ["/console/", "/console/?q=theme:arms", "/console/account#keys"]
FOREIGN = ["", "https://evil.example", "//evil.example", "/console/\\evil", "/console/\r\nx: y"]


@pytest.mark.parametrize("address", OWN)
def test_a_page_of_the_console_is_kept(address: str) -> None:
    assert own_address(address) == address


@pytest.mark.parametrize("address", [*FOREIGN, "/feeds"])
def test_every_other_address_leads_to_the_queue(address: str) -> None:
    assert own_address(address) == "/console/"


def test_a_form_is_answered_with_the_next_page_and_a_message() -> None:
    response = see_other("/console/account", Flash(text="Saved."))
    assert response.status_code == 303
    assert response.headers["location"] == "/console/account"
    assert response.headers["set-cookie"].startswith("watchpost-flash=")
