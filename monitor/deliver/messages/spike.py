"""The notice of a spike: a theme or a story that is reported far more than usual."""

from __future__ import annotations

import math

from monitor.deliver.messages.notice import Notice
from monitor.domain.contents.spike_content import SpikeBegan


def notice(content: SpikeBegan) -> Notice:
    """The content in words."""
    title = content.title or content.name or "(no headline)"
    articles = "1 article" if content.volume == 1 else f"{content.volume:,} articles"
    low, high = math.ceil(content.usual_low), math.floor(content.usual_high)
    is_theme = content.subject == "theme"
    compared = "windows at this hour and weekday" if is_theme else "earlier windows of the story"
    return Notice(
        tag="spike",
        headline=f"Spike: {articles} in {content.hours} hours, usual {low:,} to {high:,}: {title}",
        sentences=(
            f"The {'theme' if is_theme else 'story'} “{title}” is reported far more than usual.",
            "You get one message for this spike, however long it lasts.",
        ),
        facts=(
            ("Articles", f"{content.volume:,} in {content.hours} hours"),
            ("Usual", f"{low:,} to {high:,}, median {content.usual_median:g}"),
            ("Compared with", f"{content.windows:,} {compared}"),
        ),
        about="spikes",
    )
