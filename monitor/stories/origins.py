"""Origins: outlets that cite one news agency report from one source, not from several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
FEED, AGENCY = "feed:", "agency:"  # prefixes of origins


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A news agency, by its names in all languages and its domains."""

    slug: str
    names: tuple[str, ...]
    pattern: re.Pattern[str]  # any of the names, as words
    domains: tuple[str, ...] = ()

    def first_in(self, text: str) -> int | None:
        """Where the text names the agency first."""
        # most texts name none, which is seen in far less time without the pattern
        if not any(name in text for name in self.names):
            return None
        match = self.pattern.search(text)
        return match.start() if match else None


def agency(slug: str, names: Iterable[str], domains: Sequence[str] = ()) -> Agency:
    """An agency of these names, which are matched as they are written."""
    longest_first = tuple(sorted(names, key=len, reverse=True))
    pattern = re.compile("|".join(map(_name_pattern, longest_first)) or "(?!)")
    return Agency(slug=slug, names=longest_first, pattern=pattern, domains=tuple(domains))


def origin_of(text: str, url: str | None, feed_key: str, agencies: Iterable[Agency]) -> str:
    """Where a report comes from: the agency that its first words name, else its feed."""
    host = _host(url)
    best: tuple[int, str] | None = None
    for listed in agencies:
        if any(host == domain or host.endswith(f".{domain}") for domain in listed.domains):
            return f"{AGENCY}{listed.slug}"
        start = listed.first_in(text)
        if start is not None:
            best = min(best or (start, listed.slug), (start, listed.slug))
    return f"{AGENCY}{best[1]}" if best else f"{FEED}{feed_key}"


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:  # brackets that are no address
        return ""


def _name_pattern(name: str) -> str:
    body = re.escape(name)
    return body if _UNSPACED.search(name) else rf"(?<!\w){body}(?!\w)"
