"""Bounds of an answer to an assistant: long lists and texts are cut, and the answer says so."""

from __future__ import annotations

import json
from collections.abc import Mapping

from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError

LONGEST_ITEMS, LONGEST_TEXT = 50, 20_000
MOST_BYTES = 256_000
CUT = "cut"  # the field of the answer that names what was cut

CUT_SCHEMA: Mapping[str, object] = {
    "type": "array",
    "items": {"type": "string"},
    "description": "The parts of the answer that were too long, with how much of them is there.",
}


def bounded(document: JsonObject) -> JsonObject:
    """The answer with lists of at most 50 items and texts of at most 20,000 characters.

    The field `cut` names each part that was cut.  Raise ConfigError when the answer is larger than
    256 kB all the same.
    """
    cut: list[str] = []
    shown = {name: _bounded(value, name, cut) for name, value in document.items()}
    if cut:
        shown[CUT] = cut[:LONGEST_ITEMS]
    size = len(json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise ConfigError(
            f"the answer has {size:,} bytes, more than {MOST_BYTES:,}: ask for fewer items"
            " (limit), or narrow the question"
        )
    return shown


def _bounded(value: object, place: str, cut: list[str]) -> object:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        cut.append(f"{place}: {LONGEST_TEXT:,} of {len(value):,} characters")
        return value[:LONGEST_TEXT]
    if isinstance(value, Mapping):
        return {name: _bounded(part, f"{place}.{name}", cut) for name, part in value.items()}
    if isinstance(value, list | tuple):
        if len(value) > LONGEST_ITEMS:
            cut.append(f"{place}: {LONGEST_ITEMS} of {len(value):,} items")
        return [
            _bounded(part, f"{place}.{number}", cut)
            for number, part in enumerate(value[:LONGEST_ITEMS])
        ]
    return value
