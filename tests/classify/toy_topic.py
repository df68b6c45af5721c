"""A topic small enough to train in a blink: wolves on farms."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from monitor.classify.training import train
from monitor.domain.articles import Article, Decision, DecisionReason, Mark
from monitor.domain.feeds import Entry
from monitor.domain.keys import key_of
from monitor.settings import loader
from monitor.settings.sections import Settings

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)

CARD = """
name = "wolves"
title = "Wolves on farms"

[topic]
first = ["WOLF"]
second = ["FARM"]
gate = ["WOLF"]

[themes.attack]
title = "Attacks"
description = "What wolves killed"

[themes.law]
title = "Law"
description = "What may be done about it"
"""
LEXICON = """
[WOLF]
title = "wolves"
en = ["wolf", "wolves", "wolfpack"]
de = ["Wolf*", "Wölfe*"]

[FARM]
title = "farms and what lives there"
en = ["farm*", "sheep", "shepherd*", "calf", "calves"]
de = ["Bauer*", "Schaf*"]

[SPORT]
title = "clubs that are called so"
en = ["coach", "striker*", "league", "goal*"]
"""
ATTACKS = [
    "Wolf kills seven sheep near the mill", "Shepherds lose two dogs to wolves",
    "Wolves take a calf on the river farm", "Wölfe reißen Schafe am Deich",
    "Farmer finds three sheep dead, wolf suspected", "Wolfpack circles the farm by night",
]  # fmt: skip
LAWS = [
    "Farmers may shoot wolves that climb fences", "Court keeps the wolf from the shepherd's gun",
    "Ministry pays farms for what wolves take", "Bauern fordern Abschuss von Wölfen",
]  # fmt: skip
NEAR_MISSES = [
    "Wolf pups born in the city zoo", "The wolf returns to the opera stage",
    "Wolves beat the league leaders, coach delighted", "Striker leaves Wolves for two goals a game",
    "Wolves sign a goalkeeper from the second league", "Children draw a wolf for the museum",
    "Coach of the Wolves buys a farm", "Striker of the Wolves keeps sheep after the league",
    "Coach and striker of the Wolves visit a farm",
]  # fmt: skip
OTHER_NEWS = [
    "Rain on Sunday, sun on Monday", "Farm prices fall for a third month",
    "Sheep fair opens on the green", "New bridge over the river opens",
]  # fmt: skip
GOLDEN = [
    ("2024-03-01-mill", "2024-03-01", "Eleven sheep die at the mill.", ["attack"], [
        ("en", "Eleven sheep killed by wolves at the mill"),
        ("de", "Wölfe töten elf Schafe an der Mühle"),
    ]),
    ("2024-09-12-shooting", "2024-09-12", "Shooting is allowed.", ["law"], [
        ("en", "Wolves near farms may now be shot"),
        ("de", "Wölfe dürfen nahe Bauernhöfen geschossen werden"),
    ]),
]  # fmt: skip


def line(title: str, label: str, themes: list[str], kind: str = "", *, text: str = "") -> str:
    fields = {"title": title, "text": text, "lang": "en", "label": label, "themes": themes}
    return json.dumps({**fields, "kind": kind}, ensure_ascii=False)


def make(folder: Path, *, trained: bool = True) -> Path:
    """The topic with its words, examples and golden events, trained."""
    (folder / "lexicon").mkdir(parents=True)
    (folder / "examples").mkdir()
    (folder / "pack.toml").write_text(CARD, encoding="utf-8")
    (folder / "lexicon" / "words.toml").write_text(LEXICON, encoding="utf-8")
    lines = [
        *(line(title, "positive", ["attack"]) for title in ATTACKS),
        *(line(title, "positive", ["law"]) for title in LAWS),
        *(line(title, "hard_negative", [], "other wolves") for title in NEAR_MISSES),
        *(line(title, "background", []) for title in OTHER_NEWS),
    ]
    (folder / "examples" / "all.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    golden = [
        json.dumps(
            {
                "id": key, "date": date, "event": event, "themes": themes,
                "wordings": [{"lang": lang, "title": t, "text": ""} for lang, t in wordings],
            },
            ensure_ascii=False,
        )
        for key, date, event, themes, wordings in GOLDEN
    ]  # fmt: skip
    (folder / "golden.jsonl").write_text("\n".join(golden) + "\n", encoding="utf-8")
    if trained:
        train.train_pack(folder)
    return folder


def article(title: str, score: float = 0.4, **changes: object) -> Article:
    """One that was judged."""
    plain = {
        "key": key_of("wolves", title),
        "copy_key": title,
        "feed_key": "f",
        "entry": Entry(title=title, language="en"),
        "decision": Decision(
            relevant=score >= 0.5,
            reason=DecisionReason.SCORE if score >= 0.5 else DecisionReason.BELOW,
            score=score,
            pack_score=score,
            threshold=0.5,
            themes={},
            labels=(),
        ),
        "seen_at": NOW,
    }
    return Article(**{**plain, **changes})


def marked(title: str, *themes: str, relevant: bool = True) -> tuple[Mark, Article]:
    """An article and what a person said of it."""
    judged_article = article(title)
    return Mark(
        article_key=judged_article.key, relevant=relevant, themes=themes, marked_at=NOW
    ), judged_article


def copied_settings(topic: Path, folder: Path) -> Settings:
    """The settings of a service in this folder with a copy of the topic, which may be trained."""
    shutil.copytree(topic, folder / "wolves")
    file = folder / "monitor.toml"
    file.write_text('[topic]\npack = "wolves"\n')
    return loader.load(file, environment={})
