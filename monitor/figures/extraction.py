"""Extraction of figures: reads headline and text, and returns each claimed figure once.

A text in a language without a grammar is read as English, Belarusian and Bulgarian as Russian.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from monitor.figures.attribution import attribute
from monitor.figures.cjk_kinds import CjkKindRules
from monitor.figures.cjk_numbers import find_cjk_numbers
from monitor.figures.figure import (
    SPACED_LANGUAGES,
    UNSPACED_LANGUAGES,
    Figure,
    Mention,
)
from monitor.figures.figure_pack import FigurePack
from monitor.figures.sentences import sentence_spans
from monitor.figures.spaced_kinds import KindRules
from monitor.figures.spaced_numbers import find_numbers

MAX_FIGURES = 200  # distinct ones of an article
MAX_TEXT = 20_000  # characters of an article that are read
_RELATED = {"be": "ru", "bg": "ru"}
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_PLAIN_MARKS = {"\u00a0": " ", "\u202f": " ", "，": ",", "．": ".", "٬": ",", "٫": "."}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """An article as the extraction needs it."""

    title: str
    text: str = ""
    language: str | None = None
    date: str | None = None  # ISO 8601

    @property
    def whole(self) -> str:
        """Headline and text, on separate lines; quotes are substrings of it."""
        return f"{self.title}\n{self.text}"[:MAX_TEXT]

    @property
    def grammar(self) -> str:
        """The language whose grammar reads this article."""
        language = (self.language or "").lower().split("-")[0]
        language = _RELATED.get(language, language)
        return language if language in SPACED_LANGUAGES + UNSPACED_LANGUAGES else "en"


def extract_figures(source: SourceText, pack: FigurePack) -> list[Figure]:
    """The figures of an article in the order of the text, each kind and value once."""
    whole = source.whole
    folded = fold_digits(whole)
    distinct = _distinct(_mentions(source, folded, pack))
    figures = []
    for mentions in distinct:
        first = mentions[0]
        attribution = attribute(source.title, whole, mentions, source.grammar, pack)
        figures.append(
            Figure(
                value_min=first.number.low,
                value_max=first.number.high,
                approx=first.number.approx,
                kind=first.kind,
                attribution=attribution,
                claimed_on=source.date,
                quote=_quote(whole, first),
                sentence=whole[first.sentence_start : first.sentence_end].strip(),
            )
        )
    return figures


def _distinct(mentions: list[Mention]) -> list[list[Mention]]:
    """The mentions of one figure together.

    Two equal figures of one sentence are two: "84 soldiers in exchange for 84 prisoners".
    """
    claims: dict[tuple[str, float | None, float | None, int], list[Mention]] = {}
    in_sentence: Counter[tuple[str, float | None, float | None, int]] = Counter()
    for mention in mentions:
        number = mention.number
        place = (mention.kind, number.low, number.high, mention.sentence_start)
        claims.setdefault((*place[:3], in_sentence[place]), []).append(mention)
        in_sentence[place] += 1
    return list(claims.values())[:MAX_FIGURES]


def fold_digits(text: str) -> str:
    """The text with ASCII digits and plain spaces, of the same length: ١٢ and １２ become 12."""
    for character in set(_NOT_ASCII.findall(text)):  # few, also of a long text
        plain = _plain(character)
        if plain != character:
            text = text.replace(character, plain)
    return text


def _plain(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    return _PLAIN_MARKS.get(character, character)


def _mentions(source: SourceText, folded: str, pack: FigurePack) -> list[Mention]:
    unspaced = source.grammar in UNSPACED_LANGUAGES
    read = _cjk_mentions if unspaced else _spaced_mentions
    mentions = []
    for span in sentence_spans(folded):
        mentions += read(source, folded[span[0] : span[1]], span, pack)
    return mentions


def _spaced_mentions(
    source: SourceText, sentence: str, span: tuple[int, int], pack: FigurePack
) -> list[Mention]:
    rules = KindRules(pack, source.grammar, source.title)
    mentions = []
    for number in find_numbers(sentence, source.grammar):
        counted = rules.kind_of(sentence, number)
        if counted is not None:
            kind, end = counted
            mentions.append(
                Mention(
                    number=number, kind=kind, quote_start=number.phrase_start, quote_end=end,
                    sentence_start=span[0], sentence_end=span[1],
                )
            )  # fmt: skip
    return mentions


def _cjk_mentions(
    source: SourceText, sentence: str, span: tuple[int, int], pack: FigurePack
) -> list[Mention]:
    rules = CjkKindRules(pack, source.grammar, source.title)
    numbers = find_cjk_numbers(sentence, source.grammar)
    mentions = []
    for number in numbers:
        kind = rules.kind_of(sentence, number, numbers)
        if kind is not None:
            mentions.append(
                Mention(
                    number=number, kind=kind, quote_start=number.phrase_start,
                    quote_end=number.phrase_end, sentence_start=span[0], sentence_end=span[1],
                )
            )  # fmt: skip
    return mentions


def _quote(whole: str, mention: Mention) -> str:
    start = mention.sentence_start + mention.quote_start
    end = mention.sentence_start + mention.quote_end
    return whole[start:end].strip(" ,")
