"""Table of the past alerts of a preview: which article, to whom, and whether a silence applies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.cli import output
from monitor.text.formats import short_instant

if TYPE_CHECKING:
    from monitor.actions.subscribing.alert_history import PastAlert


def print_past_alerts(alerts: Sequence[PastAlert]) -> None:
    """Print the newest 50."""
    from monitor.actions.subscribing.alert_history import MOST_LISTED

    output.print_table(
        ("article", "seen", "score", "headline", "to", "silenced"),
        [
            (
                past.article.key[:8],
                short_instant(past.article.seen_at),
                f"{past.article.decision.score:.2f}",
                past.article.entry.title,
                past.subscription.name,
                "yes" if past.is_silenced else "",
            )
            for past in alerts[:MOST_LISTED]
        ],
        empty="no article of this time",
        optional=("score", "silenced", "seen"),  # never "to": rows would be alike
    )
