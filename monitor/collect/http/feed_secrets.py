"""Secrets of feeds in requests: HTTP Basic (RFC 7617) and own headers, for their server only."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from types import MappingProxyType

from multidict import CIMultiDict

from monitor.collect.http.chain_cookies import ChainCookies
from monitor.domain.feeds import Feed

NO_SECRETS: Mapping[str, str] = MappingProxyType({})
_COOKIE = "Cookie"


def secret_headers(feed: Feed) -> Mapping[str, str]:
    """The feed's own headers, and its user name and password.

    The caller sends them to the feed's own server only: a redirect to another one must not carry
    them along.
    """
    headers = dict(feed.headers)
    if feed.login is not None:
        credentials = f"{feed.login.user}:{feed.login.password}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(credentials).decode('ascii')}"
    return headers


def request_headers(
    usual: Mapping[str, str], secrets: Mapping[str, str], cookies: ChainCookies, url: str
) -> CIMultiDict[str]:
    """The headers of one request; a secret one replaces a usual one, cookies are joined."""
    headers = CIMultiDict(usual)
    headers.update(secrets)
    chain = cookies.header(url).get(_COOKIE)
    if chain:
        own_cookies = headers.get(_COOKIE)
        headers[_COOKIE] = f"{own_cookies}; {chain}" if own_cookies else chain
    return headers
