"""Pieces of search questions, from which tests draw questions at random."""

from __future__ import annotations

PIECES = (
    " ", " ", " ", " OR ", " AND ", " NOT ", " -", "(", ")", "kursk", "troops", "sapper*", "북한",
    "파병", "朝鲜", "兵", '"north korea"', '"Kim Jong-un"', "title:kursk", "text:(a OR 北)",
    "author:kim", "tag:arms",
    "theme:troops", "theme:arms>0.4", "lang:ru,uk", "lang:en", "score>0.5", "score:0.2..0.6",
    "is:flagged", "is:near", "is:backlog", "is:edited", "is:marked", "is:copied", "feed:wire",
    "site:example.org", "is:unmarked", "is:told", "is:review", "is:irrelevant",
    "reason:below", "rule:r1", 'term:"kursk"', "seen:2025-06", "published:2025..",
    "near:0.1", "/sapp?er/", "/[kb]ursk.*\\d/", "is:contested", "is:silenced", "is:held",
    "is:relevant", "is:rejected",
    "since:7d", "before:2025-06-17T12", "sort:old", "sort:score",
)  # fmt: skip
