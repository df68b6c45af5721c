"""A session is listed by the browser and the system that a person knows."""

from __future__ import annotations

import pytest

from monitor.access.browser_names import browser_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/139.0 Safari/537.36", "Chrome on Linux"),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/139.0 Safari/537.36 Edg/139.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:140.0) Firefox/140.0",
            "Firefox on macOS",
        ),
        (f"{IOS} Version/18.4 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IOS} CriOS/139.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (
            f"Mozilla/5.0 (Linux; Android 15) {WEBKIT} Chrome/139.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.5.0", "curl"),
        (
            "my own program, version 7, with a very long description",
            "my own program, version 7, with a very l",
        ),
        ("", "unknown browser"),
    ],
)
def test_a_browser_is_named_with_its_system(user_agent, name):
    assert browser_name(user_agent) == name
