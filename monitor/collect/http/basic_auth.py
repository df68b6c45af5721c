"""HTTP Basic authentication of feeds (RFC 7617): the header, and which requests carry it."""

from __future__ import annotations

import base64

from monitor.domain.feeds import FeedLogin
from monitor.text.urls import is_same_server


def authorization(login: FeedLogin | None, feed_url: str, url: str) -> dict[str, str]:
    """The header for a request to `url`; empty when that is another server than the feed's own.

    A redirect to another server must not carry the password along.
    """
    if login is None or not is_same_server(feed_url, url):
        return {}
    credentials = f"{login.user}:{login.password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(credentials).decode('ascii')}"}
