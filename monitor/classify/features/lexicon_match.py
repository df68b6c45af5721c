"""Matches articles against lexicon entries, to find those that a changed lexicon may affect."""

from __future__ import annotations

import re
from collections.abc import Collection

from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.opening import (
    LONG_BODY_CHARACTERS,
    TITLE_CHARACTERS,
    fold_characters,
    normalize,
    prepare_opening,
)
from monitor.domain.feeds import Entry

_LETTERS = re.compile(r"\w+")
# Contains everything of a body that is judged: the opening, after a repeated headline.
_OPENING = LONG_BODY_CHARACTERS + TITLE_CHARACTERS + 50


class LexiconMatch:
    """Finds lexicon entries in the judged part of an article."""

    def __init__(self, lexicon_entries: Collection[str]) -> None:
        """`lexicon_entries` are written entries, silent ones included."""
        classes = dict.fromkeys(lexicon_entries, ("NAMED",))
        self._lexicon = Lexicon(classes, titles={"NAMED": "named"})
        # The longest word of each entry is searched for first: fast, and few articles have it.
        self._letters = tuple(
            {
                max(_LETTERS.findall(fold_characters(normalize(entry))), key=len)
                for entry in lexicon_entries
            }
        )

    def __call__(self, entry: Entry) -> bool:
        """Whether the article names any of the entries."""
        if not self._letters:
            return False
        opening = fold_characters(f"{normalize(entry.title)}\n{normalize(entry.text)[:_OPENING]}")
        if not any(letters in opening for letters in self._letters):
            return False
        text = prepare_opening(entry.title, entry.text, characters=LONG_BODY_CHARACTERS)
        return bool(self._lexicon.hits(text.shown, text.folded))
