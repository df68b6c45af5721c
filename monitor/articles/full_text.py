"""Is an article's page worth more than what its feed says?  Pure: two texts, or a reason → one."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.text import comparison

LONGEST = 20_000  # characters kept of both together: as many as of any feed's text

# How feeds end what they cut: "…", "[...]", "(more)".
_CUT = " .…[]()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came of asking for an article's page: its text, or why there is none."""

    text: str = ""  # plain
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is judged of an article, and where it comes from."""

    text: str
    own: str | None  # the feed's text, where the page's was taken
    said: str  # "4,120 characters from the page", "not taken, timeout: no complete answer…"


def best_text(own: str, page: Page) -> Reading:
    """The feed's text, with the page's where that is longer.

    The feed's own words are never lost for the page's: they come first, unless the page has them.
    """
    if page.why:
        return Reading(text=own, own=None, said=f"not taken, {page.why}")
    count = len(page.text)
    if count <= len(own):
        said = (
            f"not taken, the page's {count:,} characters are no more than the feed's {len(own):,}"
        )
        return Reading(text=own, own=None, said=said)
    has_them = comparison.folded(own).strip(_CUT) in comparison.folded(page.text)
    text = page.text if has_them else f"{own} {page.text}"
    return Reading(text=text[:LONGEST], own=own, said=f"{count:,} characters from the page")
