"""Train the pair model of a pack: `python -m tests.stories.train_pair_model models/dprk-russia`.

Reads `stories/events.jsonl` (written events in families of look-alikes, several wordings each),
`golden.jsonl` and background examples; writes `stories/pair-model.json`.  The same files and
library versions give the same bytes.  No published text is read.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from monitor.classify.packs.story_pack import FORMAT, load_concepts
from monitor.stories.anchors import Anchors, Rarities, StoryText, anchors_of, opening_of, word_stems
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.name_sounds import name_keys
from monitor.stories.pair_features import FEATURES, SIGNS, pair_features
from monitor.stories.rarity import Rarity

THRESHOLD = 0.35
BACKGROUND = 250  # articles without a story
PAIR_HOURS = 168
COUNTED = 7  # every seventh example of the topic counts for frequencies, beside all others
LEAST_COUNT = 3  # articles of a word or name in the table of frequencies
FAMILY_WEIGHT, STORY_WEIGHT, OTHER_WEIGHT = 20.0, 3.0, 1.0
TREES, LEAVES, LEAST_PAIRS, RATE = 40, 8, 200, 0.1
DRAWS, DRAWN = 3, 0.85  # models whose log-odds are averaged, each of so many of the pairs

Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One article to learn from."""

    story: str
    family: str  # events of one family are easily confused
    article: StoryText


def lines_of(file: Path) -> list[Line]:
    text = file.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def wordings(pack: Path, background: list[Line]) -> Iterator[Wording]:
    """All written events, golden events on their days, and background in five days."""
    for number, line in enumerate(lines_of(pack / "stories" / "events.jsonl")):
        yield wording(line, f"e{number}", line["story"], line["family"], line["hours"])
    for event in lines_of(pack / "golden.jsonl"):
        hours = (date.fromisoformat(event["date"]) - date(2022, 1, 1)).days * 24.0
        for number, line in enumerate(event["wordings"]):
            key = f"{event['id']}-{number}"
            yield wording(line, key, event["id"], event["id"], hours + 3.0 * number)
    draw = random.Random(7)  # a sample that repeats
    for number, line in enumerate(draw.sample(background, min(BACKGROUND, len(background)))):
        key = f"b{number}"
        yield wording(line, key, key, key, draw.uniform(0, 120))


def wording(line: Line, key: str, story: str, family: str, hours: float) -> Wording:
    article = StoryText(
        key=key, title=line["title"], text=line["text"], language=line["lang"], source=key,
        hours=hours,
    )  # fmt: skip
    return Wording(story=story, family=family, article=article)


def frequencies(lines: list[Line], dictionary: ConceptDictionary) -> dict[str, dict[str, int]]:
    """Term → in how many lines it is, for concepts, names and words."""
    counts: dict[str, Counter[str]] = {
        "concepts": Counter(),
        "names": Counter(),
        "words": Counter(),
    }
    for line in lines:
        text = f"{line['title']} {opening_of(line['text'])}"
        counts["concepts"].update(dictionary.keys_in(text, line["lang"]))
        counts["names"].update(name_keys(text, line["lang"]))
        counts["words"].update(word_stems(text))
    least = {"concepts": 1, "names": LEAST_COUNT, "words": LEAST_COUNT}
    return {
        group: {term: count for term, count in sorted(table.items()) if count >= least[group]}
        for group, table in counts.items()
    }


def pairs(
    rows: list[Wording], anchors: list[Anchors], names: frozenset[str]
) -> Iterator[tuple[list[float], bool, float]]:
    """Features, whether it is one story, and weight of each pair within a week."""
    for place, newer in enumerate(rows):
        for before in range(place):
            older = rows[before]
            if abs(newer.article.hours - older.article.hours) > PAIR_HOURS:
                continue
            features = pair_features(anchors[place], anchors[before], names)
            features[FEATURES.index("same_source")] = 0.0  # written lines have no outlet
            is_same = newer.story == older.story
            weight = FAMILY_WEIGHT if newer.family == older.family else OTHER_WEIGHT
            yield features, is_same, STORY_WEIGHT if is_same else weight


def train(pack: Path) -> Line:
    """The pair model as it is stored."""
    dictionary = ConceptDictionary(load_concepts(pack / "stories" / "concepts.jsonl"))
    examples = [line for file in sorted(pack.glob("examples/*.jsonl")) for line in lines_of(file)]
    background = [line for line in examples if line["label"] == "background"]
    counted = [*lines_of(pack / "stories" / "events.jsonl"), *background, *examples[::COUNTED]]
    counts = frequencies(counted, dictionary)
    rows = list(wordings(pack, background))
    rarities = Rarities(**{group: Rarity(counts[group], len(counted)) for group in counts})
    anchors = [anchors_of(row.article, dictionary, rarities) for row in rows]
    columns = zip(*pairs(rows, anchors, dictionary.names), strict=True)
    features, labels, weights = (np.array(column) for column in columns)
    models = []
    for seed in range(DRAWS):
        drawn = np.random.default_rng(seed).random(len(labels)) < DRAWN
        models.append(fitted(features[drawn], labels[drawn], weights[drawn]))
    bases = [float(model._baseline_prediction.ravel()[0]) for model in models]
    trees: list[list[list[float]]] = []
    for model in models:
        trees += [tree(predictor.nodes) for (predictor,) in model._predictors]
    return {
        "format": FORMAT,
        "features": list(FEATURES),
        "threshold": THRESHOLD,
        "base": round(sum(bases) / DRAWS, 6),
        "trees": trees,
        "trained_on": {
            name: hashlib.sha256((pack / name).read_bytes()).hexdigest()
            for name in ("stories/concepts.jsonl", "stories/events.jsonl", "golden.jsonl")
        },
        "articles": len(counted),
        "counts": counts,
    }


def fitted(features: Any, labels: Any, weights: Any) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST_PAIRS,
        l2_regularization=5, monotonic_cst=list(SIGNS.values()), early_stopping=False,
        random_state=0,
    ).fit(features, labels, sample_weight=weights)  # fmt: skip


def tree(nodes: Any) -> list[list[float]]:
    """Four parallel lists: feature, threshold or share of the mean value, left, right."""
    rows: list[list[float]] = [[], [], [], []]
    for node in nodes:
        is_leaf = bool(node["is_leaf"])
        value = node["value"] / DRAWS if is_leaf else node["num_threshold"]
        rows[0].append(-1 if is_leaf else int(node["feature_idx"]))
        rows[1].append(round(float(value), 6))
        rows[2].append(int(node["left"]))
        rows[3].append(int(node["right"]))
    return rows


def main(arguments: list[str]) -> int:
    pack = Path(arguments[0])
    stored = train(pack)
    lines = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in stored.items()
    ]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (pack / "stories" / "pair-model.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
