"""Who tells of this feed's news?  The hub and the topic, from HTTP's Link headers or a document.

Sources: RFC 8288; WebSub, section 4.  The headers win over the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:"[^"]*"|[^\s;,"]*))?)*)')
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*("[^"]*"|[^\s;,"]*)')
_MOST_CHARACTERS = 10_000
_LONGEST_URL = 2_000

Links = dict[str, str]  # "hub" and "self", where there are any


def from_headers(values: Iterable[str], base: str) -> Links:
    """In what all Link headers say; of several hubs the first."""
    found: Links = {}
    for url, parameters in _LINK.findall(", ".join(values)[:_MOST_CHARACTERS]):
        named = {name.lower(): value for name, value in reversed(_PARAMETER.findall(parameters))}
        for rel in named.get("rel", "").strip('"').lower().split():
            _add(found, rel, url, base)
    return found


def from_document(links: Any, base: str) -> Links:
    """In the links of feedparser's feed; its extended ones have `rel` and `href`."""
    found: Links = {}
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict):
            _add(found, str(link.get("rel", "")).lower(), str(link.get("href", "")), base)
    return found


def _add(found: Links, rel: str, url: str, base: str) -> None:
    if rel not in ("hub", "self") or rel in found:
        return
    try:
        whole = urljoin(base, url.strip())
    except ValueError:
        return
    if whole.startswith(("http://", "https://")) and len(whole) <= _LONGEST_URL:
        found[rel] = whole
