"""Criteria of a subscription as a search question, to be asked in the search."""

from __future__ import annotations

from monitor.domain.alerts import Subscription


def criteria_question(subscription: Subscription) -> str:
    """The question that finds the articles a subscription is told of: "is:flagged theme:arms".

    A search finds no articles of unknown language by `lang:`; a subscription is told of them.
    """
    parts = ["is:flagged"]
    for name, values in (
        ("topic", subscription.topics),
        ("theme", subscription.themes),
        ("lang", subscription.languages),
        ("feed", subscription.feeds),
    ):
        if values:
            parts.append(f"{name}:{','.join(sorted(values))}")
    if subscription.min_score > 0:
        parts.append(f"score>={subscription.min_score:.4f}".rstrip("0").rstrip("."))
    if subscription.filter is not None:
        parts.append(f"({subscription.filter.text})")
    return " ".join(parts)
