"""Story data of a topic pack: loads and checks the concept dictionary, vetoes and pair model.

stories/concepts.jsonl   {"key", "kind", "entries": {language: [entry, …]}}; written by people
stories/vetoes.toml      anchors that contradict each other; written by people
stories/agencies.toml    news agencies, for counting origins; optional, written by people
stories/pair-model.json  trees, threshold, document frequencies; written by training
stories/encoder-pair-model.json  trees and mean embeddings; optional, written by training
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.classify.packs.metadata import read_pack_file
from monitor.domain.errors import PackError
from monitor.stories.anchors import Rarities
from monitor.stories.concepts import KINDS, Concept, ConceptDictionary
from monitor.stories.embeddings import ANY_LANGUAGE, Embedding, LanguageMeans
from monitor.stories.origins import Agency, agency
from monitor.stories.pair_features import ENCODER_FEATURES, FEATURES
from monitor.stories.pair_model import MOST_LEAVES, Method, PairModel, RoutineVeto, Tree, Veto
from monitor.stories.rarity import Rarity

FORMAT = 1
FOLDER = "stories"
MODEL_FILE, ENCODER_FILE = "pair-model.json", "encoder-pair-model.json"
FILES = ("concepts.jsonl", "vetoes.toml", "agencies.toml", MODEL_FILE, ENCODER_FILE)
_MAX_BYTES = 4 * 2**20  # of one file
_MOST_TREES = 1_000
COUNTED = ("concepts", "sounds", "words")  # terms whose document frequencies are stored
_VETO_GROUPS = ("person", "country", "act")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPack:
    """What the grouping needs: the method, and document frequencies to begin with."""

    method: Method
    articles: int  # that were counted
    counts: Mapping[str, Mapping[str, int]]  # a group of `COUNTED` → term → articles
    agencies: tuple[Agency, ...] = ()
    mean_embeddings: Mapping[str, Embedding] = field(default_factory=dict)  # by language

    @property
    def encoder_model(self) -> str | None:
        """The digest of the encoder's model that the pack learned with; None: with no encoder."""
        means = self.mean_embeddings.get(ANY_LANGUAGE)
        return means.model if means else None

    def rarities(self) -> Rarities:
        """New counters that begin with the frequencies of the pack."""
        concepts, sounds, words = (Rarity(self.counts[group], self.articles) for group in COUNTED)
        means = LanguageMeans(self.mean_embeddings) if self.mean_embeddings else None
        return Rarities(concepts=concepts, sounds=sounds, words=words, means=means)


def load_story_pack(folder: Path) -> StoryPack:
    """Load the story data of the pack in `folder`.  Raise PackError naming the file and line."""
    place = folder / FOLDER
    if not place.is_dir():
        raise PackError(f"{place}: missing: this pack has no data for grouping articles")
    dictionary = ConceptDictionary(load_concepts(place / "concepts.jsonl"))
    vetoes = load_vetoes(place / "vetoes.toml", dictionary)
    agencies = load_agencies(place / "agencies.toml")
    encoder_file = place / ENCODER_FILE
    encoder_model, means = None, dict[str, Embedding]()
    if encoder_file.is_file():
        with _faults_of(encoder_file):
            table = _read_table(encoder_file)
            encoder_model = _pair_model(table, ENCODER_FEATURES, vetoes)
            means = _means(table)
    file = place / MODEL_FILE
    with _faults_of(file):
        table = _read_table(file)
        return StoryPack(
            method=Method(
                dictionary=dictionary,
                model=_pair_model(table, FEATURES, vetoes),
                encoder_model=encoder_model,
                threshold=_share(table["threshold"]),
            ),
            articles=_count(table["articles"]),
            agencies=agencies,
            counts={group: _counts(table["counts"][group]) for group in COUNTED},
            mean_embeddings=means,
        )


def read_encoder_digest(folder: Path) -> str | None:
    """`StoryPack.encoder_model` of the pack in `folder`, without loading the rest: 10 MB.

    Raise PackError.
    """
    file = folder / FOLDER / ENCODER_FILE
    if not file.is_file():
        return None
    with _faults_of(file):
        return _means(_read_table(file))[ANY_LANGUAGE].model


def digest_of_files(folder: Path) -> str:
    """Twelve digits of the SHA-256 of all files of the story data.  Raise PackError."""
    digest = hashlib.sha256()
    for name in FILES:
        file = folder / FOLDER / name
        if file.is_file():
            digest.update(f"{name}\0".encode() + read_pack_file(file, _MAX_BYTES) + b"\0")
    return digest.hexdigest()[:12]


@contextmanager
def _faults_of(file: Path) -> Iterator[None]:
    """Raise PackError naming the file for what its values cause."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PackError(f"{file}: not a valid pair model: {_text_of(error)}") from None


def _read_table(file: Path) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(read_pack_file(file, _MAX_BYTES))
    if table["format"] != FORMAT:
        raise ValueError(f"format {table['format']}, but this program reads format {FORMAT}")
    return table


def _pair_model(
    table: Mapping[str, Any], features: Sequence[str], vetoes: Sequence[Veto | RoutineVeto]
) -> PairModel:
    if table["features"] != list(features):
        raise ValueError("its features differ from those of this program: train it again")
    trees = [_tree(number, lists, len(features)) for number, lists in enumerate(table["trees"], 1)]
    if len(trees) > _MOST_TREES:
        raise ValueError(f"{len(trees)} trees; at most {_MOST_TREES} are allowed")
    linear = [
        (features.index(name), _number(weight)) for name, weight in table.get("linear", {}).items()
    ]
    return PairModel(base=_number(table["base"]), trees=trees, vetoes=vetoes, linear=linear)


def _means(table: Mapping[str, Any]) -> dict[str, Embedding]:
    """The mean embeddings by language, all of one model and of one length."""
    means = {language: Embedding.from_text(text) for language, text in table["means"].items()}
    any_language = means[ANY_LANGUAGE]
    for language, mean in means.items():
        if len(mean.components) != len(any_language.components) or mean.model != any_language.model:
            raise ValueError(f"means of {language!r}: another model than the mean of all languages")
    return means


def load_concepts(file: Path) -> list[Concept]:
    """Load the dictionary.  Raise PackError naming the line."""
    concepts: dict[str, Concept] = {}
    try:
        lines = read_pack_file(file, _MAX_BYTES).decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise PackError(f"{file}: not UTF-8 text: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            concept = _concept(json.loads(line))
            if concept.key in concepts:
                raise ValueError(f"{concept.key} is there already")
        except (ValueError, RecursionError) as error:
            raise PackError(f"{file}:{number}: {_text_of(error)}") from None
        concepts[concept.key] = concept
    return list(concepts.values())


def load_agencies(file: Path) -> tuple[Agency, ...]:
    """Load the news agencies, none where there is no such file.  Raise PackError."""
    if not file.is_file():
        return ()
    try:
        tables = tomllib.loads(read_pack_file(file, _MAX_BYTES).decode("utf-8"))
        return tuple(_agency(slug, table) for slug, table in tables.items())
    except (ValueError, TypeError, AttributeError) as error:
        raise PackError(f"{file}: {error}") from None


def _agency(slug: str, table: object) -> Agency:
    if not isinstance(table, dict) or not set(table) <= {"names", "domains"}:
        raise ValueError(f"[{slug}] has other keys than names and domains")
    names, domains = table.get("names"), table.get("domains", [])
    for key, texts in (("names", names), ("domains", domains)):
        if not isinstance(texts, list) or not all(_is_entry(text) for text in texts):
            raise ValueError(f"[{slug}] {key} must be a list of texts that are not empty")
    if not names:
        raise ValueError(f"[{slug}] has no names")
    return agency(slug, names, domains)


def load_vetoes(file: Path, dictionary: ConceptDictionary) -> list[Veto | RoutineVeto]:
    """Load the vetoes.  Raise PackError; also for a key that is not in the dictionary."""
    try:
        tables = tomllib.loads(read_pack_file(file, _MAX_BYTES).decode("utf-8"))
        unknown = sorted(set(tables) - {*_VETO_GROUPS, "routine"})
        if unknown:
            raise ValueError(f"unknown table [{unknown[0]}]")
        vetoes: list[Veto | RoutineVeto] = [
            _veto(name, tables[name], dictionary) for name in _VETO_GROUPS if name in tables
        ]
        if "routine" in tables:
            routine = tables["routine"]
            vetoes.append(
                RoutineVeto(
                    headline_cosine=_share(routine["headline_cosine"]),
                    log_odds=_penalty(routine["log_odds"]),
                )
            )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PackError(f"{file}: {_text_of(error)}") from None
    return vetoes


def _concept(table: object) -> Concept:
    """Raise ValueError naming the fault."""
    if not isinstance(table, dict) or set(table) != {"key", "kind", "entries"}:
        raise ValueError("expected an object with exactly these keys: key, kind, entries")
    key, kind, entries = table["key"], table["kind"], table["entries"]
    if not isinstance(key, str) or not key:
        raise ValueError("key must be text")
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: allowed are {', '.join(sorted(KINDS))}")
    if not isinstance(entries, dict):
        raise ValueError("entries must be an object of lists by language")
    for language, listed in entries.items():
        if not isinstance(listed, list) or not all(_is_entry(entry) for entry in listed):
            raise ValueError(f"entries of {language} must be a list of texts that are not empty")
    columns = {language: tuple(listed) for language, listed in entries.items()}
    return Concept(key=key, kind=kind, entries=columns)


def _is_entry(entry: object) -> bool:
    return isinstance(entry, str) and bool(entry.strip(" ="))


def _veto(name: str, table: Mapping[str, Any], dictionary: ConceptDictionary) -> Veto:
    if "kind" in table:
        rows = dictionary.concepts.values()
        keys = frozenset(concept.key for concept in rows if concept.kind == table["kind"])
    else:
        keys = frozenset(table["keys"])
    unknown = sorted(keys - dictionary.concepts.keys())
    if unknown or not keys:
        raise ValueError(f"[{name}] names {', '.join(unknown) or 'nothing'}: no such concept")
    return Veto(name=name, keys=keys, log_odds=_penalty(table["log_odds"]))


def _tree(
    number: int, lists: tuple[list[int], list[float], list[int], list[int]], width: int
) -> Tree:
    """A tree whose nodes lead only to later nodes, each to nodes of its own."""
    features, thresholds, left, right = lists
    size = len(features)
    if not size or not size == len(thresholds) == len(left) == len(right):
        raise ValueError(f"tree {number}: four lists of one length are expected")
    for node, feature in enumerate(features):
        _number(thresholds[node])
        if not -1 <= feature < width:
            raise ValueError(f"tree {number}: feature {feature}")
        if feature >= 0 and not (node < left[node] < size and node < right[node] < size):
            raise ValueError(f"tree {number}: node {node} leads to no later node")
    decisions = [node for node, feature in enumerate(features) if feature >= 0]
    reached = [left[node] for node in decisions] + [right[node] for node in decisions]
    if sorted(reached) != list(range(1, size)):
        raise ValueError(f"tree {number}: each node but the first must be reached by one way")
    if size - len(decisions) > MOST_LEAVES:
        raise ValueError(f"tree {number}: more than {MOST_LEAVES} leaves")
    return Tree(features=features, thresholds=thresholds, left=left, right=right)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)


def _share(value: object) -> float:
    number = _number(value)
    if not 0 < number < 1:
        raise ValueError(f"{value!r} is not between 0 and 1")
    return number


def _penalty(value: object) -> float:
    number = _number(value)
    if number > 0:
        raise ValueError(f"log_odds = {value!r} must not be above 0")
    return number


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is not a number of articles")
    return value


def _counts(table: Mapping[str, object]) -> dict[str, int]:
    return {term: _count(value) for term, value in table.items()}


def _text_of(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
