"""Full text: the feed's text of an article or its page's, whichever is longer.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.text import comparison

LONGEST = 20_000  # characters of both texts together: the same limit as of a feed's text

# How feeds end a text that they cut: "…", "[...]", "(more)".
_CUT = " .…[]()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The result of fetching an article's page: its plain text, or why there is none."""

    text: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The text that is judged of an article, and where it comes from."""

    text: str
    feed_text: str | None  # the feed's own text, where the page's was taken
    summary: str  # "4,120 characters from the page", "not taken, timeout: no complete answer…"


def best_text(feed_text: str, page: Page) -> Reading:
    """The feed's text, with the page's where that is longer.

    The feed's text is never lost: it comes first, unless the page contains it.
    """
    if page.why:
        return Reading(text=feed_text, feed_text=None, summary=f"not taken, {page.why}")
    count = len(page.text)
    if count <= len(feed_text):
        summary = (
            f"not taken, the page's {count:,} characters are no more than"
            f" the feed's {len(feed_text):,}"
        )
        return Reading(text=feed_text, feed_text=None, summary=summary)
    is_contained = comparison.folded(feed_text).strip(_CUT) in comparison.folded(page.text)
    text = page.text if is_contained else f"{feed_text} {page.text}"
    return Reading(
        text=text[:LONGEST], feed_text=feed_text, summary=f"{count:,} characters from the page"
    )
