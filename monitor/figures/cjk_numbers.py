"""Numbers in Korean, Japanese and Chinese: digits mixed with 만, 万, 億, 千, and their counters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.figures.figure import NumberMatch

_NUMERALS = {numeral: float(value) for value, numeral in enumerate("〇一二三四五六七八九")} | {
    "零": 0.0, "两": 2.0, "兩": 2.0, "○": 0.0, "壹": 1.0, "貳": 2.0, "영": 0.0,
}  # fmt: skip
_SMALL = {"十": 10.0, "百": 100.0, "千": 1e3, "십": 10.0, "백": 100.0, "천": 1e3}
_LARGE = {
    "万": 1e4, "萬": 1e4, "億": 1e8, "亿": 1e8, "兆": 1e12, "만": 1e4, "억": 1e8, "조": 1e12,
}  # fmt: skip
_NATIVE = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "스무": 20,
}  # fmt: skip
_VAGUE = {
    "수십": 10.0, "수백": 100.0, "수천": 1e3, "수만": 1e4, "수십만": 1e5, "수백만": 1e6,
    "수천만": 1e7, "数十": 10.0, "数百": 100.0, "数千": 1e3, "数万": 1e4, "數十": 10.0,
    "數百": 100.0, "數千": 1e3, "數萬": 1e4, "上百": 100.0, "上千": 1e3, "上万": 1e4,
    "几十": 10.0, "几百": 100.0, "几千": 1e3, "成千上万": 1e4, "数十万": 1e5, "数百万": 1e6,
}  # fmt: skip
_KOREAN = re.compile(
    r"(?P<before>약|최소|최대|적어도|총|무려|거의|대략)?\s?"
    r"(?P<number>(?:\d[\d,.]*\s?(?:십|백|천)?(?:만|억|조)?\s?)"
    r"(?:\d[\d,]*\s?(?:십|백|천)?(?:여)?(?:만|억)?\s?)*"
    r"|(?P<vague>수십만|수백만|수천만|수십|수백|수천|수만)"
    r"|(?:백만|천만|만|천|백)(?=\s?(?:명|발|개|톤|기)))"
    r"(?P<odd>여)?(?P<large>만|억)?\s?"
    r"(?P<counter>명|여명|발|기|개|t\b|톤|원|달러|위안|엔|루블|유로|구|인|MT|t)?"
    r"(?P<after>\s?(?:이상|이하|미만|안팎|가량|정도|쯤|남짓|여|이 넘는|을 넘|을 넘어|이 넘|규모))?"
)
_HAN = re.compile(
    r"(?P<before>約|约|大约|大約|最大|最多|至少|最低|少なくとも|超过|超過|超|逾|近|多达|多達|上|累计|共|计)?"
    r"\s?(?P<number>(?:(?:\d[\d,，]*(?:\.\d+)?|[〇一二三四五六七八九两兩]+|十|百|千)"
    r"\s?[十百千]?\s?[万萬億亿兆]?)+"
    r"|(?P<vague>数十万|数百万|数十|数百|数千|数万|數十|數百|數千|數萬|成千上万|上百|上千|上万|几十|几百|几千))"
    r"(?P<odd>余|多|餘|余り)?(?P<large>[万亿萬億])?\s?"
    r"(?P<counter>人|名|発|发|發|枚|基|个|個|吨|噸|トン|ドル|円|元|美元|万美元|ウォン|韩元|韓元|卢布|本|门|門|具|体)?"
    r"(?P<after>以上|以下|未満|余り|ほど|前後|左右|超|余)?"
)
_KOREAN_NATIVE = re.compile(
    rf"(?<![가-힣])(?P<number>{'|'.join(_NATIVE)})\s?(?P<counter>명|발|기|개)"
)
_APPROX_BEFORE = frozenset(["약", "대략", "거의", "約", "约", "大约", "大約", "近"])
_APPROX_AFTER = frozenset(["가량", "정도", "쯤", "안팎", "ほど", "前後", "左右", "余り"])
_LOWER_BEFORE = frozenset(
    ["최소", "적어도", "至少", "最低", "少なくとも", "超过", "超過", "超", "逾", "上"]
)
_LOWER_AFTER = frozenset(
    ["이상", "以上", "超", "余", "余り", "이 넘는", "을 넘", "을 넘어", "이 넘"]
)
_UPPER_BEFORE = frozenset(["최대", "最大", "最多", "多达", "多達"])
_UPPER_AFTER = frozenset(["이하", "미만", "以下", "未満"])
_DENIED_AFTER = re.compile(r"\s?(?:이|가|은|는)?\s?(?:아니라|아닌 )|(?:では|じゃ)な[くい]")
_DENIED_BEFORE = re.compile(r"(?:不是|并非|並非)\s?$")
_SKIPPED = str.maketrans("", "", ",， ")


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: float | None
    high: float | None
    approx: bool
    vague: bool = False


def find_cjk_numbers(sentence: str, language: str) -> list[NumberMatch]:
    """Every number of the sentence with its counter.  Digits must be ASCII."""
    numbers = []
    pattern = _KOREAN if language == "ko" else _HAN
    for match in pattern.finditer(sentence):
        bounds = _bounds(match, korean=language == "ko")
        if bounds is not None and not _is_denied(sentence, match):
            numbers.append(_number(match, bounds))
    if language == "ko":
        for match in _KOREAN_NATIVE.finditer(sentence):
            value = float(_NATIVE[match["number"]])
            numbers.append(_number(match, _Bounds(value, value, False)))
    return numbers


def _number(match: re.Match[str], bounds: _Bounds) -> NumberMatch:
    written = match.group()
    counter = match["counter"] or ""
    return NumberMatch(
        start=match.start("number"),
        end=match.end("counter") if counter else match.end("number"),
        phrase_start=match.start() + len(written) - len(written.lstrip()),
        phrase_end=match.start() + len(written.rstrip()),
        low=bounds.low,
        high=bounds.high,
        approx=bounds.approx,
        vague=bounds.vague,
        in_words=not re.search(r"\d", match["number"]),
        counter=counter.strip(),
    )


def _is_denied(sentence: str, match: re.Match[str]) -> bool:
    """Whether the text says that it is not this number."""
    after = _DENIED_AFTER.match(sentence, match.end())
    return bool(after or _DENIED_BEFORE.search(sentence, 0, match.start()))


def _bounds(match: re.Match[str], *, korean: bool) -> _Bounds | None:
    """The bounds of a number with its hedges; None where it has no value."""
    if match["vague"]:
        return _Bounds(_VAGUE[match["vague"]], None, approx=True, vague=True)
    written = match["number"].rstrip(" ,.，")
    odd = bool(match["odd"]) or "여" in written
    value = numeral_value(written.replace("여", "") + (match["large"] or ""))
    if value is None:
        return None
    before, after = (match["before"] or "").strip(), (match["after"] or "").strip()
    low: float | None = value
    high: float | None = value
    approx = before in _APPROX_BEFORE or after in _APPROX_AFTER
    if korean and (odd or after in ("여", "남짓")):  # 8천여 명: eight thousand and some
        approx = True
        high = value if before == "약" else None
    if (odd and not korean) or before in _LOWER_BEFORE or after in _LOWER_AFTER:
        high = None
    if before in _UPPER_BEFORE or after in _UPPER_AFTER:
        low, high = None, value
    return _Bounds(low, high, approx)


def numeral_value(written: str) -> float | None:
    """The value of mixed digits and numerals: 1만5천, 1.2億, 一万五千; None where it has none."""
    total = section = 0.0
    digit: float | None = None
    for part in re.findall(r"\d+(?:\.\d+)?|\D", written.translate(_SKIPPED)):
        if part[0].isdigit():
            digit = float(part)
        elif part in _NUMERALS:
            digit = _NUMERALS[part]
        elif part in _SMALL:
            section += (1.0 if digit is None else digit) * _SMALL[part]
            digit = None
        elif part in _LARGE:
            total += (section + (digit or 0.0) or 1.0) * _LARGE[part]
            section, digit = 0.0, None
        else:
            return None
    return total + section + (digit or 0.0)
