"""Speakers in Korean, Japanese and Chinese: 에 따르면, によると, 据, and offices as subjects."""

from __future__ import annotations

import re

from monitor.figures.speakers import Speaker, SpeakerGrammar

# ── Korean ──────────────────────────────────────────────────────────────────────────────────

_KO_SAY = (
    r"(?:밝혔|전했|말했|보고했|보고|추정했|추정|평가|분석했|파악|발표|주장|보도|집계|설명|알렸|확인"
    r"|강조|내다봤|관측|추산)"
)
_KO_OFFICE = re.compile(
    r"(?:부|원|청|처|국|군|당국|합참|대변인|장관|차관|대통령|총리|위원장|통신|방송|신문|매체|소식통"
    r"|관계자|의원|교수|전문가|유엔|팀|위원회|본부|총장|대사|국장|부국장|실장|기구|협회|재단|전우회|당"
    r"|측|대표|[A-Z]{2,}|\)|김정은|트럼프|푸틴|젤렌스키)$"
)
_KO_NO_SPEAKER = re.compile(
    r"(?:북한|러시아|우크라이나|정부가|이들|것|수|등|이번|지난|북한군|병력|규모|그|그녀)$"
)
_KO_LEADING = re.compile(r"^(?:.*다고|그|이|한편|또|이어|다만|당시|특히)\s")
_KO_QUOTE = re.compile(r"^(?:\[[^\]]+\]\s*)?([가-힣A-Za-z·()\s]{2,22}?)(?:,)?\s?[“\"‘']")
_KO_PARTICLE = re.compile(r"(?:[가-힣]{2}(?:로|에|서|며|고|를|을|의|와|과|도|은|는))$")
_KO_COMMA = re.compile(r"^(?:\[[^\]]+\]\s*)?([가-힣A-Za-z·]{2,14}),\s")
_KO_REPORT = re.compile("보고서|발표|발간|집계|추정|분석")
_KO_SENTENCE = (
    re.compile(
        r"([가-힣A-Za-z·]{2,}(?:\s[A-Z가-힣][가-힣A-Za-z·]+)?)(?:이|가)?\s(?:\d+일)?(?:\([^)]{1,8}\))?\s?보도했다"
    ),
    re.compile(
        r"([가-힣A-Za-z·()]+(?:\s[가-힣A-Za-z·()]+){0,3}?)(?:\s등)?(?:에|의 (?:발표|보고)에)"
        r" (?:따르면|의하면)"
    ),
    re.compile(
        r"([가-힣A-Za-z·()]{2,}?(?:\s[가-힣A-Za-z·()]{2,}?){0,2}?)(?:은|는|이|가)"
        rf"(?=\s[^.]*?{_KO_SAY})"
    ),
)


def korean_headline_speaker(title: str) -> str | None:
    """`국정원 "…"`, or the office before the comma of a report's headline."""
    quoted = _KO_QUOTE.match(title)
    if quoted and not _KO_PARTICLE.search(quoted[1].strip()):
        return quoted[1].strip()
    listed = _KO_COMMA.match(title)
    return listed[1] if listed and _KO_REPORT.search(title) else None


def korean_speakers(sentence: str) -> list[Speaker]:
    """Those whose name ends as an office or a medium does."""
    speakers = []
    for pattern in _KO_SENTENCE:
        for match in pattern.finditer(sentence):
            name = _KO_LEADING.sub("", match[1])
            name = re.sub(r"\s등$", "", name)
            if len(name) >= 2 and _KO_OFFICE.search(name) and not _KO_NO_SPEAKER.match(name):
                speakers.append(Speaker(match.start(), name))
    return speakers


KOREAN = SpeakerGrammar(
    of_headline=korean_headline_speaker,
    of_sentence=korean_speakers,
    pronoun=re.compile(r"(?<![가-힣])(?:그는|그녀는|이들은|그가)\s"),
    named_before=True,
)

# ── Japanese ────────────────────────────────────────────────────────────────────────────────

_JA_OFFICE = re.compile(
    r"(?:省|庁|院|軍|紙|通信|政府|当局|大統領|首相|氏|長官|総局|局|チーム|大臣|報道官|関係者|筋"
    r"|メディア|機関|委員会|外相|国防相|テレビ|ＮＨＫ|NHK|社|副局長|米国|韓国|ウクライナ)$"
)
_JA_SAY = re.compile("述べ|明らかにし|発表|報じ|推計|推定|分析|語|示し|報告")
_JA_HEAD = re.compile(r"^([^「」、。：:]{2,14})[「：:]")
_JA_LAST = re.compile(r"、([^、。「」]{2,12}?)(?:が|は)?(?:発表|明らかに|分析|推計|推定)?$")
_JA_LEADING = re.compile(r"^.*(?:と|たと|を|に|で)(?=[^とをにで]{2,14}$)")
_JA_ACCORDING = re.compile(r"([^、。「」]{2,20}?)(?:によると|によれば)")
_JA_SUBJECT = re.compile(r"([^、。「」はがとを]{2,16})(?:は|が)")


def japanese_headline_speaker(title: str) -> str | None:
    """X「…」, X：… or …、X."""
    if first := _JA_HEAD.match(title):
        return first[1] if _JA_OFFICE.search(first[1]) else None
    last = _JA_LAST.search(title)
    return last[1] if last and _JA_OFFICE.search(last[1]) else None


def japanese_speakers(sentence: str) -> list[Speaker]:
    """Those whose name ends as an office or a medium does."""
    matches = list(_JA_ACCORDING.finditer(sentence))
    if _JA_SAY.search(sentence):
        matches += _JA_SUBJECT.finditer(sentence)
    return [
        Speaker(match.start(), _JA_LEADING.sub("", match[1]))
        for match in matches
        if _JA_OFFICE.search(match[1])
    ]


JAPANESE = SpeakerGrammar(
    of_headline=japanese_headline_speaker,
    of_sentence=japanese_speakers,
    pronoun=re.compile(r"(?:彼|彼女|同氏|同省|同紙)(?:は|が|によると)"),
)

# ── Chinese ─────────────────────────────────────────────────────────────────────────────────

_ZH_OFFICE = re.compile(
    r"(?:方|社|部|局|军|軍|媒|媒体|媒體|当局|當局|发言人|發言人|总统|總統|总理|部长|部長|院|情报|机构"
    r"|报|報|台|网|官员|委员会|专家|人士|会|國|韩|韓|美|乌|俄|朝)$"
)
_ZH_HEAD = re.compile(r"^([^，。：:「」《》]{1,10}?)(?:称|稱|：|:|說|说)")
_ZH_SENTENCE = (
    re.compile(r"据([^，。、：]{2,12}?)(?:今天|昨天|\d|（|报道|報道|消息|援引|称)"),
    re.compile(
        r"(?:^|[，。；])([^，。；、：]{2,14}?)(?:表示|称|稱|指出|宣布|透露|说|說|发表评论说|估计)"
    ),
)


def chinese_headline_speaker(title: str) -> str | None:
    """X称… or X：…"""
    match = _ZH_HEAD.match(title)
    return match[1] if match else None


def chinese_speakers(sentence: str) -> list[Speaker]:
    """Those whose name ends as an office or a medium does."""
    speakers: list[Speaker] = []
    for pattern in _ZH_SENTENCE:
        speakers += [
            Speaker(match.start(1), match[1])
            for match in pattern.finditer(sentence)
            if _ZH_OFFICE.search(match[1]) and "据" not in match[1]
        ]
    return speakers


CHINESE = SpeakerGrammar(
    of_headline=chinese_headline_speaker,
    of_sentence=chinese_speakers,
    pronoun=re.compile(r"(?:他|她|他们|他們|該部|该部)(?:表示|称|稱|指出|说|說)"),
)
