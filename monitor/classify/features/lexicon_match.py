"""Which articles name one of these lexicon entries?  The pack may say otherwise of them now."""

from __future__ import annotations

import re
from collections.abc import Collection

from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.opening import (
    BODY_CHARACTERS,
    TITLE_CHARACTERS,
    fold_characters,
    normalize,
    prepare_opening,
)
from monitor.domain.feeds import Entry

_LETTERS = re.compile(r"\w+")
# All that is judged of a body lies within: its opening, and before it the headline once more.
_OPENING = BODY_CHARACTERS + TITLE_CHARACTERS + 50


class LexiconMatch:
    """Looks for lexicon entries in the part of an article that is judged."""

    def __init__(self, lexicon_entries: Collection[str]) -> None:
        """`lexicon_entries` as they are written, silent ones too."""
        named = dict.fromkeys(lexicon_entries, ("NAMED",))
        self._lexicon = Lexicon(named, titles={"NAMED": "named"})
        # Something of every entry, to look for first: few articles have it, and it is quick.
        self._letters = tuple(
            {
                max(_LETTERS.findall(fold_characters(normalize(entry))), key=len)
                for entry in lexicon_entries
            }
        )

    def __call__(self, entry: Entry) -> bool:
        """Does it name any of them?"""
        if not self._letters:
            return False
        opening = fold_characters(f"{normalize(entry.title)}\n{normalize(entry.text)[:_OPENING]}")
        if not any(letters in opening for letters in self._letters):
            return False
        text = prepare_opening(entry.title, entry.text)
        return bool(self._lexicon.hits(text.shown, text.folded))
