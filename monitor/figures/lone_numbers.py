"""Lone numbers: figures without a noun, as in "kills at least six" or "the toll rises to 21"."""

from __future__ import annotations

import re

from monitor.figures.figure import NumberMatch
from monitor.figures.figure_pack import FigurePack

_PHRASE_END = re.compile(
    r"^\s*(?:$|[.,;:—–)\"”]|-\s|(?:and|in|after|as|over|near|on|at|from|и|при|w|nach|dans|en|tras)\b)"
)
_RISES = (
    r"(?:rises?|rose|climbs?|climbed|surges?|grows?|grew|jumps?|hits?|reach\w*|to|at|выросло"
    r"|возросло|до|at least|as|more|than|[:—-]|\s)*$"
)
_TOLL = re.compile(
    r"(?:toll|number of (?:the )?(?:dead|killed|wounded|injured)"
    r"|число (?:погибших|пострадавших|раненых)|кількість (?:загиблих|поранених)"
    r"|liczba (?:ofiar|rannych)|Zahl der (?:Toten|Verletzten)|bilan)[^.;]*?(?:rises?|rose|climbs?"
    r"|climbed|surges?|grows?|grew|to|до|выросло|зросла|wzrosła|steigt|passe)"
    r"\s*(?:to|до|do|auf|à)?\s*$",
    re.I,
)
_WOUNDED_TOLL = re.compile(r"wounded|injured|пострадав|ранен|поранен|rannych|Verletz|bless", re.I)
_DIED_AT = re.compile(
    r"(?:dies|died|dead|deaths?|décédé|умер\w*|zmarł\w*)[^.;]{0,12}"
    r"(?:at|aged|à|в|w wieku)\s*$",
    re.I,
)
_LOSSES = re.compile(
    r"(?:потери|втрати|straty)\s[^.;]{0,30}(?:составил\w*|превысил\w*|достигл\w*|склал\w*"
    r"|перевищил\w*|сягнул\w*|wyniosły|przekroczyły|sięgają)\s*$",
    re.I,
)
_SOLDIERS_AROUND = re.compile(r"contingent|force|troops|soldiers|koreans?", re.I)
_SOLDIERS_END = re.compile(r"^\s*(?:$|[.,;]|by\b|trained|to\b)")
_LEAST_CONTINGENT = 1_000  # a smaller number in words alone is rarely a contingent
_LEAST_LOSSES = 10


def kind_of_lone_number(
    pack: FigurePack, language: str, headline: str, sentence: str, number: NumberMatch
) -> str | None:
    """The kind of a number that stands alone beside a word of loss; None where it is none."""
    before, after = sentence[: number.phrase_start], sentence[number.end : number.end + 70]
    if _PHRASE_END.match(after):
        kind = _loss_before(pack, language, before)
        if kind and not _is_year_or_age(sentence, number, before):
            return kind
    if number.size >= _LEAST_LOSSES and _LOSSES.search(before):
        return "casualties"
    contingent = language == "en" and number.in_words and number.size >= _LEAST_CONTINGENT
    if contingent and _SOLDIERS_AROUND.search(headline + sentence) and _SOLDIERS_END.match(after):
        planned = pack.kinds["planned"].verb(language).search(before[-50:])
        return "planned" if planned else "deployed"
    return None


def _loss_before(pack: FigurePack, language: str, before: str) -> str | None:
    recent = before[-60:]
    for slug in ("killed", "wounded"):
        verbs = pack.kinds[slug].verb(language).pattern
        if re.search(rf"(?:{verbs})\s*{_RISES}", recent, re.I):
            return slug
    if toll := _TOLL.search(before):
        return "wounded" if _WOUNDED_TOLL.search(toll.group()) else "killed"
    return None


def _is_year_or_age(sentence: str, number: NumberMatch, before: str) -> bool:
    written = sentence[number.start : number.end]
    year = 1900 <= number.size <= 2100 and "," not in written
    return year or bool(_DIED_AT.search(before[-60:]))
