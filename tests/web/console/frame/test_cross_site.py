"""Tests of the protection against cross-site request forgery."""

from __future__ import annotations

import pytest

from monitor.web.console.frame.cross_site import is_cross_site


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin", "host": "a.example"},
        {"origin": "https://a.example", "host": "a.example"},
        {"origin": "http://localhost:8080", "host": "LOCALHOST:8080"},
    ],
)
def test_a_form_of_our_own_page_is_taken(headers: dict[str, str]) -> None:
    assert not is_cross_site("POST", headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://a.example", "host": "a.example"},
        {"sec-fetch-site": "same-site", "host": "a.example"},
        {"sec-fetch-site": "none", "host": "a.example"},
        {"origin": "https://evil.example", "host": "a.example"},
        {"origin": "null", "host": "a.example"},
        {"host": "a.example"},
        {},
    ],
)
def test_every_other_form_is_refused(headers: dict[str, str]) -> None:
    assert is_cross_site("POST", headers)
    assert is_cross_site("DELETE", headers)


def test_reading_is_never_cross_site() -> None:
    assert not is_cross_site("GET", {"sec-fetch-site": "cross-site"})
