"""Sentences: where each sentence of a text begins and ends."""

from __future__ import annotations

import re

LONGEST_SENTENCE = 500  # characters; text without full stops is cut, for patterns are quadratic
_END = re.compile(r"(?<=[.!?…。！？])[\"”»」']?\s+|\n|(?<=[。！？])")
# A full stop after these ends no sentence: abbreviations, initials, multipliers.
_ABBREVIATION = re.compile(
    r"\b(?:U\.S|U\.N|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|St|No|vs|тыс|тис|млн|млрд|г|ул|tys|mln|ok|gen"
    r"|płk|im|Nr|ca|Mio|Mrd|[A-ZА-Я])\.$"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence; a line break ends one, too.  Blank ones are left out."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        ends_line = match.group() == "\n"
        if not ends_line and _ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
            continue
        spans += _pieces(text, start, match.start())
        start = match.end()
    return spans + _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span in pieces that are short enough, cut at spaces where there are some."""
    spans = []
    while end - start > LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        cut = space if space > 0 else start + LONGEST_SENTENCE
        spans.append((start, cut))
        start = cut
    spans.append((start, end))
    return [span for span in spans if text[span[0] : span[1]].strip()]
