"""Speakers in Russian, Ukrainian, Polish, German, French, Spanish and Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.figures.speakers import Speaker, SpeakerGrammar

_NOT_A_SPEAKER = re.compile(
    r"(?:Rosja|Ukraina|Korea Północna|Россия|Украина|КНДР|Колонка|Росія|Україна|Russland|Ukraine"
    r"|Nordkorea|Russie|Corée du Nord|Интервью|Мнение|Rusia|Ucrania|Corea del Norte|Nga)$"
)
_PRONOUN = re.compile(
    r"(?:Это|Эта|Как|Он|Она|Они|Мы|Я|Він|Вона|Вони|Ми|Це|To|On|Ona|Oni|My|Er|Sie|Es|Wir|Il|Elle"
    r"|Ils|Elles|Nous|Él|Ella|Ellos|Ông|Bà|Họ|W|Na|Po|В|На|Корея)$",
    re.I,
)
_LABEL = re.compile(r"\d|война|войн|главное|видео|live|wojna|guerre|guerra|Krieg", re.I)
_PLACE_FIRST = frozenset({"fr", "es", "de", "vi"})
_OFFICE = re.compile(
    r"minist|police|gouvernement|gobierno|regierung|armée|ejército|armee|président|president|präsident"
    r"|agen|service|geheimdienst|expert|\b(?:NIS|ONU|OTAN|NATO|CNN|AFP|Kiev|Kyiv|Kiew|Séoul|Seúl|Seoul"
    r"|Moscou|Moscú|Moskau|Washington|Pyongyang|Pékin|Pekín|Peking|Tokyo|Tokio|Zelensky|Zelenski"
    r"|Selenskyj|Bộ|Tổng thống|Cơ quan|Tình báo)\b",
    re.I,
)
_TRAILING = re.compile(r"\s(?:ngày|cũng|đã|vừa|hôm|đưa ra)\b.*$")  # Vietnamese, before the verb
_LEADING = re.compile(r"^(?:w \w+|в \w+|у \w+|a|que|der|die|das|le|la|les|el) ", re.I)


_FULL_STOP = re.compile(r"(?<=\w\w)\.$")  # of the sentence, not of an initial


@dataclass(frozen=True, slots=True)
class _Words:
    """The verbs of speech of a language, its "according to", and pronouns that speak."""

    say: str
    according: str
    pronouns: str


_WORDS: Mapping[str, _Words] = {
    "ru": _Words(
        r"сообщ\w+|заяв\w+|рассказ\w+|утвержда\w+|оцени\w+|подтверд\w+|отмет\w+|уточн\w+|указ\w+"
        r"|говорит|сказал\w*",
        r"по (?:данным|словам|оценк\w+|информации|сообщению)|согласно(?: данным)?"
        r"|как (?:сообщ\w+|заяв\w+|рассказ\w+)|со ссылкой на|со слов|сообщени\w+ от",
        "он|она|они",
    ),
    "uk": _Words(
        r"повідом\w+|заяв\w+|розпові\w+|стверджу\w+|оцін\w+|підтверд\w+|зазнач\w+|каже|уточн\w+"
        r"|сказав|сказала",
        r"за (?:даними|словами|оцінками|оцінкою|інформацією)|згідно з|з посиланням на"
        r"|як (?:повідом\w+|заяв\w+)",
        "він|вона|вони",
    ),
    "pl": _Words(
        r"poinform\w+|informuj\w+|przekaza\w+|przekazuj\w+|twierdz\w+|powiedzia\w+|oświadczy\w+"
        r"|podaj\w+|podał\w*|ocen\w+|potwierdz\w+",
        r"według(?: ustaleń| danych| informacji)?|zdaniem|powołując się na"
        r"|jak (?:podaje|podał\w*|informuje|przekazał\w*)",
        "on|ona|oni",
    ),
    "de": _Words(
        r"sagte\w*|sagt|teilte|meldet\w*|berichtet\w*|zufolge|erklärte|schätzt\w*|bestätigt\w*",
        r"laut|, so|nach Angaben (?:von|des|der)|Angaben (?:des|der)|unter Berufung auf",
        "er|sie",
    ),
    "fr": _Words(
        r"a déclaré|a annoncé|affirme\w*|a indiqué|estime\w*|rapporte\w*|a affirmé|confirme\w*",
        r"selon|d['’]après|citant",
        "il|elle|ils|elles",
    ),
    "es": _Words(
        r"dijo|declaró|anunció|afirm\w+|estim\w+|inform\w+|confirm\w+|asegur\w+|señaló",
        r"según|de acuerdo con|citando a",
        "él|ella|ellos",
    ),
    "vi": _Words(
        r"cho biết|nói|tuyên bố|thông báo|khẳng định|xác nhận|ước tính|cáo buộc",
        r"theo|dẫn lời|trích dẫn",
        "ông|bà|họ",
    ),
}


def _headline_speaker(title: str) -> str | None:
    """ "X: …" or "… — X"."""
    colon = re.match(r"^([^:«»\"?!,.]{2,45}):\s", title)
    dash = re.search(r"\s[—–-]\s([^—–.]{2,40})$", title)
    for match, most_words in ((colon, 5), (dash, 4)):
        if match and not _LABEL.search(match[1]) and len(match[1].split()) <= most_words:
            name = match[1].strip()
            return None if _NOT_A_SPEAKER.match(name) else name
    return None


@dataclass(frozen=True, slots=True)
class _SentencePatterns:
    """The compiled patterns of a language; called with a sentence."""

    patterns: tuple[re.Pattern[str], ...]

    def __call__(self, sentence: str) -> list[Speaker]:
        speakers = []
        for pattern in self.patterns:
            for match in pattern.finditer(sentence):
                name = _TRAILING.sub("", _LEADING.sub("", match[1].strip())).strip(" -–—,")
                name = _FULL_STOP.sub("", name)
                if len(name) > 2 and not _PRONOUN.match(name):
                    speakers.append(Speaker(match.start(), name))
        return speakers


def _office_of_headline(title: str) -> str | None:
    """As `_headline_speaker`, where headlines often begin with a place: "Lisbonne : …"."""
    name = _headline_speaker(title)
    return name if name and _OFFICE.search(name) else None


def _grammar(language: str, words: _Words) -> SpeakerGrammar:
    capital = r"[A-ZА-ЯІЇЄҐŁŚŻÉÑĐ]"
    patterns = (
        re.compile(
            rf"(?i:(?:(?<!\w)|(?=,))(?:{words.according}))\s((?:[\w.’'-]+\s?){{1,5}}?)(?=[,.;:—]|$|\s[–-]\s)"
        ),
        re.compile(  # "Selon Séoul 2 400 …": up to the last capital
            rf"(?i:(?:(?<!\w)|(?=,))(?:{words.according}))"
            rf"\s((?:[\w.’'-]+\s){{0,2}}{capital}[\w.’'-]+(?:\s{capital}[\w.’'-]+){{0,3}})"
        ),
        re.compile(
            rf"(?<!\b[WwВвУу] )(?<!\b[NnНн][aа] )"  # "in Ukraine" is no speaker
            rf"((?:{capital}[\w.’'-]+\s?)(?:[\w.’'-]+\s){{0,4}}?)(?:{words.say})"
        ),
        re.compile(rf"(?:—|–|-|,)\s(?:{words.say})\s((?:[\w.’'-]+\s?){{1,7}}?)(?=[,.;]|$)"),
    )
    return SpeakerGrammar(
        of_headline=_office_of_headline if language in _PLACE_FIRST else _headline_speaker,
        of_sentence=_SentencePatterns(patterns),
        pronoun=re.compile(rf"\b(?:{words.pronouns})\s(?:{words.say})", re.I),
    )


EUROPEAN: Mapping[str, SpeakerGrammar] = {
    language: _grammar(language, words) for language, words in _WORDS.items()
}
