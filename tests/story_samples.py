"""A small dictionary, a hand-made model and articles for the tests of grouping."""

from __future__ import annotations

from dataclasses import replace

from monitor.stories.anchors import Anchors, Rarities, StoryText, anchors_of
from monitor.stories.concepts import Concept, ConceptDictionary
from monitor.stories.embeddings import ANY_LANGUAGE, Embedding
from monitor.stories.pair_features import ENCODER_FEATURES, FEATURES
from monitor.stories.pair_model import Method, PairModel, Tree
from monitor.stories.rarity import Rarity

WORDS = {
    "p.shoigu": ("person", ("shoigu",), ("шойгу",)),
    "p.lavrov": ("person", ("lavrov",), ("лавров",)),
    "l.kursk": ("place", ("kursk",), ("курск",)),
    "w.sappers": ("word", ("sapper",), ("сапер",)),
    "w.arrive": ("word", ("arriv",), ("прибы",)),
    "w.depart": ("word", ("leav",), ("покин",)),
    "w.flood": ("word", ("flood",), ("наводнен",)),
}
DICTIONARY = ConceptDictionary(
    Concept(key=key, kind=kind, entries={"en": english, "ru": russian})
    for key, (kind, english, russian) in WORDS.items()
)
# One tree: headlines with a cosine above a half are probably (0.88) one story, others not (0.02).
TREE = Tree(
    features=[FEATURES.index("headline_concepts"), -1, -1],
    thresholds=[0.5, -4.0, 2.0],
    left=[1, 0, 0],
    right=[2, 0, 0],
)
MODEL = PairModel(base=0.0, trees=[TREE], vetoes=[])
METHOD = Method(dictionary=DICTIONARY, model=MODEL, threshold=0.5)

# The same for the cosine of embeddings.
ENCODER_TREE = replace(TREE, features=[ENCODER_FEATURES.index("embeddings"), -1, -1])
ENCODER_MODEL = PairModel(base=0.0, trees=[ENCODER_TREE], vetoes=[])
ENCODER_METHOD = replace(METHOD, encoder_model=ENCODER_MODEL)
ENCODER = "m1"  # the digest of its model
MEANS = {ANY_LANGUAGE: Embedding.of([0.0] * 16, ENCODER)}


def rarities() -> Rarities:
    concepts, sounds, words = (Rarity({}, 1_000) for _ in range(3))
    return Rarities(concepts=concepts, sounds=sounds, words=words)


def article(
    key: str,
    title: str,
    hours: float = 0.0,
    *,
    language: str = "en",
    source: str = "",
    text: str = "",
) -> StoryText:
    return StoryText(
        key=key, title=title, text=text, language=language, source=source or key, hours=hours
    )


def anchors(title: str, hours: float = 0.0, *, source: str = "", text: str = "") -> Anchors:
    return anchors_of(
        article(title, title, hours, source=source, text=text), DICTIONARY, rarities()
    )
