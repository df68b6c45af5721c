"""Tests of one-time messages."""

from __future__ import annotations

import base64
import json

import pytest
from fastapi import Request, Response

from monitor.web.console.frame.flash import Flash, clear_flash, set_flash, take_flash


def request_with(cookie: str) -> Request:
    headers = [(b"cookie", cookie.encode("latin-1"))]
    return Request({"type": "http", "headers": headers})


def test_a_message_is_shown_once_with_its_undo() -> None:
    flash = Flash(text="Marked 3 articles: 러시아.", undo="/console/marks/undo")
    response = Response()
    set_flash(response, flash)
    request = request_with(response.headers["set-cookie"].partition(";")[0])
    assert take_flash(request) == flash
    page = Response()
    clear_flash(request, page)
    assert "Max-Age=0" in page.headers["set-cookie"]


def test_an_undo_is_never_an_address_elsewhere() -> None:
    fields = json.dumps({"text": "Marked.", "undo": "https://evil.example/"}).encode()
    cookie = f"watchpost-flash={base64.urlsafe_b64encode(fields).decode()}"
    assert take_flash(request_with(cookie)) == Flash(text="Marked.")


@pytest.mark.parametrize("value", ["", "%%%", "AAAA", "W10=", "eyJ0ZXh0IjogMX0=", "é"])
def test_a_cookie_that_is_no_message_is_ignored(value: str) -> None:
    assert take_flash(request_with(f"watchpost-flash={value}")) is None
