"""Statements: what parties say in an article, and in which sentence.

The party of a stance word is the last one that is named before it in its sentence; one that follows
"by" comes first.  Where a sentence has no such word, whoever it quotes asserts what it says.
"""

from __future__ import annotations

import re

from monitor.domain.stories import Stance, Statement
from monitor.figures.attribution import GRAMMARS
from monitor.figures.extraction import SourceText
from monitor.figures.figure_pack import FigurePack
from monitor.figures.sentences import sentence_spans
from monitor.figures.stances.stance_words import STANCE_WORDS

MAX_STATEMENTS = 12  # of an article
_MAX_SENTENCES = 40  # that are read
_LONGEST_SENTENCE = 500  # that is kept, in characters
_BY = re.compile(r"\s*by\s+(?:the\s+)?|\s*(?:von|par|przez|por)\s+", re.IGNORECASE)


def statements_in(source: SourceText, pack: FigurePack) -> tuple[Statement, ...]:
    """The statements of an article in the order of its text, each party and stance once.

    Media pass on what others say, so they state nothing themselves.
    """
    distinct: dict[tuple[str, Stance], Statement] = {}
    whole = source.whole
    for start, end in sentence_spans(whole)[:_MAX_SENTENCES]:
        sentence = whole[start:end].strip()
        for party, stance in _stances(sentence, source, pack, is_headline=end <= len(source.title)):
            statement = Statement(party=party, stance=stance, sentence=sentence[:_LONGEST_SENTENCE])
            distinct.setdefault((party, stance), statement)
    return tuple(distinct.values())[:MAX_STATEMENTS]


def _stances(
    sentence: str, source: SourceText, pack: FigurePack, *, is_headline: bool
) -> list[tuple[str, Stance]]:
    for stance, words in STANCE_WORDS.items():
        match = words[source.grammar].search(sentence)
        if match is not None:
            party = _party_of(sentence, match, pack)
            return [(party, stance)] if party else []
    grammar = GRAMMARS[source.grammar]
    names = [speaker.name for speaker in grammar.of_sentence(sentence)]
    if is_headline and (claimant := grammar.of_headline(source.title)):
        names.append(claimant)
    parties = {pack.party_of(name) for name in names} - {None}
    return [(party, Stance.ASSERTED) for party in sorted(filter(None, parties))]


def _party_of(sentence: str, match: re.Match[str], pack: FigurePack) -> str | None:
    """Whose stance it is."""
    by = _BY.match(sentence, match.end())
    named = _named(sentence, pack)
    if by is not None:
        return next((party for start, _, party in named if start == by.end()), None)
    before = [(end, start, party) for start, end, party in named if end <= match.start()]
    if before:
        return max(before)[2]
    return named[0][2] if named else None


def _named(sentence: str, pack: FigurePack) -> list[tuple[int, int, str]]:
    """Start, end and slug of each party that the sentence names; of two at a place the longer."""
    spans: dict[int, tuple[int, str]] = {}
    for name in pack.party_names:
        for match in name.pattern.finditer(sentence):
            end, _ = spans.get(match.start(), (0, ""))
            if match.end() > end:
                spans[match.start()] = match.end(), name.party
    named: list[tuple[int, int, str]] = []
    for start, (end, party) in sorted(spans.items()):
        if not named or start >= named[-1][1]:
            named.append((start, end, party))
    return named
