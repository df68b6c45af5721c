"""Language codes: ISO 639-1, and the longer codes of languages that have none there."""

from __future__ import annotations

import re

_TWO_LETTERS = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
# ISO 639-3 codes of languages in which news is written and which have no two letters.
_THREE_LETTERS = """
ast ceb ckb cmn fil gsw haw hsb kab kok nan nds sah scn tet wuu yue
"""
_CODES = frozenset(f"{_TWO_LETTERS} {_THREE_LETTERS}".split())
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")


def primary_subtag(tag: str) -> str | None:
    """ "ko" of "ko", "KO" and "ko-KR"; None for what is no language code."""
    match = _TAG.fullmatch(tag.strip())
    code = match.group(1).lower() if match else ""
    return code if code in _CODES else None
