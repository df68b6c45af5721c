"""Cross-site request forgery (CSRF): a form of another site can't act for who is signed in.

Browsers say where a request comes from (`Sec-Fetch-Site`, or `Origin` in older ones), and a page
can't change what they say.  So no form needs a hidden token, and a page from the cache still works.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_cross_site(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request that changes something does not come from a page of ours.

    `headers` have lower-case names.  A request that says nothing of its origin is refused as well.
    """
    if method in SAFE_METHODS:
        return False
    if site := headers.get("sec-fetch-site", ""):
        return site != "same-origin"
    origin = headers.get("origin", "")
    return not origin or urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
