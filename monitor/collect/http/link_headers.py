"""WebSub discovery: the hub and topic of a feed, from HTTP Link headers or from the document.

Sources: RFC 8288; WebSub, section 4.  Headers take precedence over the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:"[^"]*"|[^\s;,"]*))?)*)')
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*("[^"]*"|[^\s;,"]*)')
_MAX_CHARACTERS = 10_000
_MAX_URL = 2_000

Links = dict[str, str]  # relation ("hub", "self") → absolute address


def from_headers(values: Iterable[str], base: str) -> Links:
    """Return the links of all Link headers; the first of several hubs."""
    links: Links = {}
    for attributes in parse_link_headers(values):
        for rel in attributes.get("rel", "").lower().split():
            _add(links, rel, attributes["href"], base)
    return links


def parse_link_headers(values: Iterable[str]) -> Iterator[dict[str, str]]:
    """The parameters of each link (RFC 8288), its address as `href`; the first of a name counts."""
    for url, parameters in _LINK.findall(", ".join(values)[:_MAX_CHARACTERS]):
        pairs = reversed(_PARAMETER.findall(parameters))
        yield {**{name.lower(): value.strip('"') for name, value in pairs}, "href": url}


def from_document(links: Any, base: str) -> Links:
    """Return the links among feedparser's `feed.links`: dictionaries with `rel` and `href`."""
    hub_links: Links = {}
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict):
            _add(hub_links, str(link.get("rel", "")).lower(), str(link.get("href", "")), base)
    return hub_links


def _add(links: Links, rel: str, url: str, base: str) -> None:
    if rel not in ("hub", "self") or rel in links:
        return
    try:
        absolute = urljoin(base, url.strip())
    except ValueError:
        return
    is_address = absolute.startswith(("http://", "https://")) and absolute.isprintable()
    if is_address and len(absolute) <= _MAX_URL:
        links[rel] = absolute
