"""Speakers in English: "according to X", "X said", "said X", and the forms of headlines."""

from __future__ import annotations

import re

from monitor.figures.speakers import Speaker, SpeakerGrammar

_SAY = (
    r"(?:says?|said|saying|tells?|told|reports?|reported|reporting|claims?|claimed|announced?"
    r"|announces|estimates?|estimated|confirms?|confirmed|according|believes?|warn(?:s|ed)?"
    r"|stated?|states|revealed|reveals|expects?|puts?|noted|specified|added|disclosed"
    r"|assess(?:es|ed)|alleges?|alleged|acknowledged|admitted|den(?:y|ies|ied))"
)
_ROLE = (
    r"(?:[A-Z][\w.’'-]+|of|the|for|and|de|al|von|US|U\.S\.|UN|NIS|JCS|MFA|MoD|officials?|source"
    r"|sources|intelligence|agency|agencies|minister|ministry|spokes\w+|spy|government|military"
    r"|defen[cs]e|federal|foreign|state|senior|president|expert|analysts?|commission|media"
    r"|reports|authorities|top|brass|general|staff|head|chief|army|service|police|lawmakers?)"
)
_NAME = rf"(?:(?:A|An|The|a|an|the)\s)?{_ROLE}(?:\s{_ROLE}){{0,6}}"
_OFFICE = (
    r"(?:officials?|sources?|ministry|agency|agencies|president|intelligence|government"
    r"|commission|authorities|department|spokes\w+|media|official)"
)
_NO_NAME = re.compile(
    r"(?:An|al|et al|latest data|latest figures|the latest data|plan|report|publication"
    r"|North Korea|It|He|She|They|We|I|You|This|That|There|The|A|And|But|While|As|In|On|At|Of"
    r"|(?:what|which|how|why|who|when)\b.*|Live|LIVE|Video|VIDEO|Watch|Opinion|Analysis|Breaking|of|and|for|the|an|a|which|what)$"
)
_LABEL = re.compile(r"\bwar\b|live|video|watch|analysis|opinion|brief|explain", re.I)
_ARTICLE = re.compile(r"^(?:The|A|An|the|a|an|And|But|and|of|for)\s")
_HEADLINE = (
    re.compile(r",\s((?:[\w.’'-]+\s){0,4}[\w.’'-]+)\s(?:says?|said|claims?|reports?)\s*$"),
    re.compile(rf",\s(?:says?|say)\s({_NAME})\s*$"),
    re.compile(
        rf"^({_NAME})\s(?:says?|claims?|confirms?|estimates?|reports?|sees?|believes?|tells|puts)\b"
    ),
    re.compile(r"according to (?:the )?([A-Z][\w.’' ]{2,40})$"),
)
_DASH = re.compile(r"\s[—–-]\s([^—–]{2,45})$")
_NO_DASH_NAME = re.compile(r"\d|\b(?:BBC|CNN News|Reuters|video)\b")
_COLON = re.compile(r"^([A-Z][\w.’' ]{1,35}):\s")
_SENTENCE = (
    re.compile(
        r"[Aa]ccording to ((?:[\w.’'&-]+\s?){1,7}?)"
        r"(?=[,.;—]|$|\s(?:that|who|on|in|during|after|while|told)\b)"
    ),
    re.compile(
        rf"({_NAME})(?:,[^,]{{2,60}},)?(?:\son\s\w+)?"
        rf"\s(?:also\s|has\s|have\s|had\s|earlier\s|later\s|previously\s)?{_SAY}\b"
    ),
    re.compile(rf"(?:released|published|given|provided|cited|quoted) by ({_NAME})"),
    re.compile(rf"({_NAME})\s(?:raised|lowered|cut|revised)\s(?:its|his|her|their)\s"),
    re.compile(rf"\b(?:said|says|told reporters)\s({_NAME})\b"),
    re.compile(
        rf"(?:^|,\s)((?:the |a |an )?(?:[\w.’'-]+\s){{0,4}}?{_OFFICE})"
        rf"\s(?:also\s|has\s|have\s)?{_SAY}"
    ),
    re.compile(
        r",\s((?:the\s)?(?:[\w.’'-]+\s){0,3}[\w.’'-]+)"
        r"\s(?:reported|said|announced|says|reports)(?:\s|$|\.)"
    ),
    re.compile(
        r"with (?:a |an )?((?:[\w.’'-]+\s){1,4}(?:official|source|minister|spokesman"
        r"|spokesperson))\ssaying"
    ),
    re.compile(r"which (?:the )?([A-Z][\w. ]+?) says\b"),
    re.compile(r"what (?:the )?([A-Z][\w. ]+?) claims\b"),
)


def headline_speaker(title: str) -> str | None:
    """Who states the whole headline; None where it names nobody."""
    dash = _DASH.search(title)
    if dash and not _NO_DASH_NAME.search(dash[1]) and len(dash[1].split()) <= 5:
        return clean_name(dash[1])
    colon = _COLON.match(title)
    if colon and not _LABEL.search(colon[1]):
        return clean_name(colon[1])
    for pattern in _HEADLINE:
        if match := pattern.search(title):
            return clean_name(match[1])
    return None


def sentence_speakers(sentence: str) -> list[Speaker]:
    """Everybody to whom the sentence attributes something."""
    speakers = []
    for pattern in _SENTENCE:
        for match in pattern.finditer(sentence):
            name = clean_name(match[1])
            if name is not None:
                speakers.append(Speaker(match.start(), name))
    return speakers


def clean_name(written: str) -> str | None:
    """The name without article and possessive; None where it is no name."""
    name = _ARTICLE.sub("", written.strip(" ,.'’\"“”—-"))
    name = re.sub(r"['’]s$", "", name)
    if re.search(r"\b[A-Z]\.[A-Z]$", name):  # U.S, U.N
        name += "."
    return name if len(name) >= 2 and not _NO_NAME.match(name) else None


ENGLISH = SpeakerGrammar(
    of_headline=headline_speaker,
    of_sentence=sentence_speakers,
    pronoun=re.compile(rf"\b(?:he|she|they|it)\s(?:also\s|has\s|had\s)?{_SAY}\b", re.I),
)
