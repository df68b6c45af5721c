"""The daily message of what was watched and what came of it: also when nothing did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from monitor.deliver.messages import phrases
from monitor.deliver.messages.notice import Notice
from monitor.deliver.messages.webhook_payload import fitting
from monitor.domain.feeds import FeedState
from monitor.health.coverage import Coverage, UnhealthyFeed, sentence
from monitor.text import sanitize
from monitor.text.formats import readable_duration, rfc3339

_LONGEST_WHY = 300
_MOST_UNWELL = 25
_COUNTS = ("read", "flagged", "alerted", "held", "undelivered", "suppressed", "backlog")
_NAMES = {
    "held": "Held back, to be told",
    "undelivered": "Undelivered",
    "suppressed": "Suppressed",
    "backlog": "There before us",
}


def data(coverage: Coverage, day: date) -> dict[str, object]:
    """What the alert seals; `day` is the local date on whose morning it is said."""
    unwell = fitting(map(_unwell, coverage.unwell[:_MOST_UNWELL]))
    return {
        "date": day.isoformat(),
        "since": rfc3339(coverage.since),
        "until": rfc3339(coverage.until),
        "sentence": sanitize.line(sentence(coverage), 1_000),
        "watched": coverage.feeds,
        "healthy": coverage.healthy,
        "unwell": unwell,
        "omitted": len(coverage.unwell) - len(unwell),
        "polls": coverage.polls,
        "failed_polls": coverage.failed,
        "unwatched_seconds": int(coverage.unwatched.total_seconds()),
        **{name: getattr(coverage, name) for name in _COUNTS},
    }


def _unwell(one: UnhealthyFeed) -> dict[str, object]:
    return {
        "key": one.key,
        "title": sanitize.name(one.name),
        "state": str(one.state),
        "why": sanitize.line(one.why, _LONGEST_WHY),
    }


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def notice(sealed: Mapping[str, object]) -> Notice:
    """What was sealed, in words."""
    of: Mapping[str, Any] = sealed
    unwell = [one for one in of.get("unwell", ()) if isinstance(one, Mapping)]
    omitted = int(of.get("omitted", 0))
    more = (("And", f"{omitted:,} more feeds: `monitor feeds list`"),) if omitted else ()
    ill = any(one.get("state") != FeedState.PAUSED for one in unwell)
    return Notice(
        tag="coverage",
        headline=f"{_day(of)}{of.get('healthy', 0):,} of {of.get('watched', 0):,} feeds healthy,"
        f" {of.get('alerted', 0):,} alerted",
        sentences=(
            f"From {_when(of, 'since')} until {_when(of, 'until')}:",
            f"{of.get('sentence', '')}.",
        ),
        facts=(
            *_facts(of),
            *((phrases.feed_name(str(one.get("title", ""))), _line(one)) for one in unwell),
            *more,
        ),
        commands=("monitor doctor",) if ill else (),
    )


def _day(of: Mapping[str, Any]) -> str:
    """ "Tue 17 Jun: " """
    try:
        return f"{date.fromisoformat(str(of.get('date', ''))):%a %-d %b}: "
    except ValueError:
        return ""


def _when(of: Mapping[str, Any], name: str) -> str:
    try:
        return phrases.instant(datetime.fromisoformat(str(of.get(name, ""))))
    except ValueError:
        return "?"


def _facts(of: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is worth a line: the three that are always asked for, and others where there are any."""
    polls, failed = int(of.get("polls", 0)), int(of.get("failed_polls", 0))
    facts = [
        ("Polls", f"{polls:,}, {failed:,} of them failed"),
        ("Read", f"{of.get('read', 0):,}"),
        ("Flagged", f"{of.get('flagged', 0):,}"),
        ("Alerted", f"{of.get('alerted', 0):,}"),
    ]
    facts += [(said, f"{of[name]:,}") for name, said in _NAMES.items() if of.get(name)]
    away = timedelta(seconds=int(of.get("unwatched_seconds", 0)))
    return (
        [*facts, ("Not running", readable_duration(away))]
        if away >= timedelta(minutes=5)
        else facts
    )


def _line(one: Mapping[str, Any]) -> str:
    state, why = str(one.get("state", "")), str(one.get("why", ""))
    return f"{state}: {why}" if why else state
