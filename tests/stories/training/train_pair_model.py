"""Train the pair model of a pack.

    python -m tests.stories.training.train_pair_model models/dprk-russia

Reads `stories/events.jsonl` (written events in families of look-alikes, several wordings each),
`stories/stages.jsonl` (more of them: the stages of one affair), `golden.jsonl` and background
examples; writes `stories/pair-model.json`: the mean of models that learned from different events,
placed in time and drawn anew for each.
Where the encoder is installed, `stories/encoder-pair-model.json` is written as well.  The same
files and library versions give the same bytes.  No published text is read.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from monitor.classify.encoder import sentence_encoder
from monitor.classify.encoder.story_encoder import StoryEncoder
from monitor.classify.packs.story_pack import ENCODER_FILE, FORMAT, MODEL_FILE, load_concepts
from monitor.stories.anchors import Anchors, Rarities, StoryText, anchors_of, opening_of, word_stems
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.embeddings import ANY_LANGUAGE, Embedding, LanguageMeans
from monitor.stories.name_sounds import name_keys
from monitor.stories.pair_features import (
    ENCODER_SIGNS,
    FEATURES,
    SIGNS,
    encoder_features,
    pair_features,
)
from monitor.stories.rarity import Rarity

THRESHOLD = 0.35
BACKGROUND = 250  # articles without a story
PAIR_HOURS = 168
GOLDEN_HOURS = 72  # in which all golden events are placed, so that they are look-alikes
COUNTED = 7  # every seventh example of the topic counts for frequencies, beside all others
LEAST_MEAN = 15  # lines of a language that has a mean embedding of its own
LEAST_COUNT = 3  # articles of a word or name in the table of frequencies
DRAWN = 0.85  # share of the events that each model learns from
FAMILY_WEIGHT = 20.0  # of two look-alikes, which are different events of one family
STORY_WEIGHT, BACKGROUND_WEIGHT = 3.0, 0.3  # of two articles of one event; of no event
GOLDEN_WEIGHT = 0.2  # of a pair with a golden wording, which hints at its event more than it names
KEPT = 16  # of the pairs that nothing connects one in 16 is kept, with 16 times the weight
MODELS, LEAVES, LEAST_PAIRS, RATE = 6, 10, 60, 0.12
TREES, ENCODER_TREES = 75, 40  # of each model
# Look-alikes are learned far more often than they come, so the log-odds are shifted, near to what
# gives the best stories of held-out events; more for articles in two languages, which share less.
SHIFT, CROSS_LANGUAGE_SHIFT = 2.1, 1.5
ENCODER_SHIFT, ENCODER_CROSS_LANGUAGE_SHIFT = 1.9, 1.6
REGRESSION_SHARE = 1 / 2  # of the encoder's log-odds

WRITTEN = ("stories/events.jsonl", "stories/stages.jsonl")
REGRESSION = ("embeddings", "hours_apart", "same_language")

Line = dict[str, Any]
Embedded = Callable[[str, str], Embedding]  # of a title and a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One article to learn from."""

    story: str
    family: str  # events of one family are easily confused
    article: StoryText
    is_golden: bool = False
    is_background: bool = False


def lines_of(file: Path) -> list[Line]:
    text = file.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def wordings(pack: Path, background: list[Line], seed: int = 0) -> Iterator[Wording]:
    """The written events, golden events in three days, and background in five.

    A golden event that is among the written ones is placed with these.
    """
    written: dict[str, tuple[str, float]] = {}  # event → its family and when it begins
    for number, line in enumerate(line for name in WRITTEN for line in lines_of(pack / name)):
        _, begin = written.get(line["story"], ("", line["hours"]))
        written[line["story"]] = line["family"], min(begin, line["hours"])
        yield wording(line, f"e{number}", line["story"], line["family"], line["hours"])
    draw = random.Random(seed)  # a sample that repeats
    for event in lines_of(pack / "golden.jsonl"):
        begin = draw.uniform(0, GOLDEN_HOURS)
        family, begin = written.get(event["id"], (event["id"], begin))
        for number, line in enumerate(event["wordings"]):
            row = wording(line, f"{event['id']}-{number}", event["id"], family, begin + 3 * number)
            yield replace(row, is_golden=True)
    for number, line in enumerate(draw.sample(background, min(BACKGROUND, len(background)))):
        key = f"b{number}"
        yield replace(wording(line, key, key, key, draw.uniform(0, 120)), is_background=True)


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
        "sounds": Counter(),
        "words": Counter(),
    }
    for line in lines:
        text = f"{line['title']} {opening_of(line['text'])}"
        counts["concepts"].update(dictionary.keys_in(text, line["lang"]))
        counts["sounds"].update(name_keys(text, line["lang"]))
        counts["words"].update(word_stems(text))
    least = {"concepts": 1, "sounds": LEAST_COUNT, "words": LEAST_COUNT}
    return {
        group: {term: count for term, count in sorted(table.items()) if count >= least[group]}
        for group, table in counts.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two articles within a week of each other."""

    features: list[float]
    events: tuple[str, str]
    is_one_story: bool
    is_one_language: bool
    weight: float
    stands_for: float  # pairs, this one and those that were not kept


def pairs(rows: list[Wording], anchors: list[Anchors], seed: int = 0) -> Iterator[Pair]:
    """All pairs within a week that share an event or a family, and a part of the others."""
    draw = random.Random(seed)  # a sample that repeats
    for place, newer in enumerate(rows):
        kept: list[tuple[int, bool]] = []
        for before, older in enumerate(rows[:place]):
            if abs(newer.article.hours - older.article.hours) > PAIR_HOURS:
                continue
            are_alike = newer.family == older.family or (newer.is_golden and older.is_golden)
            if are_alike or not draw.randrange(KEPT):
                kept.append((before, are_alike))
        features = _features(anchors[place], [anchors[before] for before, _ in kept])
        for row, (before, are_alike) in zip(features, kept, strict=True):
            older = rows[before]
            row[FEATURES.index("same_source")] = 0.0  # written lines have no outlet
            share = GOLDEN_WEIGHT if newer.is_golden or older.is_golden else 1.0
            yield Pair(
                features=row,
                events=(newer.story, older.story),
                is_one_story=newer.story == older.story,
                is_one_language=newer.article.language == older.article.language,
                weight=share * _weight(newer, older, are_alike=are_alike),
                stands_for=share * (1.0 if are_alike else KEPT),
            )


def _features(newer: Anchors, olders: Sequence[Anchors]) -> list[list[float]]:
    """A row for each older article; all have embeddings, or none has."""
    of_pairs = pair_features if newer.embedding is None else encoder_features
    rows: list[list[float]] = of_pairs(newer, olders).tolist()
    return rows


def _weight(newer: Wording, older: Wording, *, are_alike: bool) -> float:
    if newer.story == older.story:
        return STORY_WEIGHT
    if are_alike:
        return FAMILY_WEIGHT
    return KEPT * (BACKGROUND_WEIGHT if newer.is_background and older.is_background else 1.0)


def balanced(learned: Sequence[Pair], weights: Sequence[float]) -> NDArray[np.float64]:
    """The weights with one ratio of true to false pairs, in one language and across languages.

    Few written wordings of one event are in one language.  As they are, their language would speak
    against one story.
    """
    total = np.array(weights)
    is_one_story = np.array([pair.is_one_story for pair in learned])
    is_one_language = np.array([pair.is_one_language for pair in learned])
    ratio = total[is_one_story].sum() / total[~is_one_story].sum()
    for kind in (is_one_language, ~is_one_language):
        true, false = is_one_story & kind, ~is_one_story & kind
        total[true] *= ratio * total[false].sum() / total[true].sum()
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is read of a pack to learn from."""

    pack: Path
    dictionary: ConceptDictionary
    background: list[Line]
    counted: list[Line]  # for frequencies and means
    counts: dict[str, dict[str, int]]

    @staticmethod
    def of(pack: Path) -> Material:
        dictionary = ConceptDictionary(load_concepts(pack / "stories" / "concepts.jsonl"))
        files = sorted(pack.glob("examples/*.jsonl"))
        examples = [line for file in files for line in lines_of(file)]
        background = [line for line in examples if line["label"] == "background"]
        written = [line for name in WRITTEN for line in lines_of(pack / name)]
        counted = [*written, *background, *examples[::COUNTED]]
        return Material(
            pack=pack,
            dictionary=dictionary,
            background=background,
            counted=counted,
            counts=frequencies(counted, dictionary),
        )

    def learned(
        self, embedded: Embedded | None = None, means: dict[str, Embedding] | None = None
    ) -> Iterator[list[Pair]]:
        """The pairs that each model learns from, with embeddings where there is an encoder."""
        for seed in range(MODELS):
            rows = list(wordings(self.pack, self.background, seed))
            rarities = Rarities(
                **{group: Rarity(self.counts[group], len(self.counted)) for group in self.counts},
                means=LanguageMeans(means) if means else None,
            )
            texts = [row.article for row in rows]
            if embedded is not None:
                texts = [replace(text, embedding=embedded(text.title, text.text)) for text in texts]
            anchors = [anchors_of(text, self.dictionary, rarities) for text in texts]
            yield list(pairs(rows, anchors, seed))

    def trained_on(self) -> dict[str, str]:
        return {
            name: hashlib.sha256((self.pack / name).read_bytes()).hexdigest()
            for name in ("stories/concepts.jsonl", *WRITTEN, "golden.jsonl")
        }


def train(material: Material) -> Line:
    """The pair model as it is stored."""
    base, trees = mean_of_models(material.learned(), SIGNS, TREES)
    return {
        "format": FORMAT,
        "features": list(FEATURES),
        "threshold": THRESHOLD,
        "base": round(base + SHIFT + CROSS_LANGUAGE_SHIFT, 6),
        "linear": {"same_language": -CROSS_LANGUAGE_SHIFT},
        "trees": trees,
        "trained_on": material.trained_on(),
        "articles": len(material.counted),
        "counts": material.counts,
    }


def train_with_encoder(material: Material, encoder: StoryEncoder) -> Line:
    """The pair model for two articles with embeddings, as it is stored."""
    means = mean_embeddings(material.counted, encoder)
    learned = list(material.learned(cache(encoder.embedding), means))
    base, trees = mean_of_models(learned, ENCODER_SIGNS, ENCODER_TREES, share=1 - REGRESSION_SHARE)
    start, weights = regression(learned[0])
    base += REGRESSION_SHARE * start + ENCODER_SHIFT + ENCODER_CROSS_LANGUAGE_SHIFT
    linear = {name: REGRESSION_SHARE * weight for name, weight in weights.items()}
    linear["same_language"] -= ENCODER_CROSS_LANGUAGE_SHIFT
    return {
        "format": FORMAT,
        "features": list(ENCODER_SIGNS),
        "base": round(base, 6),
        "linear": {name: round(weight, 6) for name, weight in linear.items()},
        "trees": trees,
        "trained_on": material.trained_on(),
        "means": {language: mean.to_text() for language, mean in means.items()},
    }


def mean_embeddings(lines: list[Line], encoder: StoryEncoder) -> dict[str, Embedding]:
    """The mean vector of all lines, and of those of each language that has enough."""
    components: dict[str, list[Sequence[int]]] = defaultdict(list)
    for line in lines:
        vector = encoder.embedding(line["title"], line["text"]).components
        components[ANY_LANGUAGE].append(vector)
        components[line["lang"]].append(vector)
    return {
        language: Embedding(
            model=encoder.model,
            components=array("b", np.rint(np.mean(vectors, axis=0)).astype(int).tolist()),
        )
        for language, vectors in sorted(components.items())
        if len(vectors) >= LEAST_MEAN
    }


def mean_of_models(
    learned: Iterable[list[Pair]], signs: dict[str, int], trees_of_model: int, *, share: float = 1.0
) -> tuple[float, list[list[list[float]]]]:
    """The log-odds before the first tree, and the trees, times `share`.

    Each model learns from its own pairs, and of their events from a part.
    """
    base = 0.0
    trees: list[list[list[float]]] = []
    count = MODELS / share
    for seed, pairs_of_model in enumerate(learned):
        events = sorted({event for pair in pairs_of_model for event in pair.events})
        draw = np.random.RandomState(seed)
        drawn = set(draw.choice(events, int(DRAWN * len(events)), replace=False))
        drawn_pairs = [pair for pair in pairs_of_model if drawn >= {*pair.events}]
        model = fitted(drawn_pairs, signs, trees_of_model)
        base += float(model._baseline_prediction.ravel()[0]) / count
        trees += [tree(predictor.nodes, count) for (predictor,) in model._predictors]
    return base, trees


def regression(learned: list[Pair]) -> tuple[float, dict[str, float]]:
    """The intercept and weights of a logistic regression on embeddings, time and language alone.

    Each pair counts as often as it occurs: it tells events apart that the trees, which learned from
    look-alikes above all, have not seen the like of.
    """
    names = list(ENCODER_SIGNS)
    places = [names.index(name) for name in REGRESSION]
    rows = np.array([pair.features for pair in learned])[:, places]
    model = LogisticRegression(C=100.0, max_iter=1_000).fit(
        rows,
        np.array([pair.is_one_story for pair in learned]),
        sample_weight=balanced(learned, [pair.stands_for for pair in learned]),
    )
    weights = {name: float(weight) for name, weight in zip(REGRESSION, model.coef_[0], strict=True)}
    return float(model.intercept_[0]), weights


def fitted(
    learned: list[Pair], signs: dict[str, int], trees: int
) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST_PAIRS,
        l2_regularization=5, monotonic_cst=list(signs.values()), early_stopping=False,
        random_state=0,
    ).fit(
        np.array([pair.features for pair in learned]),
        np.array([pair.is_one_story for pair in learned]),
        sample_weight=balanced(learned, [pair.weight for pair in learned]),
    )  # fmt: skip


def tree(nodes: Any, models: float) -> list[list[float]]:
    """Four parallel lists: feature, threshold or share of the mean value, left, right."""
    rows: list[list[float]] = [[], [], [], []]
    for node in nodes:
        is_leaf = bool(node["is_leaf"])
        value = node["value"] / models if is_leaf else node["num_threshold"]
        rows[0].append(-1 if is_leaf else int(node["feature_idx"]))
        rows[1].append(round(float(value), 6))
        rows[2].append(int(node["left"]))
        rows[3].append(int(node["right"]))
    return rows


def write(stored: Line, file: Path) -> None:
    """Write a model with a line for each key."""
    lines = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in stored.items()
    ]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    pack = Path(arguments[0])
    material = Material.of(pack)
    write(train(material), pack / "stories" / MODEL_FILE)
    if not sentence_encoder.is_installed():
        sys.stderr.write(f"{ENCODER_FILE} was not written: {sentence_encoder.MISSING}\n")
        return 0
    model = sentence_encoder.MODEL_DIGEST
    encoder = StoryEncoder(encoder=sentence_encoder.load_encoder(model), model=model)
    write(train_with_encoder(material, encoder), pack / "stories" / ENCODER_FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
