"""The message that the service itself is not as it should be, or is again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.deliver.messages.notice import Notice
from monitor.text import sanitize

_LONGEST = 1_000


def data(present: Mapping[str, str], mended: Mapping[str, str]) -> dict[str, object]:
    """What the alert seals: condition → sentence, of those there are and those that are over."""
    return {
        "state": "degraded" if present else "ok",
        "conditions": _listed(present),
        "mended": _listed(mended),
    }


def _listed(conditions: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"name": name, "sentence": sanitize.line(sentence, _LONGEST)}
        for name, sentence in sorted(conditions.items())
    ]


def notice(sealed: Mapping[str, object]) -> Notice:
    """What was sealed, in words."""
    of: Mapping[str, Any] = sealed
    present = [one for one in of.get("conditions", ()) if isinstance(one, Mapping)]
    mended = [one for one in of.get("mended", ()) if isinstance(one, Mapping)]
    names = ", ".join(str(one.get("name", "")) for one in present)
    return Notice(
        tag="service",
        headline=f"Watchpost is degraded: {names}" if present else "Watchpost is as it should be",
        sentences=(
            "It goes on with what was good last; mend this, so that it does what you meant.",
        )
        if present
        else ("What was reported before is over.",),
        facts=(
            *((str(one.get("name", "")), str(one.get("sentence", ""))) for one in present),
            *((str(one.get("name", "")), f"over: {one.get('sentence', '')}") for one in mended),
        ),
        commands=("monitor doctor",) if present else (),
    )
