"""Phrases for readers: likelihoods, percentages, instants, decisions, rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from monitor.domain.alerts import Subscription
from monitor.domain.articles import Decision, DecisionReason, RuleAction, RuleHit
from monitor.text import sanitize
from monitor.text.language_names import language_name

# The least probability for each word.
_LIKELIHOODS = (
    (0.95, "almost certain"),
    (0.8, "very likely"),
    (0.55, "likely"),
    (0.45, "about even"),
    (0.2, "possible"),  # a theme may be labelled below 50%
    (0.0, "unlikely"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def likelihood(probability: float) -> str:
    """0.94 → "very likely"."""
    return next((name for least, name in _LIKELIHOODS if probability >= least), "unknown")


def percent(probability: float, digits: int = 0) -> str:
    """0.94 → "94%".  Only a certain value reads 100% or 0%: else ">99%", "<1%"."""
    if not math.isfinite(probability):
        return "?"
    if 0.99 < probability < 1:
        return ">99%"
    if 0 < probability < 0.01:
        return "<1%"
    return f"{100 * probability:.{digits}f}%"


def instant(time: datetime) -> str:
    """ "17 Jun 2025, 09:05 UTC", whatever this machine's language and zone."""
    utc = time.astimezone(UTC)
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def feed_name(name: str) -> str:
    """A feed's title, or its address where it has none, for a column of names."""
    return sanitize.shortened(name.removeprefix("https://").removeprefix("http://"), 40)


def decision(decided: Decision) -> str:
    """The reason of a decision in a sentence: the score against the threshold, or a rule."""
    near = round(100 * decided.score, 1) != round(100 * decided.threshold, 1)
    digits = int(near and round(100 * decided.score) == round(100 * decided.threshold))
    score, threshold = percent(decided.score, digits), percent(decided.threshold, digits)
    return {
        DecisionReason.SCORE: f"{score}; the threshold is {threshold}.",
        DecisionReason.BELOW: f"{score}, below the threshold of {threshold}.",
        DecisionReason.BOOSTED: f"{score} with keyword rules; the threshold is {threshold}.",
        DecisionReason.FLAGGED: (
            f"A keyword rule flags it at any score ({score}; the threshold is {threshold})."
        ),
        DecisionReason.DROPPED: f"A keyword rule drops it at any score ({score}).",
        DecisionReason.CONFIRMED: (
            f"Confirmed by {sanitize.name(decided.confirmed_by)} ({score}; the threshold is"
            f" {threshold})."
        ),
        DecisionReason.UNJUDGED: "It could not be judged.",
    }[decided.reason]


def rule(hit: RuleHit) -> str:
    """What a keyword rule did, and which of its terms matched."""
    points = f"{abs(hit.boost) * 100:.0f} points"
    effect = {
        RuleAction.FLAG: "flags it",
        RuleAction.DROP: "drops it",
        RuleAction.BOOST: f"takes {points} off" if hit.boost < 0 else f"adds {points}",
    }[hit.action]
    terms = ", ".join(sanitize.line(term, 60) for term in hit.terms[:5])
    return f"“{sanitize.line(hit.rule, 60)}” {effect}" + (f" for: {terms}" if terms else "")


def weight(value: float) -> str:
    """2.14 → "+2.1", -0.4 → "−0.4"."""
    return f"{value:+.1f}".replace("-", "−")


def criteria(subscription: Subscription, theme_titles: Mapping[str, str]) -> str:
    """The criteria of a subscription, to end a sentence that begins "asks for"."""
    topics = _listed(sorted(subscription.topics)) if subscription.topics else ""
    themes = sorted(theme_titles.get(slug, slug) for slug in subscription.themes)
    languages = sorted(language_name(code) for code in subscription.languages)
    parts = [
        _listed(themes) if themes else f"everything on {topics or 'this topic'}",
        f"on {topics}" if themes and topics else "",
        f"in {_listed(languages)}" if languages else "",
        f"from {len(subscription.feeds)} chosen sources" if len(subscription.feeds) > 1 else "",
        "from one chosen source" if len(subscription.feeds) == 1 else "",
        f"with a score of {percent(subscription.min_score)} or more"
        if subscription.min_score > 0
        else "",
    ]
    return ", ".join(part for part in parts if part)


def _listed(names: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
