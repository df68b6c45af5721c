"""Keys of a reader: which letters act, or none at all (WCAG 2.1.4); kept with the person."""

from __future__ import annotations

import re

from fastapi import Request

from monitor.access.caller import Caller
from monitor.domain.errors import ConfigError

OFF = "off"
CHANGEABLE = ["j", "k", "o", "r", "x", "u", "s", "n", "g"]
_PAIR = re.compile(r"(?P<usual>[a-z])=(?P<own>[a-z0-9])", re.ASCII)


def chosen_keys(request: Request) -> str:
    """ "off", "r=a x=d", or empty for the usual keys."""
    caller: Caller | None = getattr(request.state, "caller", None)
    value = caller.key_choice if caller is not None else ""
    return value if value == OFF or _is_choice(value) else ""


def _is_choice(text: str) -> bool:
    return all(_PAIR.fullmatch(pair) for pair in text.split())


def parse_choice(text: str, *, is_off: bool) -> str:
    """The value to keep for "r=a x=d".  Raise ConfigError for a choice that can't work."""
    if is_off:
        return OFF
    pairs = []
    for part in text.replace(",", " ").split():
        match = _PAIR.fullmatch(part.lower())
        if not match or match["usual"] not in CHANGEABLE:
            raise ConfigError(
                f"keys: {part[:20]!r} is no change of a key; write r=a for the letter a instead of"
                f" r; these can be changed: {' '.join(CHANGEABLE)}"
            )
        pairs.append((match["usual"], match["own"]))
    unchanged = [key for key in CHANGEABLE if key not in dict(pairs)]
    used = [letter for _, letter in pairs] + unchanged
    twice = sorted({key for key in used if used.count(key) > 1})
    if twice:
        raise ConfigError(f"keys: {' '.join(twice)} would do two things; change the other one, too")
    return " ".join(f"{usual}={letter}" for usual, letter in pairs)
